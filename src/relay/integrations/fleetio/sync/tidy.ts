/** Problems that may have solved themselves where nothing told of it. */

import { needsCode } from '../../../core/booking-life.ts';
import type { ProblemKind } from '../../../core/problems/catalogue.ts';
import { factsOf } from '../../../domain/booking-rows.ts';
import { clearProblem } from '../../../domain/problems.ts';
import { accessOf } from '../../../messages/access.ts';
import type { SyncContext } from './context.ts';
import { assignmentToChange } from './follow-booking.ts';
import { reconcileBooking } from './reconcile-booking.ts';
import { vehicleRow } from './rows.ts';

/** So many of each kind in one round; the others in the next. */
const tidiedMax = 200;

export async function tidyProblems(context: SyncContext): Promise<void> {
  for (const { subject } of await open(context, 'vehicle-without-key', true))
    await withoutKey(context, subject);
  for (const { subject } of await open(context, 'not-booked', true)) await again(context, subject);
  for (const { subject } of await open(context, 'bookings-overlap', false)) await ofBooking(context, subject);
  for (const { subject } of await open(context, 'box-dark', false)) await dark(context, subject);
  await unwritten(context);
}

/** Clears the Problem of a value that could not be written and was taken back meanwhile: the next refusal raises it again. */
async function unwritten(context: SyncContext): Promise<void> {
  const waiting = await context.tx
    .selectFrom('assignment')
    .select('id')
    .where('integration', '=', context.integration)
    .where('fields_due', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  if (waiting === undefined)
    await clearProblem(context, { kind: 'write-back-refused', subject: context.integration });
}

function open(
  { tx, account, integration }: SyncContext,
  kind: ProblemKind,
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
async function withoutKey(context: SyncContext, subject: string): Promise<void> {
  const vehicle = idOf(subject);
  const link = await vehicleRow(context, vehicle);
  const waiting = await context.tx
    .selectFrom('assignment')
    .select('id')
    .where('integration', '=', context.integration)
    .where('vehicle', '=', vehicle)
    .where('deleted', '=', 0)
    .where(eb => eb.or([eb('ended', 'is', null), eb('ended', '>', context.now)]))
    .limit(1)
    .executeTakeFirst();
  if (link?.key != null || waiting === undefined)
    await clearProblem(context, { kind: 'vehicle-without-key', subject });
}

async function again(context: SyncContext, subject: string): Promise<void> {
  const row = await assignmentToChange(context, idOf(subject));
  const isOver = row === null || row.deleted === 1 || (row.ended !== null && row.ended <= context.now);
  if (isOver) await clearProblem(context, { kind: 'not-booked', subject });
  else await reconcileBooking(context, row);
}

async function ofBooking(context: SyncContext, booking: string): Promise<void> {
  const found = await context.tx
    .selectFrom('assignment')
    .select('id')
    .where('booking', '=', booking)
    .where('integration', '=', context.integration)
    .executeTakeFirst();
  const row = found === undefined ? null : await assignmentToChange(context, found.id);
  if (row !== null) await reconcileBooking(context, row);
  const access = await accessOf(context.tx, booking);
  if (access === null || !needsCode(factsOf(access.booking)))
    await clearProblem(context, { kind: 'bookings-overlap', subject: booking });
}

/** Whatever waited for the box is there by now, or is over. */
async function dark(context: SyncContext, box: string): Promise<void> {
  const waits = await context.tx
    .selectFrom('assignment')
    .innerJoin('booking', 'booking.id', 'assignment.booking')
    .select('assignment.id')
    .where('booking.box', '=', box)
    .where('assignment.account', '=', context.account)
    .where('telling', '=', 'late')
    .limit(1)
    .executeTakeFirst();
  if (waits === undefined) await clearProblem(context, { kind: 'box-dark', subject: box });
}
