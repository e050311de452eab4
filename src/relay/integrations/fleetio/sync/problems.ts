/** Problems of bookings that follow an assignment, each with what to do; they go by themselves. */
import { isOut, needsCode } from '../../../core/booking-life.ts';
import { factsOf } from '../../../domain/booking-rows.ts';
import { clearProblem, type ProblemName, raiseProblem, restateProblem } from '../../../domain/problems.ts';
import { preparedQuery } from '../../../store/prepared-query.ts';
import type { BookingTable } from '../../../store/tables.ts';
import type { VehicleTable } from '../../../store/tables-fleetio.ts';
import type { SyncContext } from './context.ts';

export async function bookingProblems(
  context: SyncContext,
  booking: BookingTable,
  vehicle: VehicleTable | null,
): Promise<void> {
  const live = needsCode(factsOf(booking));
  await overlap(context, booking, live);
  await neverStocked(context, booking, live ? (vehicle?.name ?? null) : null);
}

/** Allowed, but one of the two may find the key gone. */
async function overlap(context: SyncContext, booking: BookingTable, live: boolean): Promise<void> {
  const name: ProblemName = { kind: 'bookings-overlap', subject: booking.id };
  const [other] = live ? await rivalsOf(context.tx, booking) : [];
  if (other === undefined) {
    await clearProblem(context, name);
    return;
  }
  const [one, two] = [await nameOf(context, booking.driver), await nameOf(context, other.driver)];
  const until = isOut(factsOf(other)) && other.end !== null && other.end <= booking.start ? ' still' : '';
  const said = `${one} and ${two}${until} have key ${other.key_name} at the same time: move or cancel one of the two`;
  await raiseProblem(context, name, said);
}

const rivalsOf = (tx: SyncContext['tx'], { id, key, start, end }: BookingTable) =>
  rivals(tx, key, id, start, end ?? Number.MAX_SAFE_INTEGER);

const rivals = preparedQuery((tx, key: string, id: string, start: number, end: number) =>
  tx
    .selectFrom('booking')
    .innerJoin('key', 'key.id', 'booking.key')
    .selectAll('booking')
    .select('key.name as key_name')
    .where('booking.key', '=', key)
    .where('booking.id', '!=', id)
    .where('booking.cancelled', 'is', null)
    .where('booking.ended', 'is', null)
    .where(eb => eb.or([eb('booking.returned', 'is', null), eb('booking.reuse', '=', 1)]))
    .where(eb => eb.or([eb('booking.end', 'is', null), eb('booking.end', '>', start)]))
    .where('booking.start', '<', end)
    .orderBy('booking.start')
    .limit(1),
);

async function nameOf({ tx }: SyncContext, driver: string | null): Promise<string> {
  if (driver === null) return 'somebody with a code';
  const [row] = await driverName(tx, driver);
  return row?.name || 'a driver';
}

const driverName = preparedQuery((tx, id: string) =>
  tx.selectFrom('driver').select('name').where('id', '=', id),
);

/** A code alone opens no empty slot. */
async function neverStocked(
  context: SyncContext,
  { key: id }: BookingTable,
  vehicle: string | null,
): Promise<void> {
  const [key] = await keyAtBox(context.tx, id);
  const name: ProblemName = { kind: 'key-never-stocked', subject: id };
  if (key === undefined) return;
  if (key.place !== 'never-stocked') await clearProblem(context, name);
  else if (vehicle !== null) {
    const said = `key ${key.name} of ${vehicle} is booked, but was never put into ${key.box}: put it in (at the box: smartbox keys learn)`;
    await restateProblem(context, name, said);
  } else if (!(await isBooked(context, id))) await clearProblem(context, name);
}

/** By whichever booking that is not over. */
const isBooked = async ({ tx }: SyncContext, key: string): Promise<boolean> =>
  (await rivals(tx, key, '', 0, Number.MAX_SAFE_INTEGER)).length > 0;

const keyAtBox = preparedQuery((tx, id: string) =>
  tx
    .selectFrom('key')
    .innerJoin('box', 'box.id', 'key.box')
    .select(['key.name', 'key.place', 'box.name as box'])
    .where('key.id', '=', id),
);
