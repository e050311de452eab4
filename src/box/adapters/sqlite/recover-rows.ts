/** Copies all that can be read of a damaged file, page by page, into the file that takes its place. */

import { wall } from '../../../base/brand.ts';
import type { JournalEvent } from '../../../wire/journal.ts';
import type { Key, Use } from '../../core/model.ts';
import type { Db } from './connection.ts';
import { type FoundRows, findRows } from './found-rows.ts';
import type { HighWaterMark } from './high-water-mark.ts';
import type { Cell } from './records.ts';
import { endOf } from './rows.ts';
import { spanEvents } from './schema.ts';

interface RecoveredRows {
  readonly bookings: number;
  readonly events: number;
  /** Keys of which it is known where they are. */
  readonly keys: number;
}

type KeyPart = Pick<Key, 'place' | 'lastHolder'>;

/**
 * Of a slot what outlives an opening, and the lock-down: no checksum guards them, and nothing that makes no sense may keep the
 * box from starting. What the relay has set it sets again.
 */
function partOf(name: string, body: string): string | null {
  const said: unknown = JSON.parse(body);
  if (!isObject(said)) return null;
  if (name === 'lockdown')
    return typeof said.on === 'boolean' && (said.until === null || typeof said.until === 'number')
      ? body
      : null;
  if (!/^slot\/\d{1,3}$/.test(name)) return null;
  const flags = ['jammed', 'doorSuspect', 'maintenance', 'emptied', 'disturbed'] as const;
  const kept = Object.fromEntries(flags.map(flag => [flag, said[flag] === true]));
  return JSON.stringify({ opening: null, misses: 0, ...kept });
}

/**
 * Into an empty `db`. Where the last that the box is known to have written is not among what was found, other things may be
 * missing too: then only that a key is out is believed, since a key must come back, and not that one is in.
 */
export function recoverRows(
  db: Db,
  file: string,
  site: { readonly box: string; readonly known: HighWaterMark | null },
): RecoveredRows {
  const found = findRows(file, site.box);
  const events = found.event
    .map(row => JSON.parse(String(row[3])) as JournalEvent)
    .sort((a, b) => a.seq - b.seq);
  const isNewest = (events.at(-1)?.seq ?? 0) >= (site.known?.seq ?? 0);
  const places = placesOf(found, events);
  db.exec('BEGIN IMMEDIATE');
  const bookings = keepBookings(db, found, places);
  insert(db, 'use', found.use);
  insert(db, 'spent', found.spent);
  insert(db, 'tag', found.tag);
  insert(
    db,
    'event',
    found.event.filter(row => Number(row[0]) <= (site.known?.seq ?? Infinity)),
  );
  spans(db);
  keepKeys(db, found, places);
  const kept = [...places].filter(([, { place }]) => isNewest || place.at === 'out');
  const parts = [...found.part].flatMap(([name, body]) => {
    const part = isNewest ? partOf(name, body) : null;
    return part === null ? [] : [[name, part]];
  });
  insert(db, 'part', [...parts, ...kept.map(([name, part]) => [`key/${name}`, JSON.stringify(part)])]);
  keepUses(db, kept);
  db.exec('COMMIT');
  return { bookings, events: events.length, keys: kept.length };
}

/** Each row by itself: one that the checks of its table refuse was no row of ours. */
function insert(db: Db, table: string, rows: readonly (readonly Cell[])[]): number {
  if (rows.length === 0) return 0;
  const marks = rows[0]?.map(() => '?').join(', ') ?? '?';
  const statement = db.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${marks})`);
  let count = 0;
  for (const row of rows) {
    try {
      // A number binds as a double, which a strict column of integers takes only where it is whole.
      count += statement.run(...row.map(cell => (typeof cell === 'number' ? BigInt(cell) : cell))).changes;
    } catch {
      // Left out.
    }
  }
  return count;
}

/** Those whose own page is gone are put together from the indexes, as far as a code is known: good for a return. */
function keepBookings(
  db: Db,
  { booking, named, byRid }: FoundRows,
  places: ReadonlyMap<string, unknown>,
): number {
  const whole = insert(db, 'booking', booking);
  const rebuilt = [...named].flatMap(([id, rid]) => {
    const { code, key, start, end } = byRid.get(rid) ?? {};
    const isKnown = code !== undefined && key !== undefined && start !== undefined && end !== undefined;
    if (!isKnown || places.has(id)) return [];
    return [[rid, id, key, start, end, code, null, null, null, 0, null, 'import', 0, 1, null]];
  });
  return whole + insert(db, 'booking', rebuilt);
}

/** Where each key is: as the state said, or else by its last move in the journal. */
function placesOf({ part }: FoundRows, events: readonly JournalEvent[]): ReadonlyMap<string, KeyPart> {
  const places = new Map<string, KeyPart>();
  for (const event of events) {
    const moved = placeBy(event);
    if (moved !== null && event.key !== undefined) places.set(event.key, moved);
  }
  for (const [name, body] of part) {
    const said = name.startsWith('key/') ? keyPart(body) : null;
    const key = name.slice('key/'.length);
    if (said !== null && !contradicts(places.get(key)?.place, said.place)) places.set(key, said);
  }
  return places;
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null;

/** Null where it is not what the state writes: no checksum guards it. */
function keyPart(body: string): KeyPart | null {
  const part: unknown = JSON.parse(body);
  if (!isObject(part) || !isObject(part.place)) return null;
  const { at, slot, from, holder, since } = part.place;
  const isWhole =
    at === 'never-stocked' ||
    (at === 'slot' && typeof slot === 'number') ||
    (at === 'missing' && typeof from === 'number') ||
    (at === 'out' && isObject(holder) && 'booking' in holder && 'who' in holder && typeof since === 'number');
  return isWhole ? { place: part.place as unknown as Key['place'], lastHolder: null } : null;
}

/** Events have their hashes: who took the key is as the last of them says. That it is back may also be a technician's word. */
const contradicts = (told: Key['place'] | undefined, said: Key['place']): boolean =>
  told?.at === 'out' && said.at === 'out' && told.holder.booking !== said.holder.booking;

function placeBy(event: JournalEvent): KeyPart | null {
  const { type, slot, proof = 'presumed' } = event;
  if (type === 'key-returned' && slot !== undefined)
    return { place: { at: 'slot', slot, proof }, lastHolder: null };
  if (type !== 'key-taken' && type !== 'key-transferred') return null;
  const holder = { booking: event.booking ?? null, who: event.who ?? null };
  return { place: { at: 'out', holder, since: wall(Date.parse(event.at)), proof }, lastHolder: null };
}

/** An index of bookings has the shape of the table of keys; the state knows which names are keys. */
function keepKeys(db: Db, { named }: FoundRows, places: ReadonlyMap<string, unknown>): void {
  const isBooking = db.prepare<[string], number>('SELECT 1 FROM booking WHERE id = ?').pluck();
  const keys = [...named].filter(([name]) => places.has(name) && isBooking.get(name) === undefined);
  insert(db, 'key', keys);
}

/** A key that is out has a use that says so, wherever that was lost. */
function keepUses(db: Db, places: readonly (readonly [string, KeyPart])[]): void {
  const bookingOf = db.prepare<[string], { end: number; reuse: number; driver: string | null }>(
    'SELECT end, reuse, driver FROM booking WHERE id = ?',
  );
  for (const [key, { place }] of places) {
    const id = place.at === 'out' ? place.holder.booking : null;
    const row = id === null ? undefined : bookingOf.get(id);
    if (id === null || row === undefined) continue;
    const use = {
      ...{ booking: id, life: 'out', key, pulses: 0, openings: 0, codeUsed: false, reuse: row.reuse === 1 },
      ...{ who: row.driver, end: endOf(row.end), dueSoonSaid: true, overdueSaid: true },
    } satisfies Record<keyof Use, unknown>;
    insert(db, 'use', [[id, 'out', 0, JSON.stringify(use)]]);
  }
}

/** As a journal that was written event by event has them. */
function spans(db: Db): void {
  db.prepare(
    `INSERT OR IGNORE INTO span SELECT ((seq + ${spanEvents - 1}) / ${spanEvents}) * ${spanEvents} AS last, min(at), max(at)
     FROM event GROUP BY 1 HAVING count(*) > 0 AND last <= (SELECT max(seq) FROM event)`,
  ).run();
}
