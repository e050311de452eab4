/** Other codes for bookings that go on: whoever has the old one opens nothing by it any more. */
import { isOut, needsCode } from '../core/booking-life.ts';
import type { BookingTable, BoxTable } from '../store/tables.ts';
import { audit } from './audit.ts';
import { noteFact, ownOrigin } from './booking-facts.ts';
import { bookingRow, factsOf, liveBookings, saveBooking } from './booking-rows.ts';
import { boxRow } from './boxes.ts';
import { wiped } from './codes.ts';
import type { Context } from './context.ts';
import { codeFor, forgetCode } from './driver-code.ts';
import { conflict } from './faults.ts';
import { driversKnown } from './records.ts';

interface Renewed {
  /** Bookings that have another code now: that one and, where its driver has one code for all, all others of theirs. */
  readonly bookings: readonly string[];
  /** Of these, those that nobody follows: whoever renewed has to tell their drivers. */
  readonly untold: readonly string[];
}

/**
 * For a code that somebody else has seen. The old one rests, and whoever follows the booking tells its driver.
 * @throws Fault `not-found`, `conflict`
 */
export async function renewCode(context: Context, id: string): Promise<Renewed> {
  const row = await bookingRow(context, id);
  if (isOut(factsOf(row)))
    throw conflict(
      'the key is out',
      'Its code only brings the key back; make another booking for what comes after.',
    );
  if (!needsCode(factsOf(row))) throw conflict('this booking is over', 'Make a new one.');
  const rows = await sharing(context, row);
  for (const each of rows) {
    await recoded(context, each);
    await noteFact(context, 'booking-recoded', each);
    await audit(context, 'code-renewed', each.id);
  }
  return { bookings: rows.map(each => each.id), untold: rows.filter(isUntold).map(each => each.id) };
}

/** A code without a hash of its own is the driver's: the same for all their bookings. */
async function sharing(context: Context, row: BookingTable): Promise<readonly BookingTable[]> {
  const { driver, code, code_hash } = row;
  if (driver === null || code === null || code_hash !== null) return [row];
  await forgetCode(context, driver);
  const all = await liveBookings(context, { driver });
  return all.filter(each => each.code_hash === null && !isOut(factsOf(each)) && needsCode(factsOf(each)));
}

/**
 * For a box whose card somebody else has. A driver who has one code for all boxes gets another one on all of them, also where the card
 * only knew it lately. Whoever follows the bookings tells their drivers; gives those that nobody follows.
 */
export async function freshCodes(context: Context, box: BoxTable): Promise<readonly string[]> {
  const here = await liveBookings(context, { box: box.id });
  const known = await driversKnown(context.tx, box.id);
  const shared: string[] = [];
  for (const driver of known) if (await forgetCode(context, driver)) shared.push(driver);
  const rows = new Map(here.map(row => [row.id, row]));
  for (const driver of shared)
    for (const row of await liveBookings(context, { driver }))
      if (row.code_hash === null) rows.set(row.id, row);
  const changed = [...rows.values()].filter(row => !isOut(factsOf(row)) && needsCode(factsOf(row)));
  for (const row of changed) {
    await recoded(context, row);
    await noteFact(context, 'booking-recoded', row);
  }
  return changed.filter(isUntold).map(({ id }) => id);
}

const isUntold = ({ origin, driver }: BookingTable): boolean => origin === ownOrigin && driver !== null;

async function recoded(context: Context, row: BookingTable): Promise<void> {
  const bare = await wiped(context, row);
  const code = await codeFor(context, await boxRow(context, row.box), row);
  await saveBooking(context, row, { ...bare, ...code, updated: context.now }, { content: true });
}
