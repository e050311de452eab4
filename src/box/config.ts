/** The configuration file: from YAML to a `BoxConfig`, or to everything that is wrong with it (contracts.md §2). */
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { codeOf, reasonOf } from '../base/fault.ts';
import type { Findings, Place } from './config/check.ts';
import { inside, mapping, optional, problem, required } from './config/check.ts';
import { configMaxBytes, readDocument } from './config/document.ts';
import type { BoxConfig, InputConfig, OutputConfig, ProtocolNames } from './config/model.ts';
import type { Problem } from './config/problem.ts';
import { ConfigProblems, pathText } from './config/problem.ts';
import {
  display,
  gpio,
  input,
  keypad,
  output,
  readers,
  rules,
  rulesByDefault,
  site,
  slots,
} from './config/sections.ts';
import { listenAddress, path, relayUrl, socketPath } from './config/values.ts';

export type * from './config/model.ts';
export type { Problem } from './config/problem.ts';
export { ConfigProblems, problemLines, sentenceOf } from './config/problem.ts';

export type Parsed = { readonly config: BoxConfig } | { readonly problems: readonly Problem[] };

/** Problems that are listed one by one; a file with more is the wrong file. */
export const problemsMax = 100;

/**
 * Reads and checks the file at `file`. Relative paths in it are meant from its own folder.
 * @throws ConfigProblems with every problem at once
 */
export function readConfig(file: string, names: ProtocolNames): BoxConfig {
  const parsed = parseConfig(readText(file), names, dirname(resolve(file)));
  if ('problems' in parsed) throw new ConfigProblems(basename(file), parsed.problems);
  return parsed.config;
}

function readText(file: string): string {
  const refuse = (message: string): never => {
    throw new ConfigProblems(basename(file), [{ path: '', message, line: null }]);
  };
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return refuse(`there is no file ${file}`);
    return refuse(`the file cannot be read: ${reasonOf(error)}`);
  }
  if (bytes.length > configMaxBytes) return refuse(`the file is larger than ${configMaxBytes / 1024} KiB`);
  return isUtf8(bytes) ? bytes.toString('utf8') : refuse('the file is not UTF-8 text');
}

/** Checks the text of a configuration; `folder` is what its relative paths are meant from. Never throws on any text. */
export function parseConfig(text: string, names: ProtocolNames, folder = '/'): Parsed {
  const document = readDocument(text);
  if (document.value === undefined && document.problems.length > 0) return { problems: document.problems };
  const findings: Findings = { problems: [], claims: new Map() };
  const config = boxConfig(document.value, { steps: [], findings }, names, folder);
  const problems = [...document.problems];
  for (const { steps, message } of findings.problems)
    problems.push({ path: pathText(steps), message, line: document.lineOf(steps) });
  if (config !== undefined && problems.length === 0) return { config };
  if (problems.length <= problemsMax) return { problems };
  const more = { path: '', message: `and ${problems.length - problemsMax} more problems`, line: null };
  return { problems: [...problems.slice(0, problemsMax), more] };
}

function boxConfig(value: unknown, at: Place, names: ProtocolNames, folder: string): BoxConfig | undefined {
  if (value === null || value === undefined) return problem(at, 'the file is empty');
  const noLamps = { green: null, red: null, buzzer: null };
  const read = mapping({
    box: required(site),
    data: optional(path(folder), '/var/lib/smartbox'),
    control: optional(socketPath(folder), '/run/smartbox/control.sock'),
    keypad: required(keypad(folder, names)),
    readers: optional(readers(folder, names), []),
    gpio: required(gpio(folder)),
    slots: required(slots),
    indicators: optional(indicators, noLamps),
    inputs: optional(inputs, { tamper: null, powerLow: null }),
    display: optional<BoxConfig['display']>(display(folder), null),
    rules: optional(rules, rulesByDefault(at)),
    cabinet: optional<BoxConfig['cabinet']>(cabinet, null),
    uplink: optional<BoxConfig['uplink']>(mapping({ url: required(relayUrl) }), null),
  })(value, at);
  refuseCabinetOfRealLocks(value, at);
  if (read === undefined) return undefined;
  // A list of keys is offered where somebody can read it: on the display, or in the simulated cabinet.
  const hasDisplay = read.display !== null || read.cabinet !== null;
  return { ...read, rules: { ...read.rules, hasDisplay } };
}

const lamp = optional<OutputConfig | null>(output, null);
const alarm = optional<InputConfig | null>(input, null);
const indicators = mapping<BoxConfig['indicators']>({ green: lamp, red: lamp, buzzer: lamp });
const inputs = mapping<BoxConfig['inputs']>({ tamper: alarm, powerLow: alarm });

const cabinet = (value: unknown, at: Place): { host: string; port: number } | undefined =>
  mapping({ listen: required(listenAddress) })(value, at)?.listen;

/** Said even when other sections are wrong, since a cabinet that opens real locks is the worst of mistakes. */
function refuseCabinetOfRealLocks(value: unknown, at: Place): void {
  if (typeof value !== 'object' || value === null || !('cabinet' in value) || value.cabinet === null) return;
  const chosen = 'gpio' in value ? value.gpio : null;
  const driver = typeof chosen === 'object' && chosen !== null && 'driver' in chosen ? chosen.driver : null;
  if (driver !== 'sim') problem(inside(at, 'cabinet'), 'is possible with gpio driver sim only');
}
