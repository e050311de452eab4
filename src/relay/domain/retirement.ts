/** A box that was stolen or is lost: it hears and says nothing any more, and what it knew opens nothing in its successor. */
import { isOut } from '../core/booking-life.ts';
import { forChange } from '../store/for-change.ts';
import type { BookingTable, BoxTable } from '../store/tables.ts';
import { audit } from './audit.ts';
import { factsOf, liveBookings, saveBooking } from './booking-rows.ts';
import { type BoxView, boxRow, boxView } from './boxes.ts';
import { wiped } from './codes.ts';
import type { Context } from './context.ts';
import { codeFor, forgetCode } from './driver-code.ts';
import { conflict } from './faults.ts';
import { nextRevision } from './records.ts';

/**
 * Keys and password are void with this transaction: sessions with the box end, its words are refused, its events are stored no
 * more. Bookings whose key is not out get new codes, which nobody is told before the next box under this name has them.
 * @throws Fault `not-found`; `conflict` where no box is enrolled
 */
export async function retireBox(context: Context, id: string): Promise<BoxView> {
  const { tx, account, now } = context;
  await forChange(
    tx,
    tx.selectFrom('box').select('id').where('id', '=', id).where('account', '=', account),
  ).execute();
  const box = await boxRow(context, id);
  if (box.sign === null)
    throw conflict(`no box is enrolled as ${id}`, 'There is nothing that could be used any more.');
  await tx
    .updateTable('box')
    .set({
      ...{ enrolments: box.enrolments + 1, enrolled: null, sign: null, seal: null, password: null },
      ...{ pinned: null, receipt: null, clock: null, challenge: null },
      ...{ known_epoch: 0, known_rev: 0, known_at: null, link: 'lost', link_since: now, heard: null },
    })
    .where('id', '=', id)
    .execute();
  await tx.deleteFrom('claim').where('box', '=', id).where('used', 'is', null).execute();
  // Also without a booking: so every copy of the relay hears of it.
  await nextRevision(tx, id);
  await freshCodes(context, box);
  await audit(context, 'box-retired', id);
  return boxView(context, id);
}

/** A driver who has one code for all boxes gets another one on all of them. */
async function freshCodes(context: Context, box: BoxTable): Promise<void> {
  const here = await liveBookings(context, { box: box.id });
  const known = new Set(here.flatMap(({ driver }) => driver ?? []));
  const shared: string[] = [];
  for (const driver of known) if (await forgetCode(context, driver)) shared.push(driver);
  const rows = new Map(here.map(row => [row.id, row]));
  for (const driver of shared)
    for (const row of await liveBookings(context, { driver })) rows.set(row.id, row);
  for (const row of rows.values()) if (!isOut(factsOf(row))) await recoded(context, row);
}

async function recoded(context: Context, row: BookingTable): Promise<void> {
  const bare = await wiped(context, row);
  const code = await codeFor(context, await boxRow(context, row.box), row);
  await saveBooking(context, row, { ...bare, ...code, updated: context.now }, { content: true });
}
