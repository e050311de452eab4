import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BookingFile, iso, type Rig } from '../rig/box-rig.ts';

export const slots = 34;
const hourMs = 3_600_000;
/** Rows of one import: what the control socket takes at once. */
const rowsEach = 100_000;

export interface Live {
  readonly code: string;
  readonly slot: number;
}

/** Unique for every n below 10^8, and scattered, so that neighbours in time are no neighbours in the index. */
const codeOf = (n: number): string => String((n * 7_654_321 + 12_345_678) % 100_000_000).padStart(8, '0');

/** A booking that opens now, over and over; the slots take turns. */
const live = (n: number, now: number): BookingFile => ({
  id: `live-${n}`,
  code: codeOf(n),
  slot: (n % slots) + 1,
  start: iso(now - hourMs),
  end: iso(now + 24 * hourMs),
  reuse: true,
});

/** One of a long row of hourly bookings of each key, half of them over, half to come. */
function other(n: number, count: number, now: number): BookingFile {
  const hour = Math.floor(n / slots) - Math.floor(count / slots / 2);
  const from = now + (hour < 0 ? hour - 2 : hour + 26) * hourMs;
  return { id: `b-${n}`, code: codeOf(n), slot: (n % slots) + 1, start: iso(from), end: iso(from + hourMs) };
}

/** The codes that open now in a box seeded so. */
export const liveOf = (count: number): readonly Live[] =>
  Array.from({ length: count }, (_, n) => ({ code: codeOf(n), slot: (n % slots) + 1 }));

/** Bookings number `at` to `at + most` of `count`, the first `live` of all open now. */
export const rowsOf = (
  at: number,
  most: number,
  { count, live: liveCount }: { readonly count: number; readonly live: number },
  now = Date.now(),
): readonly BookingFile[] =>
  Array.from({ length: Math.min(most, count - at) }, (_, n) =>
    at + n < liveCount ? live(at + n, now) : other(at + n, count, now),
  );

/**
 * Fills a running box with `count` bookings through `smartbox bookings import`, `liveCount` of them open now.
 * @returns rows per second
 */
export async function seed(rig: Rig, count: number, liveCount: number): Promise<number> {
  const now = Date.now();
  const from = performance.now();
  for (let at = 0; at < count; at += rowsEach) {
    const rows = rowsOf(at, rowsEach, { count, live: liveCount }, now);
    const file = join(rig.dir, 'bookings.json');
    writeFileSync(file, JSON.stringify(rows));
    await rig.must(['bookings', 'import', file]);
    rmSync(file);
  }
  return count / ((performance.now() - from) / 1_000);
}
