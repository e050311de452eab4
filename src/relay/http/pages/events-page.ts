/** `/admin/events`: what happened, the newest first, in words; the box's own line on demand. */
import { type Html, html } from '../../../base/html.ts';
import { eventSentence } from '../../../wire/event-words.ts';
import type { JournalEvent } from '../../../wire/journal.ts';
import { boxNames, type NamedBox } from '../../domain/box-names.ts';
import {
  countArrived,
  type EventPlace,
  eventPlace,
  eventsByTime,
  lastArrived,
} from '../../domain/event-list.ts';
import type { latestEvents } from '../../domain/latest-events.ts';
import { placeAsked, placesShown } from '../api/paging.ts';
import { type Asked, addressOf, chipsOf, eventsPath, filterForm, filterOf } from './events/event-filter.ts';
import { eventWords } from './events/event-texts.ts';
import { first, nothingMatches } from './frame/states.ts';
import { table, turn } from './frame/table.ts';
import { when } from './frame/when.ts';
import type { FramedPage, Shown } from './framed.ts';
import { type LivePiece, livePiece } from './live-piece.ts';
import { queryOf } from './query.ts';
import type { Visit } from './visit.ts';

const rowsAtOnce = 50;

type Row = Pick<Awaited<ReturnType<typeof latestEvents>>[number], 'number' | 'box' | 'at' | 'line'>;

export const eventsPage: FramedPage = {
  ...{ path: eventsPath, here: 'events', scope: 'events:read' },
  title: ({ menu }) => menu.events,
  show: async (visit, request) =>
    await eventList(visit, await filterOf(visit, request), queryOf(request, 'after')),
};

async function eventList(visit: Visit, asked: Asked, after: string | undefined): Promise<Shown> {
  const { context, texts, viewer } = visit;
  const { typed, filter } = asked;
  const words = eventWords(viewer.language);
  const chips = chipsOf(visit, typed);
  const since = await lastArrived(context);
  const page = { limit: rowsAtOnce, after };
  const found =
    filter === null
      ? []
      : await eventsByTime(context, filter, placeAsked<EventPlace>(page, [0, 0]), 'newest');
  const { items, next } = placesShown(found, page, eventPlace, row => row);
  const form = filterForm(visit, typed);
  if (items.length === 0) {
    const said = chips.map(({ label }) => label).join(', ');
    const none =
      chips.length === 0
        ? first(texts.events.none, texts.events.noneWhy, null)
        : nothingMatches(said, eventsPath, texts);
    return { chips, body: html`${form}${none}` };
  }
  const newest = after === undefined ? null : addressOf(eventsPath, typed);
  const older = next === null ? null : addressOf(eventsPath, typed, { after: next });
  // Further back nothing is put above what somebody reads.
  const news = after === undefined && filter !== null ? freshPiece(visit, asked, { since, count: 0 }) : null;
  const way = (format: string): string => addressOf(`${eventsPath}/export`, typed, { format });
  const ways = html`<section class="sheet"><h2>${words.exportTitle}</h2><p class="soft">${words.exportWhy}</p><p class="buttons"><a class="button" href="${way('jsonl')}" download>${words.jsonl}</a> <a class="button" href="${way('csv')}" download>${words.csv}</a> <a class="button" href="${eventsPath}/verify">${words.verify}</a></p></section>`;
  return {
    chips,
    body: html`${form}${news}${await eventTable(items, visit)}${turn({ newest, older }, texts)}${ways}`,
  };
}

/** More are said as so many and more. */
const freshMost = 100;

/** Above the list: how many have come since it was made. The list itself stays as it is read. */
export const eventsPiece: LivePiece = {
  ...{ path: '/admin/_/events', scope: 'events:read' },
  show: async (visit, request) => {
    const asked = await filterOf(visit, request);
    const given = Number(queryOf(request, 'since') ?? '');
    const since = Number.isSafeInteger(given) && given >= 0 ? given : await lastArrived(visit.context);
    const count = await countArrived(visit.context, asked.filter ?? {}, since, freshMost);
    return freshPiece(visit, asked, { since, count });
  },
};

interface Fresh {
  readonly since: number;
  readonly count: number;
}

function freshPiece(visit: Visit, { typed }: Asked, { since, count }: Fresh): Html {
  const words = eventWords(visit.viewer.language);
  const said = words.fresh(count === freshMost ? `${freshMost}+` : String(count));
  const link = html`<p><a class="button" href="${addressOf(eventsPath, typed)}">${said} ↑</a></p>`;
  const address = addressOf('/admin/_/events', typed, { since: String(since) });
  return livePiece(
    { address, news: ['events'], said: count === 0 ? '' : said, body: count === 0 ? html`` : link },
    visit,
  );
}

export async function eventTable(rows: readonly Row[], visit: Visit): Promise<Html> {
  const places = await eventPlaces(visit, rows);
  const { events } = visit.texts;
  return table({
    caption: events.caption,
    columns: [
      { label: events.what, cell: ({ what }) => what },
      { label: events.where, cell: ({ row, where }) => html`${where}${raw(row, visit)}` },
      { label: events.when, cell: ({ at }) => at },
    ],
    rows: rows.map(row => ({ row, ...eventText(row, places, visit) })),
  });
}

const raw = ({ number, line }: Row, { texts }: Visit): Html =>
  html`<details id="e-${number}"><summary>${texts.events.raw}</summary><pre>${line}</pre></details>`;

type Places = ReadonlyMap<string, NamedBox>;

export const eventPlaces = ({ context }: Visit, rows: readonly Row[]): Promise<Places> =>
  boxNames(
    context,
    rows.map(({ box }) => box),
  );

interface EventText {
  readonly what: string;
  readonly where: Html;
  readonly at: Html;
}

export function eventText(row: Row, places: Places, visit: Visit): EventText {
  const { texts, viewer, clock, clockAt } = visit;
  const event = JSON.parse(row.line) as JournalEvent;
  const box = places.get(row.box);
  const parts = [
    box?.name ?? row.box,
    event.slot === undefined ? undefined : texts.events.door(event.slot),
    event.key,
    event.late === true ? texts.events.late : undefined,
  ].filter(part => part !== undefined);
  return {
    what: eventSentence(event, viewer.language),
    where: html`${parts.map((part, at) => html`${at > 0 ? ' · ' : ''}<bdi>${part}</bdi>`)}`,
    at: when(row.at, box === undefined ? clock : clockAt(box.zone)),
  };
}
