/** One booking: how it stands, its time, its code on demand, and how it is cancelled. */
import type { FastifyRequest } from 'fastify';
import { Fault } from '../../../../base/fault.ts';
import { type Html, html } from '../../../../base/html.ts';
import { type BookingView, bookingView } from '../../../domain/booking-views.ts';
import { boxNames, type NamedBox } from '../../../domain/box-names.ts';
import { driverView } from '../../../domain/drivers.ts';

import { type DeedDeps, doRoute } from '../deed.ts';
import { driverPath } from '../drivers/driver-list-page.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { confirmation } from '../frame/confirmation.ts';
import { type Clock, when } from '../frame/when.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { keyPath } from '../keys/key-cells.ts';
import { paramOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { bookingPath } from './booking-path.ts';
import { type BookingWords, bookingWords } from './booking-words.ts';
import { stateMark } from './state-mark.ts';
import { storySection } from './story-list.ts';
import { windowFields, windowGiven } from './window-fields.ts';

const path = '/admin/bookings/:id';
const writing = { here: 'bookings', scope: 'bookings:write' } as const;

export const bookingPages = (deps: DeedDeps): readonly FramedPage[] => [
  {
    ...{ path, here: 'bookings', scope: 'bookings:read' },
    title: ({ menu }) => menu.bookings,
    show: (visit, request) => showBooking(visit, request, { deps }),
  },
  {
    ...{ path: `${path}/cancel`, ...writing },
    title: ({ menu }) => menu.bookings,
    show: (visit, request) => askCancel(visit, request),
  },
];

/** A form of this page may have something to tell. */
interface Said {
  readonly deps: DeedDeps;
  readonly problems?: FormProblems;
  /** In words, or digits that were asked for. */
  readonly code?: string;
}

async function showBooking(visit: Visit, request: FastifyRequest, said: Said): Promise<Shown> {
  const words = bookingWords(visit.viewer.language);
  const booking = await bookingView(visit.context, paramOf(request, 'id'));
  const isOver = booking.cancelled !== null || booking.returned !== null;
  const { scopes } = visit.viewer;
  const change = scopes.has('bookings:write') && !isOver ? changeForm(visit, request, booking, said) : null;
  const code = scopes.has('codes:read') && !isOver ? codeForm(visit, booking, said) : null;
  const box = (await boxNames(visit.context, [booking.box])).get(booking.box) ?? null;
  const clock = box === null ? visit.clock : visit.clockAt(box.zone);
  return {
    title: words.title(booking.key.name),
    body: html`${await facts(visit, booking, { box, clock })}${code}${await storySection(visit, booking.id, clock, said.deps)}${change}`,
  };
}

interface Place {
  readonly box: NamedBox | null;
  readonly clock: Clock;
}

async function facts(visit: Visit, booking: BookingView, { box, clock }: Place): Promise<Html> {
  const words = bookingWords(visit.viewer.language);
  const origin = booking.origin === 'api' ? words.byHand : booking.origin;
  return html`<section class="sheet"><h2>${words.factsTitle}</h2>
<dl><dt>${words.state}</dt><dd>${stateMark(booking.state, visit)} <span class="soft">${words.since}</span> ${when(booking.since, clock)}</dd>
<dt>${words.key}</dt><dd><a href="${keyPath(booking.key.id)}"><bdi>${booking.key.name}</bdi></a></dd>
<dt>${words.box}</dt><dd><bdi>${box?.name ?? booking.box}</bdi></dd>
<dt>${words.driver}</dt><dd>${await driverCell(visit, booking.driver)}</dd>
<dt>${words.start}</dt><dd>${when(booking.start, clock)}</dd>
<dt>${words.end}</dt><dd>${booking.end === null ? words.untilChanged : when(booking.end, clock)}</dd>
<dt>${words.origin}</dt><dd><bdi>${origin}</bdi></dd><dt>${words.trace}</dt><dd><code>${booking.trace}</code></dd></dl></section>`;
}

async function driverCell(visit: Visit, id: string | null): Promise<Html> {
  const words = bookingWords(visit.viewer.language);
  if (id === null) return html`<span class="quiet">${words.noDriver}</span>`;
  if (!visit.viewer.scopes.has('drivers:read')) return html`<code>${id}</code>`;
  const { name, erased } = await driverView(visit.context, id);
  return erased === null
    ? html`<a href="${driverPath(id)}"><bdi>${name}</bdi></a>`
    : html`<span class="quiet">${words.noDriver}</span>`;
}

function codeForm(visit: Visit, { id }: BookingView, { code }: Said): Html {
  const words = bookingWords(visit.viewer.language);
  if (code !== undefined)
    return html`<section class="sheet" role="status"><h2>${words.code}</h2><p><strong><code>${code}</code></strong></p></section>`;
  return html`<form method="post" action="${bookingPath(id)}/code" class="sheet"><h2>${words.code}</h2><p class="soft">${words.codeHint}</p>
<p class="buttons"><button type="submit">${words.showCode}</button></p></form>
${visit.viewer.scopes.has('bookings:write') ? newCodeForm(words, id) : null}`;
}

const newCodeForm = (words: BookingWords, id: string): Html =>
  html`<form method="post" action="${bookingPath(id)}/new-code" class="sheet"><p class="soft">${words.newCodeHint}</p>
<p class="buttons"><button type="submit">${words.newCode}</button></p></form>`;

function changeForm(visit: Visit, request: FastifyRequest, booking: BookingView, { problems }: Said): Html {
  const words = bookingWords(visit.viewer.language);
  const failed = html`<p class="bad" role="alert">${problems?.whole ?? ''}</p>`;
  return html`<form method="post" action="${bookingPath(booking.id)}" class="sheet"><h2>${words.change}</h2>${problems === undefined ? null : failed}
${windowFields(visit, request, booking, problems ?? null)}<p class="soft">${words.changeHint}</p>
<p class="buttons"><button type="submit" class="main">${words.save}</button> <a class="button" href="${bookingPath(booking.id)}/cancel">${words.cancel}</a></p></form>`;
}

async function askCancel(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const words = bookingWords(visit.viewer.language);
  const { id, key } = await bookingView(visit.context, paramOf(request, 'id'));
  const asked = {
    ...{ happens: [words.cancelHappens, words.cancelTold], whom: [key.name], asksWhy: false },
    ...{ action: `${bookingPath(id)}/cancel`, button: words.cancelButton, isDangerous: true },
    back: bookingPath(id),
  };
  return { title: words.cancelTitle, body: confirmation(asked, visit.texts) };
}

export const bookingDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  {
    ...{ path, ...writing },
    title: ({ menu }) => menu.bookings,
    act: async (visit, request) => {
      const window = windowGiven(visit, request);
      if ('fields' in window) return await showBooking(visit, request, { deps, problems: window });
      return await done(visit, request, deps, () =>
        doRoute('changeBooking', visit.caller, { params: request.params as object, body: window }, deps),
      );
    },
  },
  {
    ...{ path: `${path}/cancel`, ...writing },
    title: ({ menu }) => menu.bookings,
    act: (visit, request) =>
      done(visit, request, deps, () =>
        doRoute('cancelBooking', visit.caller, { params: request.params as object }, deps),
      ),
  },
  {
    ...{ path: `${path}/new-code`, ...writing },
    title: ({ menu }) => menu.bookings,
    act: (visit, request) =>
      done(visit, request, deps, () =>
        doRoute('renewCode', visit.caller, { params: request.params as object }, deps),
      ),
  },
  {
    ...{ path: `${path}/code`, here: 'bookings', scope: 'codes:read' },
    title: ({ menu }) => menu.bookings,
    act: async (visit, request) =>
      await showBooking(visit, request, { deps, code: await codeOf(visit, request, deps) }),
  },
];

async function codeOf(visit: Visit, request: FastifyRequest, deps: DeedDeps): Promise<string> {
  try {
    const answer = await doRoute('getCode', visit.caller, { params: request.params as object }, deps);
    const { code } = answer as { readonly code: string };
    return `${code.slice(0, 4)} ${code.slice(4)}`;
  } catch (error) {
    if (error instanceof Fault && (error.code === 'not-on-box' || error.code === 'conflict'))
      return bookingWords(visit.viewer.language).codeMissing;
    throw error;
  }
}

async function done(
  visit: Visit,
  request: FastifyRequest,
  deps: DeedDeps,
  act: () => Promise<unknown>,
): Promise<string | Shown> {
  try {
    await act();
    return bookingPath(paramOf(request, 'id'));
  } catch (error) {
    return await showBooking(visit, request, { deps, problems: problemsOf(error) });
  }
}
