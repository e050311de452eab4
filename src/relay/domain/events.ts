import type { JournalEvent } from '../../wire/journal.ts';
import { isFoundEmpty, type KeyPlace, meaningful, meaningOf, type Use } from '../core/event-meaning.ts';
import { selectForUpdate } from '../store/select-for-update.ts';
import type { BookingTable, EventTable } from '../store/tables.ts';
import { noteKeyMoved, saveBooking } from './booking-rows.ts';
import { applyFaults } from './box-faults.ts';
import { type Page, pageSize } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { badInput } from './faults.ts';
import { noteJournals } from './news.ts';
import { clearProblem } from './problems.ts';

/**
 * Applies events of a box to its bookings and keys, in the transaction that stores them. Only what belongs to this box
 * changes, whatever they name.
 */
export async function applyEvents(
  context: Context,
  box: string,
  all: readonly JournalEvent[],
): Promise<void> {
  const events = all.filter(({ type }) => meaningful.has(type));
  const known: ReadonlySet<string> =
    events.length === 0 ? new Set() : await applyMeaning(context, box, events);
  const isOwn = ({ type, booking }: JournalEvent): boolean =>
    type === 'overdue' && booking !== undefined && known.has(booking);
  await applyFaults(
    context,
    box,
    all.filter(event => !isOwn(event)),
  );
  await noteJournals(context, context.account);
}

/** Gives the bookings that the events name, or whose keys they move. */
async function applyMeaning(
  context: Context,
  box: string,
  events: readonly JournalEvent[],
): Promise<ReadonlySet<string>> {
  const keys = await keysNamed(context, box, events);
  const rows = await bookingsNamed(context, box, { events, keys: keys.ids });
  const names = new Map([...keys.ids].map(([name, id]) => [id, name]));
  const uses = new Map(rows.map(row => [row.id, useOf(row, names.get(row.key) ?? '')]));
  const changes = meaningOf({ keys: keys.places, uses }, events);
  for (const use of changes.uses) {
    const row = rows.find(({ id }) => id === use.id);
    if (row !== undefined) await saveUse(context, row, use);
  }
  for (const place of changes.keys) {
    const id = keys.ids.get(place.name) ?? '';
    await savePlace(context, id, place);
    if (keys.places.get(place.name)?.place !== place.place) await noteKeyMoved(context, id);
  }
  return new Set(rows.map(({ id }) => id));
}

const useOf = ({ id, taken, returned, overdue }: BookingTable, key: string): Use => ({
  ...{ id, key, taken, returned, overdue },
});

interface KeysNamed {
  readonly places: ReadonlyMap<string, KeyPlace>;
  /** Ids by name. */
  readonly ids: ReadonlyMap<string, string>;
}

async function keysNamed(
  { tx, account }: Context,
  box: string,
  events: readonly JournalEvent[],
): Promise<KeysNamed> {
  const names = [...new Set(events.flatMap(({ key }) => key ?? []))];
  const rows =
    names.length === 0
      ? []
      : await tx
          .selectFrom('key')
          .select(['id', 'name', 'place', 'place_slot', 'place_since'])
          .where('account', '=', account)
          .where('box', '=', box)
          .where('name', 'in', names)
          .execute();
  return {
    places: new Map(
      rows.map(row => [
        row.name,
        { name: row.name, place: row.place, slot: row.place_slot, since: row.place_since },
      ]),
    ),
    ids: new Map(rows.map(({ name, id }) => [name, id])),
  };
}

interface Named {
  readonly events: readonly JournalEvent[];
  readonly keys: ReadonlyMap<string, string>;
}

/** Bookings that events name, those whose key is out, and where a driver found a slot empty the last one before. */
async function bookingsNamed(
  context: Context,
  box: string,
  { events, keys }: Named,
): Promise<readonly BookingTable[]> {
  const { tx, account } = context;
  const ids = [...new Set(events.flatMap(({ booking }) => booking ?? []))];
  const ofBox = tx.selectFrom('booking').selectAll().where('account', '=', account).where('box', '=', box);
  // Two questions, so that each has its index.
  const named = ids.length === 0 ? [] : await selectForUpdate(tx, ofBox.where('id', 'in', ids)).execute();
  const out =
    keys.size === 0
      ? []
      : await selectForUpdate(
          tx,
          ofBox
            .where('key', 'in', [...keys.values()])
            .where('taken', 'is not', null)
            .where('returned', 'is', null),
        ).execute();
  const found = new Map([...named, ...out].map(row => [row.id, row]));
  for (const event of events.filter(isFoundEmpty)) {
    const before = await lastReturned(context, box, keys.get(event.key ?? '') ?? '', event.booking ?? '');
    if (before !== undefined && !found.has(before.id)) found.set(before.id, before);
  }
  return [...found.values()];
}

const lastReturned = (
  { tx, account }: Context,
  box: string,
  key: string,
  except: string,
): Promise<BookingTable | undefined> =>
  selectForUpdate(
    tx,
    tx
      .selectFrom('booking')
      .selectAll()
      .where('account', '=', account)
      .where('box', '=', box)
      .where('key', '=', key)
      .where('id', '!=', except)
      .where('returned', 'is not', null)
      .orderBy('returned', 'desc')
      .limit(1),
  ).executeTakeFirst();

/**
 * Codes of this box that are used up there, though no event of it tells so: what is not known to be taken was taken and
 * returned before now, in a journal that is lost. Content that the box does not have yet, by `rev`, may have another code.
 */
export async function applySpent(
  context: Context,
  { box, ids, rev }: { readonly box: string; readonly ids: readonly string[]; readonly rev: number },
): Promise<void> {
  const { tx, account, now } = context;
  if (ids.length === 0) return;
  const rows = await selectForUpdate(
    tx,
    tx
      .selectFrom('booking')
      .selectAll()
      .where('account', '=', account)
      .where('box', '=', box)
      .where('id', 'in', ids)
      .where('reuse', '=', 0)
      .where('rev', '<=', rev)
      .where('taken', 'is', null)
      .where('cancelled', 'is', null),
  ).execute();
  for (const row of rows)
    await saveBooking(context, row, { ...row, taken: now, returned: now }, { content: false });
}

/** The box forgets a used booking, and gets back one whose key is out after all. */
async function saveUse(
  context: Context,
  before: BookingTable,
  { taken, returned, overdue }: Use,
): Promise<void> {
  await saveBooking(context, before, { ...before, taken, returned, overdue }, { content: false });
}

async function savePlace(context: Context, id: string, { place, slot, since }: KeyPlace): Promise<void> {
  // It has been seen, whether somebody brought it or it hung there all along.
  await clearProblem(context, { kind: 'key-never-stocked', subject: id });
  await context.tx
    .updateTable('key')
    .set({ place, place_slot: slot, place_since: since })
    .where('id', '=', id)
    .execute();
}

export type EventView = Pick<
  EventTable,
  'number' | 'box' | 'enrolment' | 'epoch' | 'seq' | 'line' | 'stored'
>;

/** In the order in which they came to the relay, no further than `upTo`; `page.after` is the last number of the page before. */
export function listEvents(
  { tx, account }: Reading,
  filter: {
    readonly box?: string | undefined;
    readonly booking?: string | undefined;
    readonly upTo?: number;
  },
  page: Page,
): Promise<readonly EventView[]> {
  const after = page.after === null ? 0 : Number(page.after);
  if (!Number.isSafeInteger(after) || after < 0) throw badInput('after', 'must be the number of an event');
  let query = tx
    .selectFrom('event')
    .select(['number', 'box', 'enrolment', 'epoch', 'seq', 'line', 'stored'])
    .where('account', '=', account)
    .where('number', '>', after);
  if (filter.box !== undefined) query = query.where('box', '=', filter.box);
  if (filter.upTo !== undefined) query = query.where('number', '<=', filter.upTo);
  if (filter.booking !== undefined) query = query.where('booking', '=', filter.booking);
  return query.orderBy('number').limit(pageSize(page)).execute();
}
