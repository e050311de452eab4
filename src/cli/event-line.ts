import type { JournalEvent } from '../wire/journal.ts';
import { plain } from './table.ts';

/** One event for people, time first; what an event does not say is left out. */
export function eventLine(event: JournalEvent, clock: (iso: string, detail?: 'second') => string): string {
  const { slot, key, booking, who, by, reason, proof, ms, device, what, count } = event;
  const said: (string | undefined)[] = [
    event.for,
    slot === undefined ? undefined : `slot ${slot}`,
    key,
    reason,
    what,
    device,
    by === undefined ? undefined : `by ${by}`,
    proof === undefined ? undefined : `proof ${proof}`,
    ms === undefined ? undefined : `${ms} ms`,
    count === undefined ? undefined : amount(event.type, count),
    who,
    booking === undefined ? undefined : `[${booking}]`,
    event.late === true ? 'written late' : undefined,
  ];
  const words = said.filter(word => word !== undefined && word !== '').join(' · ');
  return plain(`${clock(event.at, 'second')}  ${event.type.padEnd(17)} ${words}`).trimEnd();
}

/** `count` says how often a thing was tried or, of bookings, how many of them changed. */
function amount(type: JournalEvent['type'], count: number): string {
  if (type === 'bookings-changed') return count === 1 ? '1 booking' : `${count} bookings`;
  return count === 1 ? 'once' : `${count} times`;
}
