/** A verb of `smartbox-relay` as data: how it is written, and what it does. */
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { RelayConfig } from '../config/model.ts';

export const exits = { done: 0, failed: 1, usage: 2 } as const;

/** The command line itself is wrong: exit 2. */
export class UsageError extends Fault {
  constructor(message: string, hint: string) {
    super('usage', message, hint);
  }
}

/** Every flag of every verb: one name means one kind of thing. */
export const flagTypes = {
  account: 'string',
  config: 'string',
  data: 'string',
  folder: 'string',
  help: 'boolean',
  json: 'boolean',
  listen: 'string',
  name: 'string',
  'passphrase-file': 'string',
  port: 'string',
  region: 'string',
  replace: 'boolean',
  scope: 'string',
  version: 'boolean',
} as const;
export type FlagName = keyof typeof flagTypes;

export interface Task {
  readonly places: readonly string[];
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

export interface Verb {
  readonly usage: string;
  readonly summary: string;
  readonly flags: readonly FlagName[];
  /** Words after the verb: at least, at most. */
  readonly places: readonly [number, number];
  readonly run: (task: Task) => Promise<number>;
}

/** The one value of a flag; null where it was not given. @throws UsageError when it was given twice */
export function one(task: Task, flag: FlagName): string | null {
  const [value = null, ...more] = task.values(flag);
  if (more.length > 0) throw new UsageError(`--${flag} is given twice`, 'Give it once.');
  return value;
}
