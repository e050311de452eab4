import { reasonOf } from '../base/fault.ts';
import type { Log } from '../base/log.ts';

/** What must be undone, in reverse order of its doing; a step that fails does not keep the next from running. */
export class Teardown {
  readonly #log: Log;
  readonly #steps: { readonly what: string; readonly undo: () => void | Promise<void> }[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** Passes `thing` through, to be undone by `undo`. */
  add<T>(what: string, thing: T, undo: (thing: T) => void | Promise<void>): T {
    this.#steps.push({ what, undo: () => undo(thing) });
    return thing;
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        this.#log.error({ what: step.what, reason: reasonOf(error) }, 'could not be closed');
      }
    }
  }
}
