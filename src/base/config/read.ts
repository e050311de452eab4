/** A configuration file: from YAML to what a check makes of it, or to everything that is wrong with it. */
import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path';
import { readBounded } from '../bounded-file.ts';
import { codeOf, reasonOf } from '../fault.ts';
import type { Check, Findings } from './check.ts';
import { configMaxBytes, readDocument } from './document.ts';
import type { Problem } from './problem.ts';
import { ConfigProblems, pathText } from './problem.ts';

export type Parsed<Config> = { readonly config: Config } | { readonly problems: readonly Problem[] };

/** Problems that are listed one by one; a file with more is the wrong file. */
export const problemsMax = 100;

/** @throws ConfigProblems with every problem at once */
export function readConfigFile<Config>(file: string, check: Check<Config>): Config {
  const parsed = parseText(readText(file), check);
  if ('problems' in parsed) throw new ConfigProblems(basename(file), parsed.problems);
  return parsed.config;
}

function readText(file: string): string {
  const refuse = (message: string): never => {
    throw new ConfigProblems(basename(file), [{ path: '', message, line: null }]);
  };
  let bytes: Buffer;
  try {
    bytes = readBounded(file, { maxBytes: configMaxBytes });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return refuse(`there is no file ${file}`);
    if (codeOf(error) === 'too-large') return refuse(`the file is larger than ${configMaxBytes / 1_024} KiB`);
    return refuse(`the file cannot be read: ${reasonOf(error)}`);
  }
  return isUtf8(bytes) ? bytes.toString('utf8') : refuse('the file is not UTF-8 text');
}

/** Checks the text of a configuration. Never throws on any text. */
export function parseText<Config>(text: string, check: Check<Config>): Parsed<Config> {
  const document = readDocument(text);
  if (document.value === undefined && document.problems.length > 0) return { problems: document.problems };
  const findings: Findings = { problems: [], claims: new Map() };
  const config = check(document.value, { steps: [], findings });
  const problems = [...document.problems];
  for (const { steps, message } of findings.problems)
    problems.push({ path: pathText(steps), message, line: document.lineOf(steps) });
  if (config !== undefined && problems.length === 0) return { config };
  if (problems.length <= problemsMax) return { problems };
  const more = { path: '', message: `and ${problems.length - problemsMax} more problems`, line: null };
  return { problems: [...problems.slice(0, problemsMax), more] };
}
