import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';

type Listener = (boxes: readonly string[]) => void;

/** Who wants to know which boxes have something to be sent. A listener that throws stops neither the others nor a commit. */
export class DirtyNews {
  readonly #log: Log;
  readonly #listeners = new Set<Listener>();

  constructor(log: Log) {
    this.#log = log;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(boxes: readonly string[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(boxes);
      } catch (error) {
        this.#log.error({ reason: reasonOf(error) }, 'a listener to changed boxes failed');
      }
    }
  }
}
