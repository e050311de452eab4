/** Problems of bookings that follow an assignment, each with what to do; they go by themselves. */
import { isOut, needsCode } from '../../core/booking-life.ts';
import { factsOf } from '../../domain/booking-rows.ts';
import { clearProblem, raiseProblem } from '../../domain/problems.ts';
import type { BookingTable } from '../../store/tables.ts';
import type { VehicleTable } from '../../store/tables-fleetio.ts';
import type { Desk } from './parts.ts';

export async function bookingProblems(
  desk: Desk,
  booking: BookingTable,
  vehicle: VehicleTable | null,
): Promise<void> {
  const live = needsCode(factsOf(booking));
  await overlap(desk, booking, live);
  await neverStocked(desk, booking, live ? (vehicle?.name ?? null) : null);
}

/** Allowed, but one of the two may find the key gone. */
async function overlap(desk: Desk, booking: BookingTable, live: boolean): Promise<void> {
  const name = { kind: 'bookings-overlap', subject: booking.id };
  const other = live ? await rival(desk, booking) : undefined;
  if (other === undefined) {
    await clearProblem(desk, name);
    return;
  }
  const [one, two] = [await nameOf(desk, booking.driver), await nameOf(desk, other.driver)];
  const until = isOut(factsOf(other)) && other.end !== null && other.end <= booking.start ? ' still' : '';
  const said = `${one} and ${two}${until} have key ${other.key_name} at the same time: move or cancel one of the two`;
  await raiseProblem(desk, name, said);
}

const rival = ({ tx }: Desk, { id, key, start, end }: BookingTable) => {
  let query = tx
    .selectFrom('booking')
    .innerJoin('key', 'key.id', 'booking.key')
    .selectAll('booking')
    .select('key.name as key_name')
    .where('booking.key', '=', key)
    .where('booking.id', '!=', id)
    .where('booking.cancelled', 'is', null)
    .where('booking.ended', 'is', null)
    .where(eb => eb.or([eb('booking.returned', 'is', null), eb('booking.reuse', '=', 1)]))
    .where(eb => eb.or([eb('booking.end', 'is', null), eb('booking.end', '>', start)]));
  if (end !== null) query = query.where('booking.start', '<', end);
  return query.orderBy('booking.start').limit(1).executeTakeFirst();
};

async function nameOf({ tx }: Desk, driver: string | null): Promise<string> {
  if (driver === null) return 'somebody with a code';
  const row = await tx.selectFrom('driver').select('name').where('id', '=', driver).executeTakeFirst();
  return row?.name || 'a driver';
}

/** A code alone opens no empty slot. */
async function neverStocked(desk: Desk, { key: id }: BookingTable, vehicle: string | null): Promise<void> {
  const key = await desk.tx
    .selectFrom('key')
    .innerJoin('box', 'box.id', 'key.box')
    .select(['key.name', 'key.place', 'box.name as box'])
    .where('key.id', '=', id)
    .executeTakeFirst();
  const name = { kind: 'key-never-stocked', subject: id };
  if (key === undefined) return;
  if (key.place !== 'never-stocked') await clearProblem(desk, name);
  else if (vehicle !== null) {
    const said = `key ${key.name} of ${vehicle} is booked, but was never put into ${key.box}: put it in (at the box: smartbox keys learn)`;
    await raiseProblem(desk, name, said);
  }
}
