/** `/admin/events`: what happened, the newest first, in words; the box's own line on demand. */
import { type Html, html } from '../../../base/html.ts';
import type { JournalEvent } from '../../../wire/journal.ts';
import { boxNames, type NamedBox } from '../../domain/box-names.ts';
import { latestEvents } from '../../domain/latest-events.ts';
import { readCursor, writeCursor } from '../api/cursor.ts';
import { eventSentence } from './event-words.ts';
import { first } from './frame/states.ts';
import { table, turn } from './frame/table.ts';
import { when } from './frame/when.ts';
import type { FramedPage, Shown } from './framed.ts';
import { queryOf } from './query.ts';
import type { Visit } from './visit.ts';

const rowsAtOnce = 50;

type Row = Pick<Awaited<ReturnType<typeof latestEvents>>[number], 'number' | 'box' | 'at' | 'line'>;

export const eventsPage: FramedPage = {
  ...{ path: '/admin/events', here: 'events', scope: 'events:read' },
  title: ({ menu }) => menu.events,
  show: async (visit, request) => await eventList(visit, queryOf(request, 'after')),
};

async function eventList(visit: Visit, after: string | undefined): Promise<Shown> {
  const { context, texts } = visit;
  const before = readCursor(after, [0])?.[0] ?? null;
  const found = await latestEvents(context, { before, limit: rowsAtOnce + 1 });
  const rows = found.slice(0, rowsAtOnce);
  if (rows.length === 0) return { body: first(texts.events.none, texts.events.noneWhy, null) };
  const older =
    found.length > rowsAtOnce ? `/admin/events?after=${writeCursor([rows.at(-1)?.number ?? 0])}` : null;
  const newest = before === null ? null : '/admin/events';
  return { body: html`${await eventTable(rows, visit)}${turn({ newest, older }, texts)}` };
}

export async function eventTable(rows: readonly Row[], visit: Visit): Promise<Html> {
  const places = await eventPlaces(visit, rows);
  const { events } = visit.texts;
  return table({
    caption: events.caption,
    columns: [
      { label: events.what, cell: row => eventText(row, places, visit).what },
      {
        label: events.where,
        cell: row => html`${eventText(row, places, visit).where}${raw(row, visit)}`,
      },
      { label: events.when, cell: row => eventText(row, places, visit).at },
    ],
    rows,
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
