import * as v from 'valibot';
import type { EventPlace } from '../../../domain/event-list.ts';
import { badInput } from '../../../domain/faults.ts';
import { freeKeys } from '../../../domain/free-keys.ts';
import { type Custody, keyCustody } from '../../../domain/key-custody.ts';
import { importKeys, previewKeys } from '../../../domain/key-import.ts';
import { type KeyPlaceInList, keyPlaceInList, keyPlaces, listKeys } from '../../../domain/key-list.ts';
import { changeKey, createKey, deleteKey, type KeyView, keyView, matchKeys } from '../../../domain/keys.ts';
import { writeCursor } from '../cursor.ts';
import { pageAsked, pageShown, placeAsked, placesShown } from '../paging.ts';
import { type Route, reads, writes } from '../route.ts';
import {
  at,
  atOrNull,
  atText,
  byId,
  warningsGiven as given,
  id,
  instant,
  line,
  pageOf,
  pageQuery,
  slot,
  tag,
  typed,
  warnings,
  whole,
} from '../schemas/parts.ts';

const key = v.object({
  id: v.string(),
  name: v.string(),
  box: v.nullable(v.string()),
  /** Its home. */
  slot: v.nullable(slot),
  tag: v.nullable(v.string()),
  /** Since when it has that tag; null: none, or since before that was noted. */
  tagSince: v.nullable(at),
  /** Where the events of its box say that it is. */
  place: v.object({
    state: v.picklist(['never-stocked', 'in', 'out', 'missing']),
    slot: v.nullable(slot),
    since: v.nullable(at),
  }),
  created: at,
});

const item = (row: KeyView): v.InferInput<typeof key> => ({
  ...{ id: row.id, name: row.name, box: row.box, slot: row.slot, tag: row.tag },
  tagSince: atOrNull(row.tag_at),
  place: { state: row.place, slot: row.place_slot, since: atOrNull(row.place_since) },
  created: atText(row.created),
});

const custody = v.object({
  box: v.string(),
  booking: v.nullable(v.string()),
  /** Id of a driver, or a technician’s name; null: the box saw nobody. */
  who: v.nullable(v.string()),
  taken: at,
  /** Since when it was late. */
  late: v.nullable(at),
  /** How it ended; null: it has not. */
  end: v.nullable(
    v.object({
      at,
      is: v.picklist(['returned', 'returned-by-other', 'handed-on', 'missing']),
      box: v.string(),
      slot: v.nullable(slot),
      who: v.nullable(v.string()),
    }),
  ),
});

const custodyItem = ({ taken, late, end, ...rest }: Custody): v.InferInput<typeof custody> => ({
  ...rest,
  ...{ taken: atText(taken), late: atOrNull(late), end: end && { ...end, at: atText(end.at) } },
});

const members = { name: line(64), box: id, slot, tag: v.nullable(tag) };

const importAnswer = v.object({
  ...{ created: whole, changed: whole, same: whole, warnings },
  /** Of a dry run. */
  rows: v.optional(
    v.array(
      v.object({
        ...{ line: whole, name: v.string(), box: v.string(), slot },
        is: v.picklist(['created', 'changed', 'same']),
      }),
    ),
  ),
});

/** Of what somebody types, nobody reads more. */
const matchesMax = 50;
/** Characters: as much as a request may hold. */
const fileMax = 1_048_576;

export const keyRoutes: readonly Route[] = [
  writes({
    method: 'POST',
    path: '/keys',
    name: 'createKey',
    summary: 'Makes a key with its home slot in a box',
    scope: 'keys:write',
    body: v.strictObject({ ...members, tag: v.optional(members.tag, null) }),
    status: 201,
    answer: v.object({ id, warnings }),
    write: async (context, { body }) => {
      const { id: made, warnings: odd } = await createKey(context, body);
      return { id: made, ...given(odd) };
    },
  }),
  reads({
    method: 'GET',
    path: '/keys',
    name: 'listKeys',
    summary:
      'Keys, by name; those of one box, or in one place, where asked. `freeFrom`, `freeUntil`: those that nobody has booked for any of that time, by id. `match`: those the words of whose name, or of the name or plate of whose vehicle, begin like what is typed',
    scope: 'keys:read',
    query: v.strictObject({
      ...pageQuery,
      box: v.optional(id),
      /** Where they are; late: out, and due. Those that were taken away are in no such list. */
      place: v.optional(v.picklist(keyPlaces)),
      match: v.optional(typed(64)),
      freeFrom: v.optional(instant),
      /** Until changed where absent. */
      freeUntil: v.optional(instant),
    }),
    status: 200,
    answer: pageOf(key),
    read: async (context, { query }) => {
      const { box, place, match, limit, freeFrom: from, freeUntil: until = null } = query;
      if (from === undefined && until !== null) throw badInput('freeUntil', 'goes with freeFrom');
      if (place !== undefined && (from ?? match) !== undefined)
        throw badInput('place', 'cannot go with match or freeFrom');
      if (from !== undefined)
        return pageShown(await freeKeys(context, { box, match, from, until }, pageAsked(query)), query, item);
      if (match === undefined)
        return placesShown(
          await listKeys(context, { box, place }, placeAsked<KeyPlaceInList>(query, ['', ''])),
          query,
          keyPlaceInList,
          item,
        );
      const found = await matchKeys(context, match, Math.min(limit, matchesMax));
      return { items: found.map(item), next: null };
    },
  }),
  reads({
    method: 'GET',
    path: '/keys/:id',
    name: 'getKey',
    summary: 'One key, by its id, or by its name where only one has it',
    scope: 'keys:read',
    params: byId,
    status: 200,
    answer: key,
    read: async (context, { params }) => item(await keyView(context, params.id)),
  }),
  reads({
    method: 'GET',
    path: '/keys/:id/custody',
    name: 'listCustody',
    summary:
      'Who had a key, as the journals of its boxes tell it: from taking to returning, the newest first',
    scope: 'events:read',
    params: byId,
    query: v.strictObject(pageQuery),
    status: 200,
    answer: pageOf(custody),
    read: async (context, { params, query }) => {
      const { after } = placeAsked<EventPlace>(query, [0, 0]);
      const { id: key } = await keyView(context, params.id);
      const { items, next } = await keyCustody(context, key, { after, limit: query.limit });
      return { items: items.map(custodyItem), next: next && writeCursor(next) };
    },
  }),
  writes({
    method: 'PATCH',
    path: '/keys/:id',
    name: 'changeKey',
    summary: 'Changes what is given',
    scope: 'keys:write',
    params: byId,
    body: v.partial(v.strictObject(members)),
    status: 200,
    answer: v.object({ ...key.entries, warnings }),
    write: async (context, { params, body }) => {
      const changed = await changeKey(context, params.id, body);
      return { ...item(changed), ...given(changed.warnings) };
    },
  }),
  writes({
    method: 'DELETE',
    path: '/keys/:id',
    name: 'deleteKey',
    summary: 'Takes away a key that is not out and has no bookings to come',
    scope: 'keys:write',
    params: byId,
    status: 204,
    answer: null,
    write: async (context, { params }) => {
      await deleteKey(context, params.id);
      return null;
    },
  }),
  writes({
    method: 'POST',
    path: '/keys/import',
    name: 'importKeys',
    summary:
      'Keys from CSV with the columns name, box (its id or its name), slot and tag: all of them, or none and why. `dryRun=true`: only says what each row would do',
    scope: 'keys:write',
    body: v.pipe(
      v.string(),
      v.maxLength(fileMax),
      v.minLength(1),
      v.description('The first line names the columns.'),
    ),
    takes: 'text/csv',
    query: v.strictObject({ dryRun: v.optional(v.picklist(['true', 'false']), 'false') }),
    status: 200,
    answer: importAnswer,
    write: async (context, { body, query }) => {
      const isDry = query.dryRun === 'true';
      const done = await (isDry ? previewKeys : importKeys)(context, body);
      const { warnings: odd, rows, ...counts } = done;
      return { ...counts, ...given(odd), ...(isDry ? { rows: [...rows] } : {}) };
    },
  }),
];
