import { type Kysely, sql } from 'kysely';
import { Fault } from '../../base/fault.ts';
import { type BookingState, bookingLife, isOut, needsCode } from '../core/booking-life.ts';
import { relayEpoch } from '../store/migrate.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { BookingTable, BoxTable, KeyTable, Tables } from '../store/tables.ts';
import { audit } from './audit.ts';
import { type Contact, contactDriver } from './booking-contact.ts';
import { noteFact } from './booking-facts.ts';
import { bookingRow, factsOf, insertBooking, knowledgeOf, leaveSet, saveBooking } from './booking-rows.ts';
import { boxRow } from './boxes.ts';
import { text, window } from './checks.ts';
import { wiped } from './codes.ts';
import type { Context } from './context.ts';
import { codeFor } from './driver-code.ts';
import { driverToChange } from './drivers.ts';
import { badInput, conflict } from './faults.ts';
import { newId } from './ids.ts';
import { keyToChange } from './keys.ts';

export interface NewBooking {
  /** Id of a key, or its name where only one has it. */
  readonly key: string;
  /** At most one of driver and contact; with neither, the code alone opens. */
  readonly driver?: string | undefined;
  readonly contact?: Contact | undefined;
  readonly start: number;
  /** Null: until changed. */
  readonly end: number | null;
  readonly reuse?: boolean | undefined;
  /** `api`, `fleetio`. */
  readonly origin?: string | undefined;
  /** One id from webhook to write-back; made where absent. */
  readonly trace?: string | undefined;
}

interface BookingMade {
  readonly id: string;
  readonly state: BookingState;
  /** Bookings of the same key whose window meets this one, ten at most: allowed, but somebody may find the key gone. */
  readonly overlaps: readonly string[];
}

const overlapsMax = 10;

export async function createBooking(context: Context, input: NewBooking): Promise<BookingMade> {
  const { account, now } = context;
  window(input.start, input.end);
  if (input.end !== null && input.end <= now) throw badInput('end', 'lies in the past');
  const key = await keyToChange(context, input.key);
  const box = await homeOf(context, key);
  const id = newId('b', context);
  const driver = await driverOf(context, input);
  const row = await insertBooking(context, {
    ...{ id, account, key: key.id, box: box.id, driver },
    ...{ start: input.start, end: input.end, reuse: input.reuse === true ? 1 : 0 },
    ...(await codeFor(context, box, { id, driver })),
    origin: text('origin', input.origin ?? 'api', 32),
    trace: text('trace', input.trace ?? newId('t', context), 96),
    ...{ created: now, updated: now, rev: 0, on_box: null, sent: null, cancelled: null, ended: null },
    ...{ taken: null, returned: null, overdue: null },
  });
  await audit(context, 'booking-created', id);
  const { state } = bookingLife(factsOf(row), knowledgeOf(box, await relayEpoch(context.tx)));
  return { id, state, overlaps: await overlapping(context, row) };
}

async function homeOf(context: Context, key: KeyTable): Promise<BoxTable> {
  if (key.box === null) throw conflict(`key ${key.name} is in no box`, 'Give it a box and a slot first.');
  return boxRow(context, key.box);
}

async function driverOf(
  context: Context,
  { driver, contact, key }: Pick<NewBooking, 'driver' | 'contact' | 'key'>,
): Promise<string | null> {
  if (driver !== undefined && contact !== undefined)
    throw badInput('contact', 'cannot go with driver', 'Give one of them.');
  if (contact !== undefined) return contactDriver(context, contact, key);
  if (driver === undefined) return null;
  const row = await driverToChange(context, driver);
  if (row.erased !== null) throw badInput('driver', 'this driver was erased');
  return row.id;
}

async function overlapping(context: Context, row: BookingTable): Promise<readonly string[]> {
  const { key, id, start, end } = row;
  const { tx } = context;
  const rows = await (end === null ? endingAfter(tx, key, id, start) : meeting(tx, key, id, start, end));
  return rows.map(each => each.id);
}

const stillToCome = (tx: Kysely<Tables>, key: string, id: string, start: number) =>
  tx
    .selectFrom('booking')
    .select('id')
    .where('key', '=', key)
    .where('id', '!=', id)
    // As the index booking_ahead says it.
    .where(sql<boolean>`cancelled is null and ended is null and (returned is null or reuse = 1)`)
    .where(eb => eb.or([eb('end', 'is', null), eb('end', '>', start)]))
    .orderBy('start')
    .limit(overlapsMax);

const endingAfter = preparedQuery(stillToCome);
const meeting = preparedQuery((tx, key: string, id: string, start: number, end: number) =>
  stillToCome(tx, key, id, start).where('start', '<', end),
);

interface BookingPatch {
  readonly key?: string | undefined;
  readonly driver?: string | undefined;
  readonly contact?: Contact | undefined;
  readonly start?: number | undefined;
  readonly end?: number | null | undefined;
  readonly reuse?: boolean | undefined;
  /** Instant of its last change as the caller knows it: refused where there was another since. */
  readonly updated?: number | undefined;
}

/**
 * The code stays the same unless key or driver change, or it was wiped when the booking ended. While the key is out only the
 * window and `reuse` may change.
 */
export async function changeBooking(
  context: Context,
  id: string,
  patch: BookingPatch,
): Promise<{ readonly id: string }> {
  const before = await bookingRow(context, id);
  const { updated, ...wanted } = patch;
  if (updated !== undefined && updated !== before.updated)
    throw new Fault('changed-since', 'somebody has changed this booking since', 'Look at it again.');
  changeable(before);
  const key = patch.key === undefined ? null : await keyToChange(context, patch.key);
  const driver =
    patch.driver === undefined && patch.contact === undefined
      ? before.driver
      : await driverOf(context, { ...patch, key: key?.id ?? before.key });
  const other = driver !== before.driver || (key !== null && key.id !== before.key);
  if (other && isOut(factsOf(before)))
    throw conflict('the key is out', 'Make another booking for what comes after.');
  const after = moved(context, before, patch);
  if (!other) await save(context, before, after);
  else {
    const box = key === null ? before.box : (await homeOf(context, key)).id;
    await rebooked(context, before, { ...after, driver, key: key?.id ?? before.key, box });
  }
  if ([patch.driver, patch.contact, patch.key].some(each => each !== undefined))
    await noteFact(context, 'booking-reassigned', before);
  if (patch.start !== undefined || patch.end !== undefined) await noteFact(context, 'booking-moved', before);
  await audit(context, 'booking-changed', id, Object.keys(wanted).join(' '));
  return { id };
}

function changeable(row: BookingTable): void {
  if (isOut(factsOf(row))) return;
  if (row.cancelled !== null) throw conflict('this booking was cancelled', 'Make a new one.');
  if (row.returned !== null && row.reuse === 0) throw conflict('this booking is used up', 'Make a new one.');
}

/** With its new window. One that is prolonged has not ended yet, nor is its key late. */
function moved({ now }: Context, before: BookingTable, patch: BookingPatch): BookingTable {
  const start = patch.start ?? before.start;
  const end = patch.end === undefined ? before.end : patch.end;
  window(start, end);
  const over = end !== null && end <= now;
  if (over && !isOut(factsOf(before)) && end !== before.end) throw badInput('end', 'lies in the past');
  const reuse = patch.reuse === undefined ? before.reuse : patch.reuse ? 1 : 0;
  const state = over ? {} : { ended: null, overdue: null };
  return { ...before, start, end, reuse, ...state, updated: now };
}

async function save(context: Context, before: BookingTable, after: BookingTable): Promise<void> {
  const bare = after.code === null && !isOut(factsOf(after)) && needsCode(factsOf(after));
  const code = bare ? await codeFor(context, await boxRow(context, after.box), after) : {};
  await saveBooking(context, before, { ...after, ...code }, { content: true });
}

/** For another driver, or another key, perhaps in another box: nobody who has the old code may take it. */
async function rebooked(context: Context, before: BookingTable, after: BookingTable): Promise<void> {
  const box = await boxRow(context, after.box);
  const bare = await wiped(context, before);
  if (after.box !== before.box || after.driver !== before.driver) await leaveSet(context, before);
  const code = needsCode(factsOf(after)) ? await codeFor(context, box, after) : {};
  await saveBooking(context, before, { ...after, ...bareCode(bare), ...code }, { content: true });
}

const bareCode = ({ code, code_hash }: BookingTable) => ({ code, code_hash });

/** A key that is out can still be brought back under it. Cancelling again changes nothing. */
export async function cancelBooking(context: Context, id: string): Promise<{ readonly id: string }> {
  const row = await bookingRow(context, id);
  if (row.cancelled !== null) return { id };
  if (row.returned !== null && row.reuse === 0)
    throw conflict('this booking is used up', 'There is nothing to cancel.');
  const cancelled = { ...row, cancelled: context.now, updated: context.now };
  await saveBooking(context, row, cancelled, { content: false });
  await noteFact(context, 'booking-cancelled', row);
  await audit(context, 'booking-cancelled', id);
  return { id };
}
