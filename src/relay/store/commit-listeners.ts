import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';

type Listener<News> = (news: News) => void;

/** Who wants to know what was committed. A listener that throws stops neither the others nor a commit. */
export class CommitListeners<News> {
  readonly #log: Log;
  readonly #listeners = new Set<Listener<News>>();

  constructor(log: Log) {
    this.#log = log;
  }

  listen(listener: Listener<News>): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(news: News): void {
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch (error) {
        this.#log.error({ reason: reasonOf(error) }, 'a listener to commits failed');
      }
    }
  }
}
