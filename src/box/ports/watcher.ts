import type { JournalEvent } from '../../wire/journal.ts';
import type { BoxState } from '../core/model.ts';

/** Told of everything that happened, after it is durable. */
export interface Watcher {
  events(events: readonly JournalEvent[]): void;
  /** The state is another one; may be the same picture as before. */
  changed(state: BoxState): void;
}
