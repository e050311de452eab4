/** `/admin`: is anything wrong right now? */
import { type Html, html } from '../../../base/html.ts';
import { type AccountNumbers, bookingsToCome, boxNumbers, keysOut } from '../../domain/account-numbers.ts';
import { latestEvents } from '../../domain/latest-events.ts';
import { countOpenProblems, openProblems } from '../../domain/open-problems.ts';
import { eventPlaces, eventText } from './events-page.ts';
import { first, well } from './frame/states.ts';
import { when } from './frame/when.ts';
import type { FramedPage } from './framed.ts';
import { type LivePiece, livePiece } from './live-piece.ts';
import { problemItems } from './problem-list.ts';
import { liveSection } from './settings/live-page.ts';
import type { Visit } from './visit.ts';

/** More are a click away. */
const problemsShown = 5;
const eventsShown = 6;
const countMost = 99;
/** “The next hours” of the numbers. */
const aheadMs = 4 * 3_600_000;

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
  const rows = await openProblems(visit.context, problemsShown);
  if (rows.length === 0) return well(today.well, evidence(visit, boxes));
  const count = await countOpenProblems(visit.context, countMost);
  const said = count > countMost ? `${countMost}+` : String(count);
  return html`<section class="needs"><h2 id="needs">${today.need(count)}</h2>${await problemItems(visit, rows, 3)}
${count > rows.length ? html`<p><a href="/admin/problems">${today.more(said)}</a></p>` : null}</section>`;
}

/** “All well” is believed only with what it is known by. */
function evidence({ texts: { today }, clock }: Visit, boxes: AccountNumbers | null): Html {
  if (boxes === null || boxes.boxes === 0) return html`${today.wellNoBox}`;
  if (boxes.connected < boxes.boxes || boxes.oldestWord === null)
    return html`${today.boxes}: ${today.boxesOf(String(boxes.connected), String(boxes.boxes))}.`;
  return html`${today.wellBoxes(String(boxes.boxes))} ${when(boxes.oldestWord, clock)}.`;
}

async function numbers(visit: Visit, boxes: AccountNumbers | null): Promise<Html> {
  const { viewer, context, texts } = visit;
  const { today } = texts;
  const out = viewer.scopes.has('bookings:read') ? await keysOut(context) : null;
  const next = out === null ? null : await bookingsToCome(context, context.now + aheadMs);
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
