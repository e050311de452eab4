/** A booking with everything that people are told about it. */
import type { Kysely } from 'kysely';
import { type BookingLife, bookingLife, isOut, isProven } from '../core/booking-life.ts';
import { type Settings, settingsOf } from '../domain/accounts.ts';
import { factsOf, knowledgeOf } from '../domain/booking-rows.ts';
import type { AtRest } from '../ports.ts';
import { relayEpoch } from '../store/migrate.ts';
import type { BookingTable, DriverTable, Tables } from '../store/tables.ts';

export interface Access {
  readonly booking: BookingTable;
  readonly life: BookingLife;
  /** The box has it as it is now, or its key is out. */
  readonly isReady: boolean;
  readonly key: { readonly name: string; readonly slot: number | null };
  readonly box: string;
  /** Where the box stands; without a site UTC, and nobody to call. */
  readonly place: {
    readonly name: string | null;
    readonly zone: string;
    readonly language: string | null;
    readonly phone: string | null;
  };
  readonly driver: DriverTable | null;
  readonly account: { readonly id: string; readonly name: string; readonly region: string };
  readonly settings: Settings;
}

/** Null: there is no such booking. */
export async function accessOf(db: Kysely<Tables>, id: string): Promise<Access | null> {
  const booking = await db.selectFrom('booking').selectAll().where('id', '=', id).executeTakeFirst();
  if (booking === undefined) return null;
  const box = await db
    .selectFrom('box')
    .leftJoin('site', 'site.id', 'box.site')
    .select(['box.name', 'known_epoch', 'known_rev', 'known_at', 'link', 'link_since'])
    .select(['site.name as place', 'site.timezone', 'site.language', 'site.phone'])
    .where('box.id', '=', booking.box)
    .executeTakeFirstOrThrow();
  const key = await db
    .selectFrom('key')
    .select(['name', 'slot', 'place', 'place_slot'])
    .where('id', '=', booking.key)
    .executeTakeFirstOrThrow();
  const account = await db
    .selectFrom('account')
    .select(['id', 'name', 'region', 'settings'])
    .where('id', '=', booking.account)
    .executeTakeFirstOrThrow();
  const facts = factsOf(booking);
  const knowledge = knowledgeOf(box, await relayEpoch(db));
  return {
    booking,
    life: bookingLife(facts, knowledge),
    isReady: isProven(facts, knowledge) || isOut(facts),
    key: { name: key.name, slot: key.place === 'in' ? (key.place_slot ?? key.slot) : key.slot },
    box: box.name,
    place: { name: box.place, zone: box.timezone ?? 'UTC', language: box.language, phone: box.phone },
    driver: await driverOf(db, booking.driver),
    account,
    settings: settingsOf(account),
  };
}

/** Null: none, or nobody any more. */
export async function driverOf(db: Kysely<Tables>, id: string | null): Promise<DriverTable | null> {
  if (id === null) return null;
  return (await db.selectFrom('driver').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

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
