/** A few combinators that turn what a file said into what a program needs, and note every problem on the way. */
import type { Step } from './problem.ts';
import { pathText, shown } from './problem.ts';
import { suggestion } from './suggestion.ts';

/** All places of one file share these. */
export interface Findings {
  readonly problems: { readonly steps: readonly Step[]; readonly message: string }[];
  /** Things that may be used once (a serial path, a line), with the place that has them. */
  readonly claims: Map<string, readonly Step[]>;
}

/** Where in the file we are. */
export interface Place {
  readonly steps: readonly Step[];
  readonly findings: Findings;
}

/** Gives the checked value; `undefined` says that a problem was noted. */
export type Check<T> = (value: unknown, at: Place) => T | undefined;

export interface Field<T> {
  readonly check: Check<T>;
  readonly absent: { readonly value: T } | null;
}

export const inside = (at: Place, step: Step): Place => ({
  steps: [...at.steps, step],
  findings: at.findings,
});

/** Notes a problem; returns undefined so that a check can `return problem(…)`. */
export function problem(at: Place, message: string): undefined {
  at.findings.problems.push({ steps: at.steps, message });
}

/** Notes a problem when somebody else has claimed the same thing; `what` names it in the message. */
export function claim(at: Place, what: string, identity: string): void {
  const owner = at.findings.claims.get(`${what} ${identity}`);
  if (owner === undefined) at.findings.claims.set(`${what} ${identity}`, at.steps);
  else problem(at, `the ${what} ${identity} is used already, by ${pathText(owner)}`);
}

export const required = <T>(check: Check<T>): Field<T> => ({ check, absent: null });
/** Absent and `null` alike mean `value`. */
export const optional = <T>(check: Check<T>, value: T): Field<T> => ({ check, absent: { value } });

type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A mapping with exactly these keys. */
export function mapping<T extends object>(fields: Fields<T>): Check<T> {
  const names = Object.keys(fields);
  return (value, at) => {
    if (!isMapping(value)) return problem(at, `must be a mapping (${names.join(', ')}), not ${shown(value)}`);
    for (const name of Object.keys(value))
      if (!Object.hasOwn(fields, name)) problem(inside(at, name), `unknown key${suggestion(name, names)}`);
    const result: Record<string, unknown> = {};
    let whole = true;
    for (const name of names) {
      const read = readField(fields[name as keyof T] as Field<unknown>, value[name], inside(at, name));
      if (read === undefined) whole = false;
      result[name] = read;
    }
    return whole ? (result as T) : undefined;
  };
}

function readField(field: Field<unknown>, value: unknown, at: Place): unknown {
  if (value !== undefined && value !== null) return field.check(value, at);
  return field.absent === null ? problem(at, 'is missing') : field.absent.value;
}

/** A list; broken items are left out of the result only when the whole fails anyway. */
export function list<T>(check: Check<T>, least: number, most: number): Check<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return problem(at, `must be a list, not ${shown(value)}`);
    if (value.length < least || value.length > most)
      return problem(at, `must have ${least} to ${most} entries, not ${value.length}`);
    const items = value.map((item, index) => check(item, inside(at, index)));
    return items.some(item => item === undefined) ? undefined : (items as readonly T[]);
  };
}

export function integer(least: number, most: number): Check<number> {
  return (value, at) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    return problem(at, `must be a whole number from ${least} to ${most}, not ${shown(value)}`);
  };
}

export const flag: Check<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : problem(at, `must be true or false, not ${shown(value)}`);

/** One of a closed set of words or numbers. */
export function oneOf<T extends string | number>(...known: readonly T[]): Check<T> {
  return (value, at) => {
    const found = known.find(candidate => candidate === value);
    if (found !== undefined) return found;
    const words = known.map(String);
    if (typeof value === 'string' && words.includes(value))
      return problem(at, `is text; write ${value} without quotes`);
    const meant = typeof value === 'string' ? suggestion(value, words) : `; possible: ${words.join(', ')}`;
    return problem(at, `${shown(value)} is not possible${meant.replace('; known here:', '; possible:')}`);
  };
}

/** Text of at most `most` characters that a pattern describes; `what` says in words what is wanted. */
export function text(pattern: RegExp, most: number, what: string): Check<string> {
  return (value, at) => {
    if (typeof value === 'string' && isAtMost(most, value) && pattern.test(value)) return value;
    const quotes = typeof value === 'number' ? ' (put it in quotes)' : '';
    return problem(at, `must be ${what}, not ${shown(value)}${quotes}`);
  };
}

/** Characters, not code units; the length alone tells of most that are too long. */
const isAtMost = (most: number, value: string): boolean =>
  value.length <= most || (value.length <= 2 * most && Array.from(value).length <= most);

/** `check`, then `more` on what it gave. */
export const also =
  <A, B>(check: Check<A>, more: (value: A, at: Place) => B | undefined): Check<B> =>
  (value, at) => {
    const first = check(value, at);
    return first === undefined ? undefined : more(first, at);
  };
