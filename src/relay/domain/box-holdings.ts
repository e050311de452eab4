/**
 * Who can open a box: the very records that it holds, by its last receipt. A record that was put in later is not there yet, and
 * one that was taken out later is there still; a digest over all of them says whether box and relay mean the same.
 */
import { setDigest } from '../../wire/digest.ts';
import { relayEpoch } from '../store/migrate.ts';
import type { BoxTable } from '../store/tables.ts';
import { boxRow } from './boxes.ts';
import { pageSize } from './checks.ts';
import type { OpenReading, Reading } from './context.ts';

/** `comes`: it is on its way there. `goes`: it was taken out, and the box does not know yet. */
export type Held = 'held' | 'comes' | 'goes';

export interface HeldBooking {
  readonly id: string;
  readonly held: Held;
  readonly key: string;
  readonly driver: string | null;
  readonly start: number;
  readonly end: number | null;
  /** Whether a code opens it. */
  readonly byCode: boolean;
}

export interface HeldDriver {
  readonly id: string;
  readonly held: Held;
  readonly name: string;
  /** The last characters of what opens: the rest is nobody's business who looks at a list. */
  readonly phone: string | null;
  readonly badge: string | null;
  readonly hasPin: boolean;
}

export interface Proof {
  readonly revision: number;
  readonly known: number;
  readonly at: number | null;
  readonly count: number;
  readonly digest: string;
  /** As the box has signed it; null: it has signed none, or under another epoch of the relay. */
  readonly signed: string | null;
  readonly isEqual: boolean;
}

export interface Holdings {
  readonly proof: Proof;
  readonly bookings: readonly HeldBooking[];
  readonly drivers: readonly HeldDriver[];
  readonly isMore: boolean;
}

const shownOf = (text: string): string => `…${text.slice(-4)}`;

/** @throws Fault `not-found` */
export async function boxHoldings(reading: OpenReading, id: string, limit: number): Promise<Holdings> {
  const box = await boxRow(reading, id);
  const most = pageSize({ limit });
  const bookings = await heldBookings(reading, box, most + 1);
  const drivers = await heldDrivers(reading, box, most + 1);
  return {
    proof: await proofOf(reading, box),
    bookings: bookings.slice(0, most),
    drivers: drivers.slice(0, most),
    isMore: bookings.length > most || drivers.length > most,
  };
}

/** Dropped ones are left out as soon as the box knows that they are gone. */
const records = ({ tx }: Reading, box: BoxTable) =>
  tx
    .selectFrom('record')
    .select(['record.rev as record_rev', 'record.dropped'])
    .where('record.box', '=', box.id)
    .where(eb => eb.or([eb('record.dropped', '=', 0), eb('record.rev', '>', box.known_rev)]));

function heldAs(
  { record_rev, dropped }: { readonly record_rev: number; readonly dropped: number },
  { known_rev }: BoxTable,
): Held {
  if (dropped === 1) return 'goes';
  return record_rev > known_rev ? 'comes' : 'held';
}

async function heldBookings(reading: Reading, box: BoxTable, limit: number): Promise<readonly HeldBooking[]> {
  const rows = await records(reading, box)
    .where('record.kind', '=', 'booking')
    .innerJoin('booking', 'booking.id', 'record.subject')
    .innerJoin('key', 'key.id', 'booking.key')
    .leftJoin('driver', 'driver.id', 'booking.driver')
    .select(['booking.id', 'booking.start', 'booking.end', 'booking.code', 'driver.code as own'])
    .select(['key.name as key', 'driver.name as driver'])
    .orderBy('booking.start')
    .orderBy('booking.id')
    .limit(limit)
    .execute();
  return rows.map(row => ({
    ...{ id: row.id, held: heldAs(row, box), key: row.key, driver: row.driver },
    ...{ start: row.start, end: row.end, byCode: row.code !== null || row.own !== null },
  }));
}

async function heldDrivers(
  reading: OpenReading,
  box: BoxTable,
  limit: number,
): Promise<readonly HeldDriver[]> {
  const { atRest } = reading;
  const rows = await records(reading, box)
    .where('record.kind', '=', 'driver')
    .innerJoin('driver', 'driver.id', 'record.subject')
    .select(['driver.id', 'driver.name', 'driver.phone', 'driver.phone_opens', 'driver.badge', 'driver.pin'])
    .orderBy('driver.name')
    .orderBy('driver.id')
    .limit(limit)
    .execute();
  return rows.map(row => ({
    ...{ id: row.id, held: heldAs(row, box), name: row.name, hasPin: row.pin !== null },
    phone: row.phone === null || row.phone_opens === 0 ? null : shownOf(row.phone),
    badge: row.badge === null ? null : shownOf(atRest.open('badge', row.id, row.badge)),
  }));
}

async function proofOf({ tx }: Reading, box: BoxTable): Promise<Proof> {
  const live = await tx
    .selectFrom('record')
    .select(['id', 'rev'])
    .where('box', '=', box.id)
    .where('dropped', '=', 0)
    .execute();
  const digest = setDigest(live);
  const isOurs = box.known_epoch === (await relayEpoch(tx));
  const signed = isOurs ? signedDigest(box.receipt) : null;
  return {
    ...{ revision: box.revision, known: box.known_rev, at: box.known_at, count: live.length, digest, signed },
    isEqual: signed === digest && box.known_rev === box.revision,
  };
}

/** Of the box's last word, which it has signed. */
function signedDigest(receipt: string | null): string | null {
  if (receipt === null) return null;
  try {
    const { body } = JSON.parse(receipt) as { readonly body?: unknown };
    const { digest } = (typeof body === 'string' ? JSON.parse(body) : body) as { readonly digest?: unknown };
    return typeof digest === 'string' ? digest : null;
  } catch {
    return null;
  }
}
