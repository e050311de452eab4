/** Problems that may have solved themselves where nothing told of it. */

import { needsCode } from '../../core/booking-life.ts';
import { factsOf } from '../../domain/booking-rows.ts';
import { clearProblem } from '../../domain/problems.ts';
import { accessOf } from '../../notify/access.ts';
import { decide } from './decide.ts';
import type { Desk } from './parts.ts';
import { assignmentRow, vehicleRow } from './rows.ts';

/** So many of each kind in one round; the others in the next. */
const tidiedMax = 200;

export async function tidyProblems(desk: Desk): Promise<void> {
  for (const { subject } of await open(desk, 'vehicle-without-key', true)) await withoutKey(desk, subject);
  for (const { subject } of await open(desk, 'not-booked', true)) await again(desk, subject);
  for (const { subject } of await open(desk, 'bookings-overlap', false)) await ofBooking(desk, subject);
  for (const { subject } of await open(desk, 'box-dark', false)) await dark(desk, subject);
  await unwritten(desk);
}

/** What could not be written was taken back meanwhile: the next that is refused says so again. */
async function unwritten(desk: Desk): Promise<void> {
  const waiting = await desk.tx
    .selectFrom('assignment')
    .select('id')
    .where('integration', '=', desk.integration)
    .where('fields_due', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  if (waiting === undefined)
    await clearProblem(desk, { kind: 'write-back-refused', subject: desk.integration });
}

function open(
  { tx, account, integration }: Desk,
  kind: string,
  isTheirs: boolean,
): Promise<readonly { readonly subject: string }[]> {
  let query = tx
    .selectFrom('problem')
    .select('subject')
    .where('account', '=', account)
    .where('kind', '=', kind)
    .where('cleared', 'is', null)
    .orderBy('since')
    .limit(tidiedMax);
  if (isTheirs) query = query.where('subject', 'like', `${integration}/%`);
  return query.execute();
}

const idOf = (subject: string): string => subject.slice(subject.indexOf('/') + 1);

/** Linked by now, or nobody is to drive it any more. */
async function withoutKey(desk: Desk, subject: string): Promise<void> {
  const vehicle = idOf(subject);
  const link = await vehicleRow(desk, vehicle);
  const waiting = await desk.tx
    .selectFrom('assignment')
    .select('id')
    .where('integration', '=', desk.integration)
    .where('vehicle', '=', vehicle)
    .where('deleted', '=', 0)
    .where(eb => eb.or([eb('ended', 'is', null), eb('ended', '>', desk.now)]))
    .limit(1)
    .executeTakeFirst();
  if (link?.key != null || waiting === undefined)
    await clearProblem(desk, { kind: 'vehicle-without-key', subject });
}

async function again(desk: Desk, subject: string): Promise<void> {
  const row = await assignmentRow(desk, idOf(subject));
  const isOver = row === null || row.deleted === 1 || (row.ended !== null && row.ended <= desk.now);
  if (isOver) await clearProblem(desk, { kind: 'not-booked', subject });
  else await decide(desk, row);
}

async function ofBooking(desk: Desk, booking: string): Promise<void> {
  const found = await desk.tx
    .selectFrom('assignment')
    .select('id')
    .where('booking', '=', booking)
    .where('integration', '=', desk.integration)
    .executeTakeFirst();
  const row = found === undefined ? null : await assignmentRow(desk, found.id);
  if (row !== null) await decide(desk, row);
  const access = await accessOf(desk.tx, booking);
  if (access === null || !needsCode(factsOf(access.booking)))
    await clearProblem(desk, { kind: 'bookings-overlap', subject: booking });
}

/** Whatever waited for the box is there by now, or is over. */
async function dark(desk: Desk, box: string): Promise<void> {
  const waits = await desk.tx
    .selectFrom('assignment')
    .innerJoin('booking', 'booking.id', 'assignment.booking')
    .select('assignment.id')
    .where('booking.box', '=', box)
    .where('assignment.account', '=', desk.account)
    .where('telling', '=', 'late')
    .limit(1)
    .executeTakeFirst();
  if (waits === undefined) await clearProblem(desk, { kind: 'box-dark', subject: box });
}
