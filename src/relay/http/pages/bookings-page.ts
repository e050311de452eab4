/** `/admin/bookings`: the newest first, and of one state. */
import { type Html, html } from '../../../base/html.ts';
import { type BookingState, bookingStates } from '../../core/booking-life.ts';
import { type BookingPlace, bookingPlace, listBookings } from '../../domain/booking-list.ts';
import type { BookingView } from '../../domain/booking-views.ts';
import { boxNames, type NamedBox } from '../../domain/box-names.ts';
import { placeAsked, placesShown } from '../api/paging.ts';
import { type IconName, icon } from './frame/icons.ts';
import { first, nothingMatches } from './frame/states.ts';
import { table, turn } from './frame/table.ts';
import { when } from './frame/when.ts';
import type { FramedPage, Shown } from './framed.ts';
import { queryOf } from './query.ts';
import type { Visit } from './visit.ts';

const rowsAtOnce = 50;
const path = '/admin/bookings';

export const bookingsPage: FramedPage = {
  ...{ path, here: 'bookings', scope: 'bookings:read' },
  title: ({ menu }) => menu.bookings,
  show: async (visit, request) => {
    const state = bookingStates.find(each => each === queryOf(request, 'state'));
    return await bookingList(visit, state, queryOf(request, 'after'));
  },
};

async function bookingList(
  visit: Visit,
  state: BookingState | undefined,
  after: string | undefined,
): Promise<Shown> {
  const { context, texts } = visit;
  const { bookings } = texts;
  const asked = { limit: rowsAtOnce, after };
  const found = await listBookings(context, { state }, placeAsked<BookingPlace>(asked, [0, '']));
  const { items, next } = placesShown(found, asked, bookingPlace, row => row);
  const chips = state === undefined ? [] : [{ label: bookings.states[state], without: path }];
  if (items.length === 0 && state !== undefined)
    return { chips, body: nothingMatches(`“${bookings.states[state]}”`, path, texts) };
  if (items.length === 0) return { body: first(bookings.none, bookings.noneWhy, null) };
  const filter = state === undefined ? '' : `state=${state}&`;
  const newest = after === undefined ? null : path + (state === undefined ? '' : `?state=${state}`);
  const older = next === null ? null : `${path}?${filter}after=${next}`;
  const boxes = await boxNames(
    context,
    items.map(({ box }) => box),
  );
  return { chips, body: html`${bookingTable(items, boxes, visit)}${turn({ newest, older }, texts)}` };
}

function bookingTable(
  rows: readonly BookingView[],
  boxes: ReadonlyMap<string, NamedBox>,
  visit: Visit,
): Html {
  const { texts, clock, clockAt } = visit;
  const { bookings } = texts;
  const at = (ms: number, box: string): Html => {
    const zone = boxes.get(box)?.zone;
    return when(ms, zone === undefined ? clock : clockAt(zone));
  };
  return table<BookingView>({
    caption: bookings.caption,
    columns: [
      {
        label: bookings.key,
        cell: ({ id, key }) => html`<a href="/admin/bookings/${id}"><bdi>${key.name}</bdi></a>`,
      },
      { label: bookings.state, cell: row => html`${stateMark(row.state, visit)} ${at(row.since, row.box)}` },
      { label: bookings.from, cell: ({ start, box }) => at(start, box) },
      {
        label: bookings.until,
        cell: ({ end, box }) => (end === null ? bookings.untilChanged : at(end, box)),
      },
      { label: bookings.box, cell: ({ box }) => html`<bdi>${boxes.get(box)?.name ?? box}</bdi>` },
    ],
    rows,
  });
}

/** Proven ones are solid; told ones and those under way are not; red is for what a person must act on. */
const looks: Readonly<Record<BookingState, readonly [IconName, string]>> = {
  'not-sent': ['clock', 'warn'],
  sent: ['clock', 'warn'],
  'on-box': ['proven', 'ok'],
  'box-unreachable': ['silent', 'bad'],
  taken: ['keys', 'ok'],
  returned: ['check', 'quiet'],
  overdue: ['alert', 'bad'],
  cancelled: ['remove', 'quiet'],
  ended: ['check', 'quiet'],
};

export function stateMark(state: BookingState, { texts }: Visit): Html {
  const [mark, tone] = looks[state];
  return html`<span class="mark ${tone}">${icon(mark)}<span>${texts.bookings.states[state]}</span></span>`;
}
