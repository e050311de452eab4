/** The set that a box is to be sent: contents from the tables that its records name. */
import type { Kysely } from 'kysely';
import { setDigest } from '../../wire/digest.ts';
import type { BookingRecord, DriverRecord, KeyRecord, WireRecord } from '../../wire/records.ts';
import { lifeOnWire } from '../core/booking-life.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { RecordTable, Tables } from '../store/tables.ts';
import { factsOf } from './booking-rows.ts';
import { notFound } from './faults.ts';

interface SetSource {
  /** A transaction, or `store.db`. */
  readonly tx: Kysely<Tables>;
  readonly atRest: AtRest;
}

export interface BoxSet {
  /** Which enrolment of the box has it: another one has other keys. */
  readonly enrolments: number;
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
    if (set !== null) return set;
    if (reading >= readingsMax) throw new Error(`the set of ${box} never stands still`);
  }
}

interface Head {
  readonly enrolments: number;
  readonly rev: number;
  readonly boxEpoch: number;
}

interface RecordHead extends Pick<RecordTable, 'id' | 'kind' | 'rev'> {
  readonly dropped: boolean;
}

interface Records extends Head {
  readonly records: readonly RecordHead[];
}

const recordRows = preparedQuery((tx, since: number, box: string) =>
  tx
    .selectFrom('box')
    .leftJoin('record', join =>
      join
        .onRef('record.box', '=', 'box.id')
        .on(eb => eb.or([eb('record.dropped', '=', 0), eb('record.rev', '>', since)])),
    )
    .select(['enrolments', 'revision', 'told_epoch', 'record.id', 'kind', 'rev', 'dropped'])
    .where('box.id', '=', box),
);

/** In one statement, so that revision and records are of one instant. */
async function recordsOf(tx: Kysely<Tables>, box: string, since: number): Promise<Records> {
  const rows = await recordRows(tx, since, box);
  const [first] = rows;
  if (first === undefined) throw notFound('box', box);
  return {
    enrolments: first.enrolments,
    rev: first.revision,
    boxEpoch: first.told_epoch,
    records: rows.flatMap(({ id, kind, rev, dropped }) =>
      id === null || kind === null || rev === null ? [] : [{ id, kind, rev, dropped: dropped === 1 }],
    ),
  };
}

interface Asked extends Records {
  readonly id: string;
  readonly since: number;
}

/** Contents, and where the set stood when they were read. */
interface Read<Row> {
  readonly rows: readonly Row[];
  readonly still: boolean;
}

/** Null: it has changed since its records were read. */
async function readSet(source: SetSource, asked: Asked): Promise<BoxSet | null> {
  const { enrolments, since, rev, records } = asked;
  const live = records.filter(({ dropped }) => !dropped);
  const fresh = new Set(live.filter(record => record.rev > since).map(({ kind }) => kind));
  const none = { rows: [], still: true } as const;
  const keys = fresh.has('key') ? await keyRecords(source, asked) : none;
  const drivers = fresh.has('driver') ? await driverRecords(source, asked) : none;
  const bookings = fresh.has('booking') ? await bookingRecords(source, asked) : none;
  if (!keys.still || !drivers.still || !bookings.still) return null;
  return {
    enrolments,
    rev,
    count: live.length,
    digest: setDigest(live),
    put: [...keys.rows, ...drivers.rows, ...bookings.rows],
    drop: records.filter(({ dropped }) => dropped).map(({ id }) => id),
  };
}

/** `rows` is never empty while the set stands still: a record of this kind was seen. */
function readAs<Row extends { readonly revision: number; readonly told_epoch: number }, Record>(
  rows: readonly Row[],
  { rev, boxEpoch }: Head,
  record: (row: Row) => Record,
): Read<Record> {
  const still = rows.length > 0 && rows.every(row => row.revision === rev && row.told_epoch === boxEpoch);
  return { rows: still ? rows.map(record) : [], still };
}

const changed = (tx: Kysely<Tables>, id: string, since: number) =>
  tx
    .selectFrom('record')
    .innerJoin('box', 'box.id', 'record.box')
    .select(['record.id as record_id', 'record.rev as record_rev', 'box.revision', 'box.told_epoch'])
    .where('record.box', '=', id)
    .where('record.rev', '>', since)
    .where('record.dropped', '=', 0)
    .orderBy('record.id');

const keyRows = preparedQuery((tx, id: string, since: number) =>
  changed(tx, id, since)
    .where('record.kind', '=', 'key')
    .innerJoin('key', 'key.id', 'record.subject')
    .select(['key.id as key', 'key.name', 'key.slot', 'key.tag']),
);

async function keyRecords({ tx, atRest }: SetSource, asked: Asked): Promise<Read<KeyRecord>> {
  return readAs(await keyRows(tx, asked.id, asked.since), asked, row => ({
    ...{ id: row.record_id, rev: row.record_rev, kind: 'key' as const, name: row.name, slot: row.slot ?? 0 },
    tag: row.tag === null ? null : atRest.open('tag', row.key, row.tag),
  }));
}

const driverRows = preparedQuery((tx, id: string, since: number) =>
  changed(tx, id, since)
    .where('record.kind', '=', 'driver')
    .innerJoin('driver', 'driver.id', 'record.subject')
    .select(['driver.id as driver', 'phone', 'phone_opens', 'badge', 'pin']),
);

async function driverRecords({ tx, atRest }: SetSource, asked: Asked): Promise<Read<DriverRecord>> {
  return readAs(await driverRows(tx, asked.id, asked.since), asked, row => ({
    ...{ id: row.record_id, rev: row.record_rev, kind: 'driver' as const, driver: row.driver, pin: row.pin },
    phone: row.phone_opens === 1 ? row.phone : null,
    badge: row.badge === null ? null : atRest.open('badge', row.driver, row.badge),
  }));
}

const bookingRows = preparedQuery((tx, id: string, since: number) =>
  changed(tx, id, since)
    .where('record.kind', '=', 'booking')
    .innerJoin('booking', 'booking.id', 'record.subject')
    .innerJoin('key', 'key.id', 'booking.key')
    .selectAll('booking')
    .select('key.name as key_name'),
);

async function bookingRecords({ tx, atRest }: SetSource, asked: Asked): Promise<Read<BookingRecord>> {
  return readAs(await bookingRows(tx, asked.id, asked.since), asked, row => ({
    ...{ id: row.id, rev: row.record_rev, kind: 'booking' as const, key: row.key_name },
    ...{ start: row.start, end: row.end, driver: row.driver, reuse: row.reuse === 1 },
    code: row.code === null ? null : atRest.open('code', row.id, row.code),
    boxEpoch: Math.max(1, asked.boxEpoch),
    life: lifeOnWire(factsOf(row)),
    trace: row.trace,
  }));
}
