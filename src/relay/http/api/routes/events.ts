import * as v from 'valibot';
import type { JournalEvent } from '../../../../wire/journal.ts';
import { shaped } from '../../../../wire/reading.ts';
import { boxRow } from '../../../domain/boxes.ts';
import { signedLines } from '../../../domain/event-export.ts';
import { type EventPlace, eventPlace, eventsByTime } from '../../../domain/event-list.ts';
import { type EventView, listEvents } from '../../../domain/events.ts';
import { badInput } from '../../../domain/faults.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { type ReadContext, type Route, reads } from '../route.ts';
import { at, atText, id, instant, pageQuery, whole } from '../schemas/parts.ts';

/** An event as its box wrote it (contracts.md §3); the exact line, over which its hash is made, is in the NDJSON form. */
const event = v.looseObject({
  box: v.string(),
  epoch: whole,
  seq: whole,
  at: v.string(),
  type: v.string(),
  /** The relay's additions to the box's event: the box's id here, and when it came. An event has the name that the box gives itself. */
  relay: v.object({ box: v.string(), heard: at }),
});

const slotText = v.pipe(shaped(3, /^[1-9]\d{0,2}$/, 'must be the number of a slot'), v.transform(Number));

/** These go with an order by time: what is exported is whole. */
const parts = {
  type: v.optional(id),
  key: v.optional(id),
  driver: v.optional(id),
  slot: v.optional(slotText),
  from: v.optional(instant),
  until: v.optional(instant),
};

const query = v.strictObject({
  ...pageQuery,
  box: v.optional(id),
  booking: v.optional(id),
  /** Of a `box`, in the order of arrival: the last that is wanted, as `after` names one. */
  upTo: v.optional(id),
  ...parts,
  order: v.optional(v.picklist(['arrival', 'newest', 'oldest']), 'arrival'),
});

type Query = v.InferOutput<typeof query>;

/** Null: in the order in which they came. @throws Fault `bad-input` */
function byTime(asked: Query): 'newest' | 'oldest' | null {
  if (asked.slot !== undefined && asked.box === undefined) throw badInput('slot', 'is one of a box: name it');
  if (asked.order === 'newest' || asked.order === 'oldest') return asked.order;
  for (const name of Object.keys(parts) as (keyof typeof parts)[])
    if (asked[name] !== undefined) throw badInput(name, 'goes with order=newest or order=oldest');
  return null;
}

/** Lines of one page of the NDJSON form. */
const linesAtOnce = 500;

/** Where an event stands in the list, whichever order that has. */
type Found = EventView & { readonly place: readonly number[] };

/**
 * In the order that is asked for. `after` is the `next` of a page; or, with `box`, the number (`seq`) of the last event of
 * that box that the caller has.
 */
async function eventsAfter(context: ReadContext, asked: Query, limit: number): Promise<readonly Found[]> {
  const { box, booking, after } = asked;
  const order = byTime(asked);
  const upTo = await endOf(context, asked);
  if (order !== null) {
    const page = { after: readCursor<EventPlace>(after, [0, 0]), limit };
    const rows = await eventsByTime(context, asked, page, order);
    return rows.map(row => ({ ...row, place: eventPlace(row) }));
  }
  const number = await arrival(context, box, after);
  const filter = { box, booking, ...(upTo === null ? {} : { upTo }) };
  const rows = await listEvents(context, filter, { after: String(number), limit });
  return rows.map(row => ({ ...row, place: [row.number] }));
}

/** Where in the order of arrival that stands; 0: before everything. */
async function arrival(
  context: ReadContext,
  box: string | undefined,
  place: string | undefined,
): Promise<number> {
  const isSeq = box !== undefined && place !== undefined && /^\d{1,15}$/.test(place);
  return isSeq ? await numberOf(context, box, Number(place)) : (readCursor(place, [0])?.[0] ?? 0);
}

/** Null: there is no end. @throws Fault `bad-input` */
async function endOf(context: ReadContext, asked: Query): Promise<number | null> {
  const { box, booking, upTo } = asked;
  if (upTo === undefined) return null;
  if (box === undefined || booking !== undefined || byTime(asked) !== null)
    throw badInput('upTo', 'goes with box alone, in the order of arrival');
  return await arrival(context, box, upTo);
}

/** Where in the order of arrival the box had told so much. */
async function numberOf({ tx, account }: ReadContext, box: string, seq: number): Promise<number> {
  // The first question of everybody, which would be answered by a look at all there is.
  if (seq === 0) return 0;
  const row = await tx
    .selectFrom('event')
    .select('number')
    .where('account', '=', account)
    .where('box', '=', box)
    .where('seq', '<=', seq)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.number ?? 0;
}

/** A box of another account is not there, rather than without events. */
const mustBeMine = async (context: ReadContext, { box }: Query): Promise<void> => {
  if (box !== undefined) await boxRow(context, box);
};

/** Of one box all of them: then its checkpoints are there too, and the text is one that `smartbox events verify` takes. */
async function* allLines(context: ReadContext, asked: Query): AsyncIterable<string> {
  await mustBeMine(context, asked);
  const { box, booking } = asked;
  const upTo = await endOf(context, asked);
  const events = allEvents(context, { ...asked, upTo: undefined });
  if (box !== undefined && booking === undefined && byTime(asked) === null)
    yield* signedLines(context, { box, upTo }, events);
  else for await (const { line } of events) yield line;
}

async function* allEvents(context: ReadContext, asked: Query): AsyncIterable<Found> {
  for (let after = asked.after; ; ) {
    const rows = await eventsAfter(context, { ...asked, after }, linesAtOnce);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < linesAtOnce) return;
    after = writeCursor(last.place);
  }
}

export const eventRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/events',
    name: 'listEvents',
    summary:
      'What happened, in the order in which it came, or with `order` by when it happened, and then of a type, key, driver, slot or time; as NDJSON the exact lines of the journals, to the end, and with `box` and no `booking` what the box has signed of them, for `smartbox events verify`; with `upTo` as well events behind that one, as far as it takes to prove that none is missing',
    scope: 'events:read',
    query,
    status: 200,
    answer: v.object({
      items: v.array(event),
      /** Null: that was the last page for now. */
      next: v.nullable(v.string()),
      /** `after` for whoever comes back later; null: nothing was ever there. */
      last: v.nullable(v.string()),
    }),
    read: async (context, call) => {
      await mustBeMine(context, call.query);
      const { limit, after = null } = call.query;
      const rows = await eventsAfter(context, call.query, limit + 1);
      const shown = rows.slice(0, limit);
      const end = shown.at(-1);
      const last = end === undefined ? after : writeCursor(end.place);
      const items = shown.map(({ box, line, stored }) => ({
        ...(JSON.parse(line) as JournalEvent),
        relay: { box, heard: atText(stored) },
      }));
      return { items, next: rows.length > limit ? last : null, last };
    },
    lines: (context, call) => allLines(context, call.query),
  }),
];
