/** The configuration file: from YAML to a `BoxConfig`, or to everything that is wrong with it (contracts.md §2). */
import { dirname, resolve } from 'node:path';
import type { Check, Place } from '../../base/config/check.ts';
import { also, flag, inside, mapping, optional, problem, required } from '../../base/config/check.ts';
import { type Parsed as ParsedText, parseText, readConfigFile } from '../../base/config/read.ts';
import { path } from '../../base/config/texts.ts';
import { inClearProblem, isInClear, readBrokerUrl } from '../../wire/mqtt/address.ts';
import { cabinet, refuseCabinetOfRealLocks, refuseLooseCable } from './cabinet-section.ts';
import type { BoxConfig, InputConfig, OutputConfig, ProtocolNames } from './model.ts';
import { pulledInputs } from './pulls.ts';
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
} from './sections.ts';
import { relayUrl, socketPath } from './values.ts';

export type { Problem } from '../../base/config/problem.ts';
export { ConfigProblems, problemLines, sentenceOf } from '../../base/config/problem.ts';
export { problemsMax } from '../../base/config/read.ts';
export type * from './model.ts';

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
    cabinet: optional<BoxConfig['cabinet']>(cabinet(folder), null),
    uplink: optional<BoxConfig['uplink']>(uplink, null),
  })(value, at);
  refuseCabinetOfRealLocks(value, at);
  if (read === undefined) return undefined;
  if (read.gpio.driver === 'onoff') refusePulls(read, at);
  refuseLooseCable(read, at);
  // A list of keys is offered where somebody can read it: the cabinet's page shows what the display does, no more.
  const hasDisplay = read.display !== null;
  return { ...read, rules: { ...read.rules, hasDisplay } };
}

const lamp = optional<OutputConfig | null>(output, null);
const alarm = optional<InputConfig | null>(input, null);
const indicators = mapping<BoxConfig['indicators']>({ green: lamp, red: lamp, buzzer: lamp });
const inputs = mapping<BoxConfig['inputs']>({ tamper: alarm, powerLow: alarm });

const uplink: Check<NonNullable<BoxConfig['uplink']>> = also(
  mapping({ url: required(relayUrl), plain: optional(flag, false) }),
  ({ url, plain }, at) =>
    isInClear(readBrokerUrl(url)) && !plain ? problem(inside(at, 'url'), inClearProblem) : { url },
);

/** A door that floats although its file says that it is pulled up would open and shut by itself. */
function refusePulls({ slots, inputs }: Pick<BoxConfig, 'slots' | 'inputs'>, at: Place): void {
  const [first] = pulledInputs({ slots, inputs });
  if (first === undefined) return;
  const message = `is onoff, which cannot set a pull (${first}): use cdev, or leave pull out and set it in config.txt`;
  problem(inside(inside(at, 'gpio'), 'driver'), message);
}
