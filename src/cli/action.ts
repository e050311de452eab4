import type { Form } from '../base/command-line/words.ts';
import type { Answer, Asking } from './client.ts';
import type { FlagName } from './flags.ts';
import type { Output } from './output.ts';

/** One thing that `smartbox` does: `bookings import`, `status`. */
export interface Action extends Form<FlagName> {
  readonly summary: string;
  /** Flags that take one of a few words, for whoever completes a command line. */
  readonly choices?: Readonly<Partial<Record<FlagName, readonly string[]>>>;
  /** It opens a door or changes custody: `--why` must be there. */
  readonly needsWhy?: true;
  /** Answers with the exit code. @throws Fault → exit 1, UsageError → exit 2 */
  run(task: Task): Promise<number>;
}

/** A verb by its sub-verbs; a verb without any has one action under the empty name. */
export interface Verb {
  readonly actions: { readonly [sub: string]: Action };
}

/** A command line that fits its verb, and what the verb works with. */
export interface Task {
  readonly positionals: readonly string[];
  text(flag: FlagName): string | null;
  /** All values of a flag that may be given more than once. */
  texts(flag: FlagName): readonly string[];
  given(flag: FlagName): boolean;
  readonly json: boolean;
  readonly out: Output;
  readonly socket: string;
  readonly who: string;
  readonly why: string | null;
  /** One request to the daemon. @throws Fault `daemon-away`, or what the daemon refuses with */
  ask(op: string, asking?: Asking): Promise<Answer>;
}
