/** What is done for a session sees of it. */
import type { Ack, Down } from '../../wire/down.ts';
import type { Proven } from '../../wire/envelope.ts';
import type { Hello, Receipt } from '../../wire/up.ts';
import type { Input } from '../core/session/input.ts';
import type { SessionState } from '../core/session/state.ts';
import type { FleetBox, OpenCommand } from '../store/fleet-rows.ts';
import type { WordRow } from '../store/fleet-writes.ts';
import type { Desk } from './desk.ts';

export interface Talk {
  readonly box: FleetBox;
  readonly desk: Desk;
  readonly state: SessionState;
  /** The commands that wait, with what they say. */
  readonly commands: Map<string, OpenCommand>;
  /** The last word with its signature, as proof. */
  readonly lastWord: Pick<Proven, 'relay' | 'body' | 'sig'> | null;
  /** What the last word had of what seldom changes. */
  lastKept: Pick<WordRow, 'pinned' | 'clock'> | null;
  /** Problems that are known to be solved: each is said once, for an earlier session may have raised it. */
  readonly solved: Set<string>;
  /** Up to here bookings are marked as being on the box, in the database. */
  markedRev: number;
  /** Up to here something was sent that is not marked as sent yet. */
  unmarkedRev: number;
  /** The last word whose set is to be compared; null: none. */
  toCheck: Hello | Receipt | null;
  take(input: Input): void;
  /** Says the last of several that come in one turn: it speaks for them all. */
  acknowledge(ack: Ack): void;
  /** Sends, or logs why not: whatever is lost so is sent again after a while. `by`: another key than the one that is pinned. */
  say(message: Down, by?: string): void;
}
