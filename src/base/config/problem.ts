import { Fault } from '../fault.ts';

/** One thing that is wrong with a configuration, and where. */
export interface Problem {
  /** `slots[2].lock.line`; empty where the file as a whole is meant. */
  readonly path: string;
  readonly message: string;
  /** Line in the file, from 1; null where no line can be named. */
  readonly line: number | null;
}

/** Everything that is wrong with one configuration; the daemon and the command line exit 2 on it. */
export class ConfigProblems extends Fault {
  /** Name of the file, without its folder. */
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super('config-invalid', `${count} in ${file}`, problems.map(sentenceOf).join('; '));
    this.file = file;
    this.problems = problems;
  }
}

export const sentenceOf = (problem: Problem): string =>
  problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`;

/** One line a problem: `box.yaml:12: slots[2].lock.line: must be …`. */
export const problemLines = ({ file, problems }: ConfigProblems): readonly string[] =>
  problems.map(
    problem => `${file}${problem.line === null ? '' : `:${problem.line}`}: ${sentenceOf(problem)}`,
  );

export type Step = string | number;

/** No configuration is nested so deep. */
const stepsMax = 16;

/** `slots[2].lock.line`, with names that are no plain words in quotes and cut to a bearable length. */
export function pathText(steps: readonly Step[]): string {
  let text = '';
  for (const [depth, step] of steps.entries()) {
    if (depth === stepsMax) return `${text}…`;
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]{0,39}$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${shown(step)}]`;
  }
  return text;
}

/** A value as a message quotes it: one line, at most 40 characters of it. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= 42 ? text : `${text.slice(0, 40)}…`;
}
