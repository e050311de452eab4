import * as v from 'valibot';
import type { JournalEvent } from '../../../../wire/journal.ts';
import { boxRow } from '../../../domain/boxes.ts';
import { signedLines } from '../../../domain/event-export.ts';
import { type EventView, listEvents } from '../../../domain/events.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { type ReadContext, type Route, reads } from '../route.ts';
import { id, pageQuery, whole } from '../schemas/parts.ts';

/** An event as its box wrote it (contracts.md §3); the exact line, over which its hash is made, is in the NDJSON form. */
const event = v.looseObject({
  box: v.string(),
  epoch: whole,
  seq: whole,
  at: v.string(),
  type: v.string(),
  /** The relay's addition to the box's event: the box's id here. An event has the name that the box gives itself. */
  relay: v.object({ box: v.string() }),
});

const query = v.strictObject({
  ...pageQuery,
  box: v.optional(id),
  booking: v.optional(id),
});

type Query = v.InferOutput<typeof query>;

/** Lines of one page of the NDJSON form. */
const linesAtOnce = 500;

/**
 * In the order in which they came. `after` is the `next` of a page; or, with `box`, the number (`seq`) of the last event of
 * that box that the caller has.
 */
async function eventsAfter(context: ReadContext, asked: Query, limit: number): Promise<readonly EventView[]> {
  const { box, booking, after } = asked;
  const isSeq = box !== undefined && after !== undefined && /^\d{1,15}$/.test(after);
  const number = isSeq ? await numberOf(context, box, Number(after)) : (readCursor(after, [0])?.[0] ?? 0);
  return await listEvents(context, { box, booking }, { after: String(number), limit });
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
  const events = allEvents(context, asked);
  if (box !== undefined && booking === undefined) yield* signedLines(context, box, events);
  else for await (const { line } of events) yield line;
}

async function* allEvents(context: ReadContext, asked: Query): AsyncIterable<EventView> {
  for (let after = asked.after; ; ) {
    const rows = await eventsAfter(context, { ...asked, after }, linesAtOnce);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < linesAtOnce) return;
    after = writeCursor([last.number]);
  }
}

export const eventRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/events',
    name: 'listEvents',
    summary:
      'What happened, in the order in which it came; as NDJSON the exact lines of the journals, to the end, and with `box` and no `booking` what the box has signed of them, for `smartbox events verify`',
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
      const last = end === undefined ? after : writeCursor([end.number]);
      const items = shown.map(({ box, line }) => ({
        ...(JSON.parse(line) as JournalEvent),
        relay: { box },
      }));
      return { items, next: rows.length > limit ? last : null, last };
    },
    lines: (context, call) => allLines(context, call.query),
  }),
];
