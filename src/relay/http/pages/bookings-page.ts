/** `/admin/bookings`: standard views, narrowed by whatever stands in the address. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../base/html.ts';
import { type BookingPlace, bookingPlace, listBookings } from '../../domain/booking-list.ts';
import { dayAt } from '../../domain/site-day.ts';
import { placeAsked, placesShown } from '../api/paging.ts';
import { type Asked, addressOf, askedOf, chipNames, filterOf, listPath } from './bookings/list-filter.ts';
import { filterChips, filterForm, viewTabs } from './bookings/list-frame.ts';
import { besideOf, bookingTable } from './bookings/list-table.ts';
import { listWords } from './bookings/list-texts.ts';
import { timeline } from './bookings/timeline-page.ts';
import type { DeedDeps } from './deed.ts';
import { icon } from './frame/icons.ts';
import { first, nothingMatches } from './frame/states.ts';
import { turn } from './frame/table.ts';
import type { FramedPage, Shown } from './framed.ts';
import { queryOf } from './query.ts';
import type { Visit } from './visit.ts';

/** With its menu a row weighs more than others: a page stays below 60 kB. */
const rowsAtOnce = 30;

export const bookingsPage = (deps: DeedDeps): FramedPage => ({
  ...{ path: listPath, here: 'bookings', scope: 'bookings:read' },
  title: ({ menu }) => menu.bookings,
  show: (visit, request) => bookingList(visit, request, deps),
});

async function bookingList(visit: Visit, request: FastifyRequest, deps: DeedDeps): Promise<Shown> {
  const asked = askedOf(request);
  const chips = await filterChips(visit, asked);
  const tabs = await viewTabs(visit, asked);
  const show = asked.show === 'timeline' ? timeline : rowsOf;
  const body = await show(visit, asked, queryOf(request, 'after'), deps);
  const filters = await filterForm(visit, request, asked);
  return {
    tabs,
    chips,
    body: html`<div class="line">${addButton(visit)}${looks(visit, asked)}</div>${filters}${body}`,
  };
}

/** Both keep all that is chosen. */
function looks({ viewer }: Visit, asked: Asked): Html {
  const words = listWords(viewer.language);
  const link = (show: 'timeline' | undefined): Html =>
    html`<a class="chip" href="${addressOf(asked, { show })}"${asked.show === show ? html` aria-current="true"` : null}>${words.looks[show ?? 'list']}</a>`;
  return html`<nav aria-label="${words.look}"><p class="buttons">${link(undefined)}${link('timeline')}</p></nav>`;
}

function addButton({ viewer }: Visit): Html | null {
  if (!viewer.scopes.has('bookings:write')) return null;
  const { add } = listWords(viewer.language);
  return html`<a class="button" href="/admin/bookings/new">${icon('add')}<span>${add}</span></a>`;
}

async function rowsOf(visit: Visit, asked: Asked, after: string | undefined, deps: DeedDeps): Promise<Html> {
  const { context, texts } = visit;
  const page = { limit: rowsAtOnce, after };
  const filter = filterOf(asked, visit.clock.zone);
  const today =
    filter.view === 'today' ? await dayAt(context, { ...filter, timezone: visit.clock.zone }) : {};
  const found = await listBookings(context, { ...filter, ...today }, placeAsked<BookingPlace>(page, [0, '']));
  const { items, next } = placesShown(found, page, bookingPlace, row => row);
  if (items.length === 0) return await nothing(visit, asked);
  const turns = {
    newest: after === undefined ? null : addressOf(asked),
    older: next === null ? null : addressOf(asked, { after: next }),
  };
  return html`${bookingTable(visit, items, await besideOf(visit, items, deps))}${turn(turns, texts)}`;
}

/** Says whether there is nothing at all, nothing in this view, or nothing for these filters. */
async function nothing(visit: Visit, asked: Asked): Promise<Html> {
  const { texts, viewer } = visit;
  const words = listWords(viewer.language);
  const chips = await filterChips(visit, asked);
  if (chipNames.some(name => asked[name] !== undefined)) {
    const filters = chips.map(({ label }) => `“${label}”`).join(', ');
    return nothingMatches(
      filters,
      addressOf({ ...(asked.view === undefined ? {} : { view: asked.view }) }),
      texts,
    );
  }
  const { view } = filterOf(asked, visit.clock.zone);
  if (view !== undefined)
    return first(words.noneIn[view], words.noneInWhy, { label: words.seeAll, href: listPath });
  const add = viewer.scopes.has('bookings:write') ? { label: words.add, href: '/admin/bookings/new' } : null;
  return first(texts.bookings.none, texts.bookings.noneWhy, add);
}
