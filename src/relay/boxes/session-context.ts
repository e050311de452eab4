/** A session as those see it who carry out its effects. */
import type { Ack, Down } from '../../wire/down.ts';
import type { Proven } from '../../wire/envelope.ts';
import type { Hello, Receipt } from '../../wire/up.ts';
import type { Input } from '../core/session/input.ts';
import type { SessionState } from '../core/session/state.ts';
import type { FleetBox, OpenCommand } from '../store/box-rows.ts';
import type { ReportRow } from '../store/box-writes.ts';
import type { FleetContext } from './fleet-context.ts';

export interface SessionContext {
  readonly box: FleetBox;
  readonly fleet: FleetContext;
  readonly state: SessionState;
  /** The commands that wait, with what they say. */
  readonly commands: Map<string, OpenCommand>;
  /** The last word with its signature, as proof. */
  readonly lastReport: Pick<Proven, 'relay' | 'body' | 'sig'> | null;
  /** The members of the last word that seldom change. */
  lastStored: Pick<ReportRow, 'pinned' | 'clock'> | null;
  /** Problems that are known to be solved: each is said once, for an earlier session may have raised it. */
  readonly solved: Set<string>;
  /** When its link last changed, as it is written down; null: never yet. */
  linkSince: number | null;
  /** Up to here bookings are marked as being on the box, in the database. */
  markedRev: number;
  /** Up to here something was sent that is not marked as sent yet. */
  unmarkedRev: number;
  /** The last word whose set is to be compared; null: none. */
  toCheck: Hello | Receipt | null;
  dispatch(input: Input): void;
  /** Says the last of several that come in one turn: it speaks for them all. */
  acknowledge(ack: Ack): void;
  /** Sends, or logs why not: whatever is lost so is sent again after a while. `by`: another key than the one that is pinned. */
  send(message: Down, by?: string): void;
}
