/** A verb of `smartbox-relay` as data: how it is written, and what it does. */
import type { CommandLine, Form } from '../../../base/command-line/words.ts';
import type { Log } from '../../../base/log.ts';
import type { RelayConfig } from '../../config/model.ts';

/** Every flag of every verb: one name means one kind of thing. */
const flagTypes = {
  account: 'string',
  config: 'string',
  data: 'string',
  folder: 'string',
  help: 'boolean',
  json: 'boolean',
  language: 'string',
  listen: 'string',
  mail: 'string',
  'mail-to': 'string',
  name: 'string',
  'passphrase-file': 'string',
  port: 'string',
  region: 'string',
  replace: 'boolean',
  role: 'string',
  scope: 'string',
  'sms-to': 'string',
  version: 'boolean',
} as const;
export type FlagName = keyof typeof flagTypes;

export const commandLine: CommandLine<FlagName> = {
  program: 'smartbox-relay',
  flags: flagTypes,
  everywhere: ['config', 'data', 'help', 'version'],
};

export interface Task {
  readonly positionals: readonly string[];
  /** The value of a flag; null where it was not given. */
  readonly text: (flag: FlagName) => string | null;
  /** Every value that a flag was given. */
  readonly values: (flag: FlagName) => readonly string[];
  readonly given: (flag: FlagName) => boolean;
  readonly config: RelayConfig;
  /** relay.yaml, or null. */
  readonly configFile: string | null;
  readonly log: Log;
  /** A line on stdout: what programs read. */
  readonly print: (line: string) => void;
  /** A line on stderr: what people read. */
  readonly say: (line: string) => void;
}

export interface Verb extends Form<FlagName> {
  readonly summary: string;
  readonly run: (task: Task) => Promise<number>;
}
