/** The configuration file: from YAML to a `BoxConfig`, or to everything that is wrong with it (contracts.md §2). */
import { dirname, resolve } from 'node:path';
import type { Place } from '../base/config/check.ts';
import { inside, mapping, optional, problem, required } from '../base/config/check.ts';
import { type Parsed as ParsedText, parseText, readConfigFile } from '../base/config/read.ts';
import { path } from '../base/config/texts.ts';
import type { BoxConfig, InputConfig, OutputConfig, ProtocolNames } from './config/model.ts';
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
import { listenAddress, relayUrl, socketPath } from './config/values.ts';

export type { Problem } from '../base/config/problem.ts';
export { ConfigProblems, problemLines, sentenceOf } from '../base/config/problem.ts';
export { problemsMax } from '../base/config/read.ts';
export type * from './config/model.ts';

export type Parsed = ParsedText<BoxConfig>;

/**
 * Reads and checks the file at `file`. Relative paths in it are meant from its own folder.
 * @throws ConfigProblems with every problem at once
 */
export const readConfig = (file: string, names: ProtocolNames): BoxConfig =>
  readConfigFile(file, boxFile(names, dirname(resolve(file))));

/** Checks the text of a configuration; `folder` is what its relative paths are meant from. Never throws on any text. */
export const parseConfig = (text: string, names: ProtocolNames, folder = '/'): Parsed =>
  parseText(text, boxFile(names, folder));

const boxFile =
  (names: ProtocolNames, folder: string) =>
  (value: unknown, at: Place): BoxConfig | undefined =>
    boxConfig(value, at, names, folder);

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
