/** What a box is to be sent: contents from the tables that its records name. */
import type { Kysely } from 'kysely';
import { setDigest } from '../../wire/digest.ts';
import type { BookingRecord, DriverRecord, KeyRecord, WireRecord } from '../../wire/records.ts';
import { lifeOnWire } from '../core/booking-life.ts';
import type { AtRest } from '../ports.ts';
import type { RecordTable, Tables } from '../store/tables.ts';
import { factsOf } from './booking-rows.ts';
import { notFound } from './faults.ts';

export interface SetSource {
  /** A transaction, or `store.db`. */
  readonly tx: Kysely<Tables>;
  readonly atRest: AtRest;
}

export interface BoxSet {
  /** The newest revision of the set. */
  readonly rev: number;
  /** Of the whole set. */
  readonly count: number;
  readonly digest: string;
  /** Records of a later revision than `sinceRev`: keys, then drivers, then bookings. */
  readonly put: readonly WireRecord[];
  /** Ids that have left the set since. */
  readonly drop: readonly string[];
}

/** How often it is read again when it changes meanwhile. */
const readingsMax = 20;

/**
 * The set of a box as it changed after `sinceRev`; 0: all of it. Everything is of one revision, also outside of a transaction.
 * `chainReady` must have settled.
 */
export async function boxSet(source: SetSource, box: string, sinceRev: number): Promise<BoxSet> {
  for (let reading = 1; ; reading += 1) {
    const records = await recordsOf(source.tx, box, sinceRev);
    const set = await readSet(source, { ...records, id: box, since: sinceRev });
    if (set.put.length === 0 || (await isStill(source.tx, box, records))) return set;
    if (reading >= readingsMax) throw new Error(`the set of ${box} never stands still`);
  }
}

interface Head {
  readonly rev: number;
  readonly boxEpoch: number;
}

interface RecordHead extends Pick<RecordTable, 'id' | 'kind' | 'rev'> {
  readonly dropped: boolean;
}

interface Records extends Head {
  readonly records: readonly RecordHead[];
}

/** In one statement, so that revision and records are of one instant. */
async function recordsOf(tx: Kysely<Tables>, box: string, since: number): Promise<Records> {
  const rows = await tx
    .selectFrom('box')
    .leftJoin('record', join =>
      join
        .onRef('record.box', '=', 'box.id')
        .on(eb => eb.or([eb('record.dropped', '=', 0), eb('record.rev', '>', since)])),
    )
    .select(['revision', 'told_epoch', 'record.id', 'kind', 'rev', 'dropped'])
    .where('box.id', '=', box)
    .execute();
  const [first] = rows;
  if (first === undefined) throw notFound('box', box);
  return {
    rev: first.revision,
    boxEpoch: first.told_epoch,
    records: rows.flatMap(({ id, kind, rev, dropped }) =>
      id === null || kind === null || rev === null ? [] : [{ id, kind, rev, dropped: dropped === 1 }],
    ),
  };
}

async function isStill(tx: Kysely<Tables>, box: string, { rev, boxEpoch }: Head): Promise<boolean> {
  const now = await tx
    .selectFrom('box')
    .select(['revision', 'told_epoch'])
    .where('id', '=', box)
    .executeTakeFirst();
  return now?.revision === rev && now.told_epoch === boxEpoch;
}

interface Asked extends Records {
  readonly id: string;
  readonly since: number;
}

async function readSet(source: SetSource, asked: Asked): Promise<BoxSet> {
  const { since, rev, records } = asked;
  const live = records.filter(({ dropped }) => !dropped);
  const fresh = new Set(live.filter(record => record.rev > since).map(({ kind }) => kind));
  return {
    rev,
    count: live.length,
    digest: setDigest(live),
    put: [
      ...(fresh.has('key') ? await keyRecords(source, asked) : []),
      ...(fresh.has('driver') ? await driverRecords(source, asked) : []),
      ...(fresh.has('booking') ? await bookingRecords(source, asked) : []),
    ],
    drop: records.filter(({ dropped }) => dropped).map(({ id }) => id),
  };
}

const changed = (tx: Kysely<Tables>, { id, since }: Asked, kind: 'key' | 'driver' | 'booking') =>
  tx
    .selectFrom('record')
    .where('record.box', '=', id)
    .where('record.rev', '>', since)
    .where('record.dropped', '=', 0)
    .where('record.kind', '=', kind)
    .orderBy('record.id');

async function keyRecords({ tx, atRest }: SetSource, asked: Asked): Promise<readonly KeyRecord[]> {
  const rows = await changed(tx, asked, 'key')
    .innerJoin('key', 'key.id', 'record.subject')
    .select(['record.id', 'record.rev', 'key.id as key', 'key.name', 'key.slot', 'key.tag'])
    .execute();
  return rows.map(({ id, rev, key, name, slot, tag }) => ({
    ...{ id, rev, kind: 'key' as const, name, slot: slot ?? 0 },
    tag: tag === null ? null : atRest.open('tag', key, tag),
  }));
}

async function driverRecords({ tx, atRest }: SetSource, asked: Asked): Promise<readonly DriverRecord[]> {
  const rows = await changed(tx, asked, 'driver')
    .innerJoin('driver', 'driver.id', 'record.subject')
    .select(['record.id', 'record.rev', 'driver.id as driver', 'phone', 'phone_opens', 'badge', 'pin'])
    .execute();
  return rows.map(({ id, rev, driver, phone, phone_opens, badge, pin }) => ({
    ...{ id, rev, kind: 'driver' as const, driver, pin },
    phone: phone_opens === 1 ? phone : null,
    badge: badge === null ? null : atRest.open('badge', driver, badge),
  }));
}

async function bookingRecords({ tx, atRest }: SetSource, asked: Asked): Promise<readonly BookingRecord[]> {
  const rows = await changed(tx, asked, 'booking')
    .innerJoin('booking', 'booking.id', 'record.subject')
    .innerJoin('key', 'key.id', 'booking.key')
    .selectAll('booking')
    .select(['record.rev as record_rev', 'key.name as key_name'])
    .execute();
  return rows.map(row => ({
    ...{ id: row.id, rev: row.record_rev, kind: 'booking' as const, key: row.key_name },
    ...{ start: row.start, end: row.end, driver: row.driver, reuse: row.reuse === 1 },
    code: row.code === null ? null : atRest.open('code', row.id, row.code),
    boxEpoch: Math.max(1, asked.boxEpoch),
    life: lifeOnWire(factsOf(row)),
    trace: row.trace,
  }));
}
