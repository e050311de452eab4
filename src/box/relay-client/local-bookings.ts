import type { BookingId, WallMs } from '../../base/brand.ts';
import type { Bookings, BookingView, LocalBooking, LocalBookings } from '../ports.ts';

/** Named one by one; the rest is counted. */
const namedMax = 50;
const pageRows = 500;

/** Bookings that no relay has sent and that are not over: what becomes of them when the box is enrolled. */
export function localBookings(bookings: Bookings, now: WallMs): LocalBookings {
  const named: LocalBooking[] = [];
  let more = 0;
  let after: BookingId | null = null;
  for (let full = true; full; ) {
    const page: readonly BookingView[] = bookings.list({ after, limit: pageRows });
    for (const view of page) {
      if (!isRunning(view, now)) continue;
      if (named.length < namedMax) named.push({ id: view.id, key: view.key, out: isOut(view) });
      else more += 1;
    }
    after = page.at(-1)?.id ?? null;
    full = page.length === pageRows;
  }
  return { named, more };
}

const isOut = ({ use }: BookingView): boolean => use?.life === 'out' || use?.life === 'granted';

const isRunning = (view: BookingView, now: WallMs): boolean =>
  view.origin !== 'relay' &&
  (isOut(view) || (!view.cancelled && !view.use?.codeUsed && (view.end === null || view.end > now)));
