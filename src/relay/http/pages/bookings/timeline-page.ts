/** The line of time of `/admin/bookings`: a day or a week, with the chips of the list. */
import { type Html, html } from '../../../../base/html.ts';
import { localTime } from '../../../../base/local-time.ts';
import { type BookingFilter, listBookings } from '../../../domain/booking-list.ts';
import type { BookingView } from '../../../domain/booking-views.ts';
import { calendarDay } from '../../../domain/calendar-day.ts';
import { bookingsOfKeys, timelineKeys } from '../../../domain/timeline.ts';
import { pageAsked, pageShown } from '../../api/paging.ts';
import type { DeedDeps } from '../deed.ts';
import { nothingMatches } from '../frame/states.ts';
import { turn } from '../frame/table.ts';
import { type Clock, dayText, hourText } from '../frame/when.ts';
import type { Visit } from '../visit.ts';
import { type Asked, addressOf, dayStart, filterOf } from './list-filter.ts';
import { besideOf } from './list-table.ts';
import { listWords } from './list-texts.ts';
import { type Line, type Scale, timelineTable } from './timeline-view.ts';

const keysAtOnce = 25;
/** Where bookings are sought by whom or by what they are, and not by their keys. */
const bookingsMost = 60;
const minuteMs = 60_000;
const dayMs = 86_400_000;

export async function timeline(
  visit: Visit,
  asked: Asked,
  after: string | undefined,
  deps: DeedDeps,
): Promise<Html> {
  const scale = scaleOf(visit, asked);
  const filter = filterOf(asked, visit.clock.zone);
  const { lines, turns } = byKey(filter)
    ? await keyLines(visit, asked, scale, after)
    : { lines: await foundLines(visit, filter, scale), turns: null };
  const beside = await besideOf(
    visit,
    lines.flatMap(({ bookings }) => bookings),
    deps,
  );
  const table =
    lines.length === 0
      ? nothingMatches(scaleText(visit, scale), addressOf({ show: 'timeline' }), visit.texts)
      : timelineTable(visit, lines, scale, beside);
  return html`${dayBar(visit, asked, scale)}${table}${turns}<p class="soft">${listWords(visit.viewer.language).timeline.zone(visit.clock.zone)}</p>`;
}

const byKey = ({ driver, origin, state, view }: BookingFilter): boolean =>
  [driver, origin, state].every(each => each === undefined) && view !== 'needs-you' && view !== 'out-now';

function scaleOf({ context, clock }: Visit, asked: Asked): Scale {
  const { zone } = clock;
  const start =
    (asked.day === undefined ? null : dayStart(asked.day, zone)) ?? calendarDay(context.now, zone).from;
  if (asked.span !== 'week') {
    const head = (at: number): string => hourText(at, clock);
    return { ...calendarDay(start, zone), stepMs: 30 * minuteMs, perHead: 4, head };
  }
  const until = calendarDay(start + 6.5 * dayMs, zone).until;
  // A day on which the clock is changed begins an hour beside its heading.
  const head = (at: number): string => dayText(at + dayMs / 2, clock);
  return { from: start, until, stepMs: 180 * minuteMs, perHead: 8, head };
}

const dayOf = (at: number, { zone }: Clock): string => localTime(at, zone).slice(0, 10);

const scaleText = ({ clock }: Visit, { from, until }: Scale): string => {
  const last = until - dayMs / 2;
  return last - from > dayMs ? `${dayText(from, clock)} – ${dayText(last, clock)}` : dayText(from, clock);
};

function dayBar(visit: Visit, asked: Asked, scale: Scale): Html {
  const words = listWords(visit.viewer.language).timeline;
  const { clock } = visit;
  const isWeek = asked.span === 'week';
  const to = (days: number): string =>
    addressOf(asked, { day: dayOf(scale.from + (days + 0.5) * dayMs, clock) });
  const step = isWeek ? 7 : 1;
  const span = (name: 'day' | 'week'): Html => {
    const isHere = (name === 'week') === isWeek;
    return html`<a class="chip" href="${addressOf(asked, { span: name === 'week' ? 'week' : undefined })}"${isHere ? html` aria-current="true"` : null}>${words[name]}</a>`;
  };
  return html`<nav class="line" aria-label="${words.days}"><p class="buttons"><a class="button" href="${to(-step)}">${words.before}</a>
<strong class="day">${scaleText(visit, scale)}</strong><a class="button" href="${to(step)}">${words.after}</a>
<a href="${addressOf(asked, { day: undefined })}">${words.today}</a></p><p class="buttons">${span('day')}${span('week')}</p></nav>`;
}

interface Keyed {
  readonly lines: readonly Line[];
  readonly turns: Html | null;
}

async function keyLines(visit: Visit, asked: Asked, scale: Scale, after: string | undefined): Promise<Keyed> {
  const page = { limit: keysAtOnce, after };
  const found = await timelineKeys(visit.context, asked, pageAsked(page));
  const { items, next } = pageShown(found, page, row => row);
  const ids = items.map(({ id }) => id);
  const rows = await bookingsOfKeys(visit.context, ids, scale);
  const turns = {
    newest: after === undefined ? null : addressOf(asked),
    older: next === null ? null : addressOf(asked, { after: next }),
  };
  const words = listWords(visit.viewer.language).timeline;
  const texts = {
    ...visit.texts,
    frame: { ...visit.texts.frame, newer: words.firstKeys, older: words.moreKeys },
  };
  const lines = items.map(key => ({ key, bookings: rows.filter(row => row.key.id === key.id) }));
  return { lines, turns: turn(turns, texts) };
}

async function foundLines(
  visit: Visit,
  filter: BookingFilter,
  { from, until }: Scale,
): Promise<readonly Line[]> {
  const isView = filter.view === 'needs-you' || filter.view === 'out-now';
  const wanted = { ...filter, view: isView ? filter.view : undefined, from, until };
  const rows = await listBookings(visit.context, wanted, { after: null, limit: bookingsMost });
  const lines = new Map<string, { key: Line['key']; bookings: BookingView[] }>();
  for (const row of rows.toSorted((a, b) => a.start - b.start)) {
    const line = lines.get(row.key.id) ?? { key: row.key, bookings: [] };
    line.bookings.push(row);
    lines.set(row.key.id, line);
  }
  return [...lines.values()];
}
