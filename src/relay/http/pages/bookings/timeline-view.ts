/** Bookings on a line of time: a table whose cells are so many columns wide, so that it needs no style of its own and can be read aloud. */
import { type Html, html } from '../../../../base/html.ts';
import type { BookingView } from '../../../domain/booking-views.ts';
import { hourText, spanText } from '../frame/when.ts';
import type { Visit } from '../visit.ts';
import { bookingPath } from './booking-path.ts';
import { type Beside, driverText } from './list-table.ts';
import { type ListWords, listWords } from './list-texts.ts';
import { stateMark } from './state-mark.ts';

export interface Scale {
  readonly from: number;
  readonly until: number;
  /** Of a column. */
  readonly stepMs: number;
  /** Columns below one heading. */
  readonly perHead: number;
  readonly head: (at: number) => string;
}

export interface Line {
  readonly key: { readonly id: string; readonly name: string };
  readonly bookings: readonly BookingView[];
}

/** Until when a booking holds its key: one that is late, until now at least. */
export function heldUntil({ state, end, returned, start }: BookingView, now: number): number {
  if (state === 'overdue') return Math.max(now, end ?? now);
  if (state === 'returned' && returned !== null) return Math.max(returned, start + 1);
  return end ?? Number.POSITIVE_INFINITY;
}

/** Bookings one under the other where they overlap: each row of them has nothing twice at a time. */
export function lanesOf(bookings: readonly BookingView[], now: number): readonly (readonly BookingView[])[] {
  const lanes: BookingView[][] = [];
  for (const booking of bookings) {
    const free = lanes.find(lane => {
      const last = lane.at(-1);
      return last === undefined || heldUntil(last, now) <= booking.start;
    });
    if (free === undefined) lanes.push([booking]);
    else free.push(booking);
  }
  return lanes.length === 0 ? [[]] : lanes;
}

interface Cell {
  readonly columns: number;
  readonly booking: BookingView | null;
}

/** A row from its first column to its last; what begins within a column begins with it. */
export function cellsOf(lane: readonly BookingView[], scale: Scale, now: number): readonly Cell[] {
  const { from, stepMs } = scale;
  const all = columnsOf(scale);
  const cells: Cell[] = [];
  let at = 0;
  for (const booking of lane) {
    const first = Math.max(at, Math.floor((booking.start - from) / stepMs));
    const last = Math.min(all, Math.max(first + 1, Math.ceil((heldUntil(booking, now) - from) / stepMs)));
    if (first >= all || last <= first) continue;
    if (first > at) cells.push({ columns: first - at, booking: null });
    cells.push({ columns: last - first, booking });
    at = last;
  }
  if (at < all) cells.push({ columns: all - at, booking: null });
  return cells;
}

const columnsOf = ({ from, until, stepMs }: Scale): number => Math.round((until - from) / stepMs);

/** Class of a bar: it is drawn full while the key is out, hatched while nothing is proven. */
const looks: Readonly<Record<BookingView['state'], string>> = {
  ...{ taken: 'out', overdue: 'late', returned: 'past', ended: 'past', cancelled: 'past' },
  ...{ 'on-box': 'booked', sent: 'unproven', 'not-sent': 'unproven', 'box-unreachable': 'unproven' },
};

export function timelineTable(visit: Visit, lines: readonly Line[], scale: Scale, beside: Beside): Html {
  const words = listWords(visit.viewer.language);
  const count = columnsOf(scale);
  const heads = Array.from({ length: Math.ceil(count / scale.perHead) }, (_, at) => {
    const columns = Math.min(scale.perHead, count - at * scale.perHead);
    return html`<th scope="col" colspan="${columns}">${scale.head(scale.from + at * scale.perHead * scale.stepMs)}</th>`;
  });
  const cols = Array.from({ length: count }, () => html`<col>`);
  return html`<table class="timeline"><caption class="unseen">${words.timeline.caption}</caption>
<colgroup><col class="name"></colgroup><colgroup>${cols}</colgroup><colgroup><col class="said"></colgroup>
<thead><tr><th scope="col">${visit.texts.bookings.key}</th>${heads}<th scope="col">${words.timeline.said}</th></tr>${nowRow(visit, scale, words)}</thead>
${lines.map(line => lineOf(visit, line, scale, beside))}</table>${legend(words)}`;
}

/** The line of now hangs from its cell, over all rows. */
function nowRow({ context, clock }: Visit, scale: Scale, words: ListWords): Html | null {
  const { now } = context;
  const at = Math.floor((now - scale.from) / scale.stepMs);
  const rest = columnsOf(scale) - at - 1;
  if (at < 0 || rest < 0) return null;
  const gap = (columns: number): Html | null => (columns === 0 ? null : html`<td colspan="${columns}"></td>`);
  return html`<tr class="now"><td></td>${gap(at)}<td class="at"><span>${words.timeline.now(hourText(now, clock))}</span></td>${gap(rest)}<td></td></tr>`;
}

function lineOf(visit: Visit, { key, bookings }: Line, scale: Scale, beside: Beside): Html {
  const lanes = lanesOf(bookings, visit.context.now);
  const rows = lanes.map((lane, at) => {
    const cells = cellsOf(lane, scale, visit.context.now).map(cell => cellOf(visit, cell));
    const name = html`<th scope="rowgroup" rowspan="${lanes.length}"><bdi>${key.name}</bdi></th>`;
    return html`<tr>${at === 0 ? name : null}${cells}<td class="said">${saidOf(visit, lane, lanes, beside)}</td></tr>`;
  });
  return html`<tbody>${rows}</tbody>`;
}

function cellOf(visit: Visit, { columns, booking }: Cell): Html {
  if (booking === null) return html`<td colspan="${columns}"></td>`;
  const { states } = visit.texts.bookings;
  const span = spanText(booking.start, booking.end, visit.clock);
  return html`<td colspan="${columns}" class="bar ${looks[booking.state]}"><span class="unseen">${states[booking.state]}, ${span}</span></td>`;
}

/** Each booking of a row in words; one that meets another row is named as such. */
function saidOf(
  visit: Visit,
  lane: readonly BookingView[],
  lanes: readonly (readonly BookingView[])[],
  beside: Beside,
): Html {
  const words = listWords(visit.viewer.language);
  const { now } = visit.context;
  if (lane.length === 0) return html`<span class="soft">${words.timeline.free}</span>`;
  const others = lanes.filter(each => each !== lane).flat();
  const items = lane.map(row => {
    const met = others.find(other => other.start < heldUntil(row, now) && heldUntil(other, now) > row.start);
    const tag =
      met === undefined
        ? null
        : html` <span class="tag warn">${words.timeline.overlaps(driverText(met, beside, words))}</span>`;
    return html`<li><a href="${bookingPath(row.id)}"><bdi>${driverText(row, beside, words)}</bdi></a> <span class="soft">${spanText(row.start, row.end, visit.clock)}</span>${stateMark(row.state, visit)}${tag}</li>`;
  });
  return html`<ul>${items}</ul>`;
}

const legend = ({ timeline }: ListWords): Html =>
  html`<p class="legend soft">${(['out', 'late', 'booked', 'unproven', 'past'] as const).map(
    name => html`<span><span class="swatch ${name}"></span> ${timeline.legend[name]}</span>`,
  )}</p>`;
