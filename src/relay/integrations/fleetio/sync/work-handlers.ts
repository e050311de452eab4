/** Handlers of the queue's items that concern Fleetio: facts of bookings that follow assignments, and instants. */
import type { Transaction } from 'kysely';
import { type BookingFact, bookingFacts } from '../../../domain/booking-facts.ts';
import type { Tables } from '../../../store/tables.ts';
import { putWork } from '../../../work/queue.ts';
import type { WorkHandler, WorkHandlers } from '../../../work/runner.ts';
import { vehicleWork } from '../vehicles/vehicles.ts';
import { type EngineDeps, syncContextOf } from './context.ts';
import { continueDeletion, deletionWork } from './deletion.ts';
import { deriveFields } from './derive-fields.ts';
import { noticeWork } from './driver-notice.ts';
import { assignmentToChange } from './follow-booking.ts';
import { reconcileBooking } from './reconcile-booking.ts';
import { vehicleRow } from './rows.ts';

type Tx = Transaction<Tables>;
type Deps = Pick<EngineDeps, 'atRest' | 'random' | 'httpUrl'>;

/** Assignments of a vehicle that are looked at when its link has changed; those beyond are found when it is listed. */
const assignmentsMax = 1_000;

/** By kind. */
export function fleetioWork(deps: Deps): WorkHandlers {
  const facts = bookingFacts.map((fact): readonly [string, WorkHandler] => [
    fact,
    async (tx, booking, now) => await look(deps, tx, { name: await byBooking(tx, booking), fact, now }),
  ]);
  const byItself =
    (fact: BookingFact | null): WorkHandler =>
    async (tx, subject, now) =>
      await look(deps, tx, { name: await bySubject(tx, subject), fact, now });
  return {
    ...Object.fromEntries(facts),
    // An instant at which an assignment means something else, or is tried again.
    assignment: byItself(null),
    // An instant at which its driver is to hear something.
    [noticeWork]: byItself('booking-on-box'),
    [vehicleWork]: (tx, subject, now) => linkChanged(tx, split(subject), now),
    [deletionWork]: (tx, id, now) => continueDeletion(deps, tx, { id, now }),
  };
}

interface Look {
  readonly name: Name | undefined;
  readonly fact: BookingFact | null;
  readonly now: number;
}

/** How an assignment and its booking stand now, and what follows from it. */
async function look(deps: Deps, tx: Tx, { name, fact, now }: Look): Promise<void> {
  if (name === undefined) return;
  const context = syncContextOf(deps, tx, { id: name.integration, account: name.account, now });
  const row = await assignmentToChange(context, name.id, fact);
  // What was done to the booking is heard, but an account that is being taken away asks for nothing any more.
  if (row === null || name.deletion !== null) return;
  // That the box has it changes nothing about what the booking should be.
  if (fact === 'booking-on-box') await deriveFields(context, row, await vehicleRow(context, row.vehicle));
  else await reconcileBooking(context, row);
}

interface Name {
  readonly integration: string;
  readonly id: string;
  readonly account: string;
  /** Of its integration. */
  readonly deletion: string | null;
}

const names = (tx: Tx) =>
  tx
    .selectFrom('assignment')
    .innerJoin('integration', 'integration.id', 'assignment.integration')
    .select(['assignment.integration', 'assignment.id', 'assignment.account', 'integration.deletion']);

const byBooking = (tx: Tx, booking: string): Promise<Name | undefined> =>
  names(tx).where('assignment.booking', '=', booking).executeTakeFirst();

function bySubject(tx: Tx, subject: string): Promise<Name | undefined> {
  const [integration, id] = split(subject);
  return names(tx)
    .where('assignment.integration', '=', integration)
    .where('assignment.id', '=', id)
    .executeTakeFirst();
}

function split(subject: string): readonly [string, string] {
  const at = subject.indexOf('/');
  return [subject.slice(0, at), subject.slice(at + 1)];
}

/** Another link of a vehicle: its known assignments are judged anew, and the others are read. */
async function linkChanged(
  tx: Tx,
  [integration, vehicle]: readonly [string, string],
  now: number,
): Promise<void> {
  await tx
    .updateTable('vehicle')
    .set({ listed: null })
    .where('integration', '=', integration)
    .where('id', '=', vehicle)
    .execute();
  const rows = await tx
    .selectFrom('assignment')
    .select('id')
    .where('integration', '=', integration)
    .where('vehicle', '=', vehicle)
    .where('deleted', '=', 0)
    .where(eb => eb.or([eb('ended', 'is', null), eb('ended', '>', now)]))
    .orderBy('started')
    .limit(assignmentsMax)
    .execute();
  for (const { id } of rows)
    await putWork(tx, { kind: 'assignment', subject: `${integration}/${id}`, due: now });
}
