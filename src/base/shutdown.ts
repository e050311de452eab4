import { reasonOf } from './fault.ts';
import type { Log } from './log.ts';

/** Ends in reverse order what was begun, whether all of it came up or not; an end that fails does not keep the next from running. */
export class Shutdown {
  readonly #log: Log;
  readonly #steps: { readonly what: string; readonly end: () => void | Promise<void> }[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** Passes `thing` through, to be ended by `end`; `what` names it in the log. */
  add<T>(what: string, thing: T, end: (thing: T) => void | Promise<void>): T {
    this.#steps.push({ what, end: () => end(thing) });
    return thing;
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.end();
      } catch (error) {
        this.#log.error({ what: step.what, reason: reasonOf(error) }, 'could not be closed');
      }
    }
  }
}
