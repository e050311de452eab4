/** The line that a box signs of its journal, as it came beside events (wire/up.ts): whether it is one for just these events. */
import { checkpointText, verifySignature } from '../../wire/chain.ts';
import { checkpointIn } from '../../wire/verify-read.ts';
import type { EventLine } from './event-line.ts';

export interface KeptCheckpoint {
  /** First event that it covers. */
  readonly from: number;
  /** The exact line. */
  readonly line: string;
}

/**
 * Null: it is no checkpoint that ends with `last`, or not signed by `key`. It is left off then, and the events are taken
 * without: a copy with a line that does not fit would look as if somebody had edited it.
 */
export function readCheckpoint(line: string, last: EventLine, key: string): KeptCheckpoint | null {
  const checkpoint = checkpointIn(line);
  if (checkpoint === null) return null;
  const { sig, ...rest } = checkpoint;
  const { event } = last;
  const fits =
    rest.box === event.box && rest.to === event.seq && rest.head === event.hash && rest.key === key;
  const counts = rest.from >= 1 && rest.from <= rest.to && rest.count === rest.to - rest.from + 1;
  return fits && counts && verifySignature(checkpointText(rest), sig, key) ? { from: rest.from, line } : null;
}
