import { withoutMarks } from '../../base/plain-line.ts';
import { selectForUpdate } from '../store/select-for-update.ts';
import type { BoxTable, KeyTable } from '../store/tables.ts';
import { audit } from './audit.ts';
import { moveBookings } from './booking-moves.ts';
import { liveBookings } from './booking-rows.ts';
import { clearFaultsOfKey } from './box-faults.ts';
import { boxRow, slotsOf } from './boxes.ts';
import { slotNumber, type Tag, tag as tagIn, text } from './checks.ts';
import type { Context, OpenReading, Reading } from './context.ts';
import { badInput, conflict, notFound } from './faults.ts';
import type { FollowedContext } from './followers.ts';
import { newId } from './ids.ts';
import { clearProblemsOf } from './problems.ts';
import { drop, putRecords } from './records.ts';
import { forgetSearchWords, matchingSubjects, noteKeyWords } from './search-words.ts';
import { tagHash, tagHashes, type Warned, warned } from './tags.ts';
import { typedWords } from './text-words.ts';

interface NewKey {
  readonly name: string;
  readonly box: string;
  /** Home slot. */
  readonly slot: number;
  readonly tag?: string | null | undefined;
}

interface KeyPatch {
  readonly name?: string | undefined;
  readonly box?: string | undefined;
  readonly slot?: number | undefined;
  readonly tag?: string | null | undefined;
}

/** Tags are shown: they are no secret (rules.md 22), but encrypted at rest all the same. */
export type KeyView = Omit<KeyTable, 'account' | 'tag_hash'>;

export async function createKey(context: Context, input: NewKey): Promise<Warned & { readonly id: string }> {
  const { tx, account, now } = context;
  const box = await boxRow(context, input.box);
  const id = newId('k', context);
  const name = text('name', input.name, 64);
  const slot = homeSlot(box, input.slot);
  await freePlace(context, { id, box: box.id, name, slot });
  const tag = input.tag == null ? null : tagIn('tag', input.tag);
  await tx
    .insertInto('key')
    .values({
      ...{ id, account, name, box: box.id, slot, ...(await tagOf(context, id, tag)) },
      ...{ place: 'never-stocked', place_slot: null, place_since: null, created: now },
    })
    .execute();
  await noteKeyWords(context, id);
  await putRecords(tx, box.id, [{ kind: 'key', subject: id }]);
  await audit(context, 'key-created', id);
  return { id, ...warned('tag', tag) };
}

function homeSlot(box: BoxTable, slot: number): number {
  const slots = slotsOf(box);
  const number = slotNumber('slot', slot);
  if (slots !== null && !slots.includes(number))
    throw badInput('slot', `box ${box.id} has no slot ${slot}`, `It has ${slots.join(', ')}.`);
  return number;
}

interface Place {
  readonly id: string;
  readonly box: string;
  readonly name: string;
  readonly slot: number;
}

/** One name and one home slot a key, in each box. */
async function freePlace({ tx }: Context, { id, box, name, slot }: Place): Promise<void> {
  const other = await tx
    .selectFrom('key')
    .select(['id', 'name', 'slot'])
    .where('box', '=', box)
    .where('id', '!=', id)
    .where(eb => eb.or([eb('name', '=', name), eb('slot', '=', slot)]))
    .executeTakeFirst();
  if (other === undefined) return;
  if (other.name === name)
    throw conflict(`box ${box} has a key named ${name} already`, 'Give this one another name.');
  throw conflict(`slot ${slot} of box ${box} is the home of ${other.name}`, 'Choose another slot.');
}

async function tagOf(
  { tx, account, atRest, now }: Context,
  id: string,
  tag: Tag | null,
): Promise<Pick<KeyTable, 'tag' | 'tag_hash' | 'tag_at'>> {
  if (tag === null) return { tag: null, tag_hash: null, tag_at: null };
  const other = await tx
    .selectFrom('key')
    .select('name')
    .where('account', '=', account)
    .where('tag_hash', 'in', tagHashes(atRest, 'tag', account, tag.number))
    .where('id', '!=', id)
    .executeTakeFirst();
  if (other !== undefined)
    throw conflict(`this tag is on key ${other.name} already`, 'Each key has its own tag.');
  return {
    tag: atRest.seal('tag', id, tag.number),
    tag_hash: tagHash(atRest, 'tag', account, tag.number),
    tag_at: now,
  };
}

/**
 * Its bookings go with it to another box, with new codes. A key that is out stays where it is booked; its name is the one
 * under which boxes know it, so it changes only before it was ever seen.
 */
export async function changeKey(context: Context, ref: string, patch: KeyPatch): Promise<Warned & KeyView> {
  const { tx } = context;
  const before = await keyToChange(context, ref);
  const box = await boxRow(context, patch.box ?? before.box ?? '');
  const name = patch.name === undefined ? before.name : text('name', patch.name, 64);
  const slot = homeSlot(box, patch.slot ?? before.slot ?? 0);
  if (name !== before.name && wasSeen(before))
    throw conflict(`key ${before.name} has been in a box under this name`, 'Make a new key instead.');
  if (box.id !== before.box && before.place === 'out')
    throw conflict(`key ${before.name} is out`, 'Wait until it is back.');
  await freePlace(context, { id: before.id, box: box.id, name, slot });
  const tag = patch.tag == null ? null : tagIn('tag', patch.tag);
  const bound = patch.tag === undefined ? {} : await tagOf(context, before.id, tag);
  await tx
    .updateTable('key')
    .set({ name, box: box.id, slot, ...bound, ...(box.id === before.box ? {} : unseen(context, before)) })
    .where('id', '=', before.id)
    .execute();
  if (name !== before.name) await noteKeyWords(context, before.id);
  await settled(context, before, { name, box });
  await audit(context, 'key-changed', before.id, Object.keys(patch).join(' '));
  return { ...(await keyView(context, before.id)), ...warned('tag', tag) };
}

/** A box has told of it, be it the one that it was moved away from. */
export const wasSeen = ({ place, place_since }: Pick<KeyTable, 'place' | 'place_since'>): boolean =>
  place !== 'never-stocked' || place_since !== null;

/** The box that it is moved to has not seen it yet: its place in the one before says nothing of a door there. */
const unseen = ({ now }: Context, before: KeyTable) =>
  wasSeen(before) ? ({ place: 'never-stocked', place_slot: null, place_since: now } as const) : {};

/** Another computer takes the place of this box, and has seen none of its keys; one that is out is out all the same. */
export async function forgetPlaces({ tx, now }: Context, box: string): Promise<void> {
  await tx
    .updateTable('key')
    .set({ place: 'never-stocked', place_slot: null, place_since: now })
    .where('box', '=', box)
    .where('place', 'in', ['in', 'missing'])
    .execute();
}

async function settled(
  context: Context,
  before: KeyTable,
  after: { readonly name: string; readonly box: BoxTable },
): Promise<void> {
  const { tx } = context;
  const key = { kind: 'key', subject: before.id } as const;
  if (after.box.id !== before.box && before.box !== null) {
    await moveBookings(context, before.id, after.box);
    await clearFaultsOfKey(context, { box: before.box, key: before.name });
    await drop(tx, before.box, [key]);
  } else if (after.name !== before.name) {
    const bookings = await liveBookings(context, { key: before.id });
    const rev = await putRecords(
      tx,
      after.box.id,
      bookings.map(({ id }) => ({ kind: 'booking', subject: id })),
    );
    for (const { id } of bookings)
      await tx.updateTable('booking').set({ rev, sent: null, on_box: null }).where('id', '=', id).execute();
  }
  await putRecords(tx, after.box.id, [key]);
}

/** Of a key without bookings to come. One that ever was booked stays in the lists, in no box. */
export async function deleteKey(context: FollowedContext, ref: string): Promise<void> {
  const { tx } = context;
  const { id, name, box, place } = await keyToChange(context, ref);
  if (place === 'out') throw conflict(`key ${name} is out`, 'Wait until it is back.');
  if ((await liveBookings(context, { key: id })).length > 0)
    throw conflict(`key ${name} has bookings`, 'Cancel them first.');
  if (box !== null) {
    await drop(tx, box, [{ kind: 'key', subject: id }]);
    await clearFaultsOfKey(context, { box, key: name });
  }
  await forgetSearchWords(context, 'key', id);
  await clearProblemsOf(context, [id]);
  for (const { keyDeleted } of context.followers) await keyDeleted?.(context, id);
  const booked = await tx.selectFrom('booking').select('id').where('key', '=', id).executeTakeFirst();
  if (booked === undefined) await tx.deleteFrom('key').where('id', '=', id).execute();
  else
    await tx
      .updateTable('key')
      .set({ box: null, slot: null, tag: null, tag_hash: null, tag_at: null })
      .where('id', '=', id)
      .execute();
  await audit(context, 'key-deleted', id);
}

/**
 * By its id, or by its name where only one in the account has it.
 * @throws Fault `not-found`, `conflict`
 */
const keyRow = (reading: Reading, ref: string): Promise<KeyTable> =>
  theOne(ref, (column, sought) => keysWhere(reading, column, sought).execute());

/** As `keyRow`; nobody else changes it until the commit. */
export const keyToChange = (context: Context, ref: string): Promise<KeyTable> =>
  theOne(ref, (column, sought) => selectForUpdate(context.tx, keysWhere(context, column, sought)).execute());

const keysWhere = ({ tx, account }: Reading, column: 'id' | 'name', ref: string) =>
  tx.selectFrom('key').selectAll().where('account', '=', account).where(column, '=', ref).limit(2);

async function theOne(
  ref: string,
  found: (column: 'id' | 'name', sought: string) => Promise<readonly KeyTable[]>,
): Promise<KeyTable> {
  const [exact] = await found('id', ref);
  if (exact !== undefined) return exact;
  const [only, another] = await found('name', ref);
  if (only === undefined) {
    // Names are kept without their marks, but for those of before that rule was.
    const plain = withoutMarks(ref);
    if (plain !== ref) return theOne(plain, found);
    throw notFound('key', ref);
  }
  if (another === undefined) return only;
  throw conflict(`several keys are named ${JSON.stringify(ref)}`, 'Give the id of the one that you mean.');
}

export const keyView = async (context: OpenReading, ref: string): Promise<KeyView> =>
  shownKey(context, await keyRow(context, ref));

export function shownKey({ atRest }: OpenReading, row: KeyTable): KeyView {
  const { account: _a, tag_hash: _h, ...rest } = row;
  return { ...rest, tag: row.tag === null ? null : atRest.open('tag', row.id, row.tag) };
}

/** Keys for whoever types how the words of a name, or of the name or plate of its vehicle, begin: by name, so many at most. */
export async function matchKeys(
  context: OpenReading,
  typed: string,
  limit: number,
): Promise<readonly KeyView[]> {
  const ids = await matchingSubjects(context, 'key', typedWords(typed), limit);
  if (ids.length === 0) return [];
  const rows = await context.tx
    .selectFrom('key')
    .selectAll()
    .where('account', '=', context.account)
    .where('id', 'in', ids)
    .where('box', 'is not', null)
    .orderBy('name')
    .orderBy('id')
    .execute();
  return rows.map(row => shownKey(context, row));
}
