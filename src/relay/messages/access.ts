/** A booking with everything that people are told about it. */
import type { Kysely } from 'kysely';
import { assert } from '../../base/assert.ts';
import { type TimeZone, utc } from '../../base/time-zone.ts';
import { type BookingLife, bookingLife, isOut, isProven } from '../core/booking-life.ts';
import { type Settings, settingsOf } from '../domain/accounts.ts';
import { factsOf, knowledgeOf } from '../domain/booking-rows.ts';
import { type Place, placeOf, withPlaces } from '../domain/places.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import { relayEpoch } from '../store/migrate.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { BookingTable, DriverTable, Tables } from '../store/tables.ts';

export interface Access {
  readonly booking: BookingTable;
  readonly life: BookingLife;
  /** The box has it as it is now, or its key is out. */
  readonly isReady: boolean;
  /** The key is not in the box, and not with the driver of this booking: with somebody else, or gone astray. */
  readonly isKeyAway: boolean;
  readonly key: { readonly name: string; readonly slot: number | null };
  readonly box: string;
  /** Where the box stands; where nobody has said, UTC. */
  readonly place: Place & { readonly zone: TimeZone; readonly isZoneKnown: boolean };
  readonly driver: DriverTable | null;
  readonly account: { readonly id: string; readonly name: string; readonly region: string };
  readonly settings: Settings;
}

/** A message waits no longer than this for a box or a key, of a booking that lasts until somebody changes it. */
const openEndedMs = 30 * 86_400_000;

/** Words about a booking are news until then. */
export const lastsUntil = ({ start, end }: Pick<BookingTable, 'start' | 'end'>, now: number): number =>
  end ?? Math.max(start, now) + openEndedMs;

/** Null: there is no such booking. */
export async function accessOf(db: Kysely<Tables>, id: string): Promise<Access | null> {
  const [booking] = await bookingRow(db, id);
  if (booking === undefined) return null;
  const [box] = await boxRow(db, booking.box);
  const [key] = await keyRow(db, booking.key);
  const [account] = await accountRow(db, booking.account);
  assert(box !== undefined && key !== undefined && account !== undefined, `booking ${id} refers to nothing`);
  const facts = factsOf(booking);
  const knowledge = knowledgeOf(box, await relayEpoch(db));
  return {
    booking,
    life: bookingLife(facts, knowledge),
    isReady: isProven(facts, knowledge) || isOut(facts),
    isKeyAway: !isOut(facts) && (key.place === 'out' || key.place === 'missing'),
    key: { name: key.name, slot: key.place === 'in' ? (key.place_slot ?? key.slot) : key.slot },
    box: box.name,
    place: { ...placeOf(box), zone: placeOf(box).zone ?? utc, isZoneKnown: placeOf(box).zone !== null },
    driver: await driverOf(db, booking.driver),
    account,
    settings: settingsOf(account),
  };
}

const bookingRow = preparedQuery((db, id: string) =>
  db.selectFrom('booking').selectAll().where('id', '=', id),
);

const boxRow = preparedQuery((db, id: string) =>
  withPlaces(db)
    .select(['box.name', 'known_epoch', 'known_rev', 'known_at', 'link', 'link_since'])
    .where('box.id', '=', id),
);

const keyRow = preparedQuery((db, id: string) =>
  db.selectFrom('key').select(['name', 'slot', 'place', 'place_slot']).where('id', '=', id),
);

const accountRow = preparedQuery((db, id: string) =>
  db.selectFrom('account').select(['id', 'name', 'region', 'settings']).where('id', '=', id),
);

/** Null: none, or nobody any more. */
export async function driverOf(db: Kysely<Tables>, id: string | null): Promise<DriverTable | null> {
  if (id === null) return null;
  const [driver] = await driverRow(db, id);
  return driver ?? null;
}

const driverRow = preparedQuery((db, id: string) => db.selectFrom('driver').selectAll().where('id', '=', id));

/** As people read it, `1234 5678`; null until the box has it, and once it is gone. */
export function codeOf({ booking, isReady }: Access, atRest: AtRest): string | null {
  if (booking.code === null || !isReady) return null;
  return grouped(atRest.open('code', booking.id, booking.code));
}

const groups: Readonly<Record<number, readonly number[]>> = {
  6: [3, 3],
  7: [3, 4],
  8: [4, 4],
  9: [3, 3, 3],
  10: [4, 3, 3],
};

export function grouped(code: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const size of groups[code.length] ?? [code.length]) {
    parts.push(code.slice(from, from + size));
    from += size;
  }
  return parts.join(' ');
}
