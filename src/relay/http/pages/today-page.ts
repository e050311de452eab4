/** `/admin`: is anything wrong right now? */
import { type Html, html } from '../../../base/html.ts';
import {
  type AccountNumbers,
  bookingsToCome,
  boxNumbers,
  keysOut,
  nextBooking,
} from '../../domain/account-numbers.ts';
import { boxNames } from '../../domain/box-names.ts';
import { latestEvents } from '../../domain/latest-events.ts';
import { countOpenProblems, openProblems, soonMs } from '../../domain/open-problems.ts';
import { bookingPath } from './bookings/booking-path.ts';
import { eventPlaces, eventText } from './events-page.ts';
import { first, well } from './frame/states.ts';
import { when } from './frame/when.ts';
import type { FramedPage } from './framed.ts';
import { type LivePiece, livePiece } from './live-piece.ts';
import { problemItems } from './problem-list.ts';
import { liveSection } from './settings/live-page.ts';
import type { Visit } from './visit.ts';

/** As many as somebody can begin with; more are a click away. */
const problemsShown = 3;
const eventsShown = 6;
const countMost = 99;

export const todayPage: FramedPage = {
  ...{ path: '/admin', here: 'today', scope: null },
  title: ({ menu }) => menu.today,
  show: async visit => ({ body: await todayFragment(visit) }),
};

export const todayPiece: LivePiece = {
  ...{ path: '/admin/_/today', scope: null },
  show: todayFragment,
};

async function todayFragment(visit: Visit): Promise<Html> {
  const { viewer, context } = visit;
  const boxes = viewer.scopes.has('boxes:read') ? await boxNumbers(context) : null;
  const body = html`${viewer.scopes.has('problems:read') ? await needs(visit, boxes) : null}
${await liveSection(visit)}${boxes?.boxes === 0 ? firstBox(visit) : await numbers(visit, boxes)}
${viewer.scopes.has('events:read') ? await latest(visit) : null}`;
  return livePiece(
    { address: '/admin/_/today', news: ['bookings', 'boxes', 'events', 'problems'], body },
    visit,
  );
}

const firstBox = ({ texts: { today } }: Visit): Html =>
  first(today.first, today.firstWhy, { label: today.firstDo, href: '/admin/boxes/new' });

async function needs(visit: Visit, boxes: AccountNumbers | null): Promise<Html> {
  const { today } = visit.texts;
  const found = await openProblems(visit.context, problemsShown + 1);
  const rows = found.slice(0, problemsShown);
  if (rows.length === 0) return well(today.well, await evidence(visit, boxes));
  const isMore = found.length > rows.length;
  const count = isMore ? await countOpenProblems(visit.context, countMost) : rows.length;
  const further = count - rows.length;
  const said = count > countMost ? `${countMost - rows.length}+` : String(further);
  return html`<section class="needs"><h2 id="needs">${today.need(count)}</h2>${await problemItems(visit, rows, 3)}
${further > 0 ? html`<p><a href="/admin/problems">${today.more(said)}</a></p>` : null}</section>`;
}

/** “All well” is believed only with what it is known by. */
async function evidence(visit: Visit, boxes: AccountNumbers | null): Promise<Html> {
  const { texts, clock, viewer } = visit;
  const { today } = texts;
  if (boxes === null || boxes.boxes === 0) return html`${today.wellNoBox}`;
  const next = viewer.scopes.has('bookings:read') ? await nextText(visit) : null;
  const { connected, oldestWord } = boxes;
  if (connected < boxes.boxes || oldestWord === null)
    return html`${today.boxes}: ${today.boxesOf(String(connected), String(boxes.boxes))}. ${next}`;
  const minutes = Math.max(1, Math.ceil((clock.now - oldestWord) / 60_000));
  return html`${today.wellBoxes(boxes.boxes, minutes)} ${when(oldestWord, clock)}. ${next}`;
}

/** By the clock of the box where it begins. */
async function nextText({ context, texts: { today }, clock, clockAt }: Visit): Promise<Html> {
  const next = await nextBooking(context);
  if (next === null) return html`${today.wellNone}`;
  const zone = (await boxNames(context, [next.box])).get(next.box)?.zone;
  const at = when(next.start, zone === undefined ? clock : clockAt(zone));
  return html`${today.wellNext} ${at} <a href="${bookingPath(next.id)}"><bdi>${next.key}</bdi></a>, ${next.isProven ? today.wellOnBox : today.wellWaits}`;
}

async function numbers(visit: Visit, boxes: AccountNumbers | null): Promise<Html> {
  const { viewer, context, texts } = visit;
  const { today } = texts;
  const out = viewer.scopes.has('bookings:read') ? await keysOut(context) : null;
  const next = out === null ? null : await bookingsToCome(context, context.now + soonMs);
  return html`<nav class="numbers" aria-label="${today.numbers}">
${out === null ? null : html`<a href="/admin/bookings?state=taken"><span>${today.out}</span><strong>${out.out}</strong></a>`}
${out === null || out.late === 0 ? null : html`<a href="/admin/bookings?state=overdue"><span>${today.late}</span><strong class="bad">${out.late}</strong></a>`}
${next === null ? null : html`<a href="/admin/bookings?view=coming"><span>${today.next}</span><strong>${next.ahead}</strong><span class="${next.proven < next.ahead ? 'warn' : ''}">${today.nextOf(String(next.proven))}</span></a>`}
${boxes === null ? null : html`<a href="/admin/boxes"><span>${today.boxes}</span><strong>${today.boxesOf(String(boxes.connected), String(boxes.boxes))}</strong></a>`}</nav>`;
}

async function latest(visit: Visit): Promise<Html | null> {
  const { today } = visit.texts;
  const rows = await latestEvents(visit.context, { before: null, limit: eventsShown });
  if (rows.length === 0) return null;
  const places = await eventPlaces(visit, rows);
  const lines = rows.map(row => {
    const { what, where, at } = eventText(row, places, visit);
    return html`<li>${at}<span><strong>${what}</strong> <span class="soft">${where}</span></span></li>`;
  });
  return html`<section class="latest"><h2>${today.latest}</h2><ul>${lines}</ul><p><a href="/admin/events">${today.allEvents}</a></p></section>`;
}
