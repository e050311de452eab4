/** Who has a key, and whose it is next: of keys that are shown, by the indexes of their bookings. */
import { type RawBuilder, sql } from 'kysely';
import type { Reading } from './context.ts';

export interface BookingOfKey {
  readonly id: string;
  readonly driver: string | null;
  /** Null: there is no driver, or none of that name any more. */
  readonly driverName: string | null;
  readonly start: number;
  readonly end: number | null;
  readonly taken: number | null;
  readonly isLate: boolean;
}

export interface KeyUses {
  /** The booking by which it is out; null: it is not, or the relay does not know by which. */
  readonly holder: BookingOfKey | null;
  /** The first that is not over and does not have the key. */
  readonly next: BookingOfKey | null;
}

export async function keyUses(
  { tx, account }: Reading,
  keys: readonly string[],
): Promise<ReadonlyMap<string, KeyUses>> {
  if (keys.length === 0) return new Map();
  const found = await tx
    .selectFrom('key')
    .select(['id', holding.as('holder'), coming.as('next')])
    .where('account', '=', account)
    .where('id', 'in', keys)
    .execute();
  const bookings = await bookingsOf(
    { tx, account },
    found.flatMap(({ holder, next }) => [holder, next].filter(id => id !== null)),
  );
  return new Map(
    found.map(({ id, holder, next }) => [
      id,
      { holder: bookings.get(holder ?? '') ?? null, next: bookings.get(next ?? '') ?? null },
    ]),
  );
}

/** As the index booking_out says it. */
const holding: RawBuilder<string | null> = sql`(select b.id from booking b
  where b.box = key.box and b.key = key.id and b.taken is not null and b.returned is null limit 1)`;

/** As the index booking_ahead says it. */
const coming: RawBuilder<string | null> = sql`(select b.id from booking b
  where b.key = key.id and b.cancelled is null and b.ended is null and (b.returned is null or b.reuse = 1)
    and (b.taken is null or b.returned is not null) order by b.start limit 1)`;

async function bookingsOf(
  { tx, account }: Reading,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BookingOfKey>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('booking')
    .leftJoin('driver', join =>
      join.onRef('driver.id', '=', 'booking.driver').on('driver.erased', 'is', null),
    )
    .select(['booking.id', 'booking.driver', 'driver.name', 'start', 'end', 'taken', 'overdue'])
    .where('booking.account', '=', account)
    .where('booking.id', 'in', ids)
    .execute();
  return new Map(
    rows.map(({ id, driver, name, start, end, taken, overdue }) => [
      id,
      { id, driver, driverName: name, start, end, taken, isLate: overdue !== null },
    ]),
  );
}

/** Those that are not over and do not have the key, the earliest first. */
export async function bookingsToCome(
  { tx, account }: Reading,
  key: string,
  most: number,
): Promise<readonly BookingOfKey[]> {
  const rows = await sql<{ readonly id: string }>`select id from booking where key = ${key}
    and cancelled is null and ended is null and (returned is null or reuse = 1)
    and (taken is null or returned is not null) order by key, start limit ${most}`.execute(tx);
  const ids = rows.rows.map(({ id }) => id);
  const bookings = await bookingsOf({ tx, account }, ids);
  return ids.flatMap(id => bookings.get(id) ?? []);
}

export interface VehicleOfKey {
  readonly integration: string;
  readonly id: string;
  readonly name: string;
  readonly plate: string | null;
}

/** The vehicle that each is linked to, by the id of the key. */
export async function keyVehicles(
  { tx, account }: Reading,
  keys: readonly string[],
): Promise<ReadonlyMap<string, VehicleOfKey>> {
  if (keys.length === 0) return new Map();
  const rows = await tx
    .selectFrom('vehicle')
    .select(['key', 'integration', 'id', 'name', 'plate'])
    .where(sql<boolean>`account || '' = ${account}`)
    .where('key', 'in', keys)
    .execute();
  return new Map(rows.map(({ key, ...vehicle }) => [key ?? '', vehicle]));
}

/** Names of drivers who are there, by id. */
export async function driverNames(
  { tx, account }: Reading,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('driver')
    .select(['id', 'name'])
    .where('account', '=', account)
    .where('id', 'in', [...new Set(ids)])
    .where('erased', 'is', null)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
