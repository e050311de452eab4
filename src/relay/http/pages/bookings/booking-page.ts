/** One booking: how it stands, what can be done with it, its code on demand, and all that happened. */

import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { type BookingView, bookingView } from '../../../domain/booking-views.ts';
import type { DeedDeps } from '../deed.ts';
import { driverPath } from '../drivers/driver-words.ts';
import type { SaidWrong } from '../form-problems.ts';
import { icon } from '../frame/icons.ts';
import { spanText, when } from '../frame/when.ts';
import type { FramedPage, Shown } from '../framed.ts';
import { keyPath } from '../keys/key-cells.ts';
import { paramOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { bookingPath } from './booking-path.ts';
import { bookingWords } from './booking-words.ts';
import { type ChangeAnswer, changeForm } from './change-form.ts';
import { deedWords } from './deed-texts.ts';
import { type Beside, besideOf, clockOf, deedsOf, driverText, originCell, placeText } from './list-table.ts';
import { listWords } from './list-texts.ts';
import { stateMark } from './state-mark.ts';
import { storySection } from './story-list.ts';

export const bookingPage = (deps: DeedDeps): FramedPage => ({
  ...{ path: '/admin/bookings/:id', here: 'bookings', scope: 'bookings:read' },
  title: ({ menu }) => menu.bookings,
  show: (visit, request) => showBooking(visit, request, { deps }),
});

/** A form of this page may have something to tell. */
interface Said {
  readonly deps: DeedDeps;
  readonly change?: ChangeAnswer;
  /** In words, or digits that were asked for. */
  readonly code?: string;
  /** Why a deed was refused. */
  readonly refused?: SaidWrong | null;
}

export async function showBooking(visit: Visit, request: FastifyRequest, said: Said): Promise<Shown> {
  const words = bookingWords(visit.viewer.language);
  const booking = await bookingView(visit.context, paramOf(request, 'id'));
  const beside = await besideOf(visit, [booking], said.deps);
  const clock = clockOf(visit, beside, booking.box);
  const deeds = deedsOf(visit, booking);
  const change = deeds.includes('change')
    ? await changeForm(visit, request, booking, said.change ?? null)
    : null;
  const hasCode =
    visit.viewer.scopes.has('codes:read') && booking.cancelled === null && booking.returned === null;
  const refused =
    said.refused == null
      ? null
      : html`<p class="strip" role="alert">${icon('refused')}<span>${said.refused}</span></p>`;
  return {
    title: words.title(booking.key.name),
    lead: html`<bdi>${driverText(booking, beside, listWords(visit.viewer.language))}</bdi> · ${spanText(booking.start, booking.end, clock)}`,
    body: html`${refused}${said.change === undefined ? null : change}${facts(visit, booking, beside)}${hasCode ? codeForm(visit, booking, said) : null}
${await storySection(visit, booking, clock, said.deps)}${said.change === undefined ? change : null}`,
  };
}

function facts(visit: Visit, booking: BookingView, beside: Beside): Html {
  const { language } = visit.viewer;
  const [words, list] = [bookingWords(language), listWords(language)];
  const clock = clockOf(visit, beside, booking.box);
  const plate = beside.vehicles.get(booking.id)?.vehicle.plate ?? null;
  const often = booking.reuse
    ? html`<dt>${words.code}</dt><dd>${deedWords(language).versions.often}</dd>`
    : null;
  return html`<section class="sheet"><h2>${words.factsTitle}</h2>
<dl><dt>${words.state}</dt><dd>${stateMark(booking.state, visit)} <span class="soft">${words.since}</span> ${when(booking.since, clock)}</dd>
<dt>${words.key}</dt><dd><a href="${keyPath(booking.key.id)}"><bdi>${booking.key.name}</bdi></a>${plate === null ? null : html` <span class="soft"><bdi>${plate}</bdi></span>`}</dd>
<dt>${list.place}</dt><dd><bdi>${placeText(booking, beside, list)}</bdi></dd>
<dt>${words.driver}</dt><dd>${driverCell(visit, booking, beside)}</dd>
<dt>${words.start}</dt><dd>${when(booking.start, clock)}</dd>
<dt>${words.end}</dt><dd>${booking.end === null ? words.untilChanged : when(booking.end, clock)}</dd>${often}
<dt>${words.origin}</dt><dd>${originCell(booking, beside, list)}</dd><dt>${words.trace}</dt><dd><code>${booking.trace}</code></dd></dl>${deedButtons(visit, booking)}</section>`;
}

function driverCell(visit: Visit, booking: BookingView, beside: Beside): Html {
  const text = driverText(booking, beside, listWords(visit.viewer.language));
  const { driver } = booking;
  const isKnown = driver !== null && (beside.drivers.get(driver) ?? null) !== null;
  return isKnown
    ? html`<a href="${driverPath(driver)}"><bdi>${text}</bdi></a>`
    : html`<span class="quiet"><bdi>${text}</bdi></span>`;
}

/** Each leads to a page that says what will happen. */
function deedButtons(visit: Visit, booking: BookingView): Html {
  const { language } = visit.viewer;
  const [words, list, own] = [deedWords(language), listWords(language), bookingWords(language)];
  const deeds = deedsOf(visit, booking);
  const here = bookingPath(booking.id);
  const isOut = booking.state === 'taken' || booking.state === 'overdue';
  const to = (name: string, label: string): Html =>
    html`<a class="button" href="${here}/${name}">${label}</a>`;
  const mayRebook = deeds.includes('change') && !isOut;
  return html`<p class="buttons">${deeds.includes('change') ? html`<a class="button" href="${here}#change">${own.change}</a>` : null}
${mayRebook ? html`${to('key', words.another.key)} ${to('driver', words.another.driver)}` : null}
${deeds.includes('send') ? to('send', words.another.send) : null}
${deeds.includes('new-code') ? to('new-code', words.another['new-code']) : null}
${deeds.includes('cancel') ? to('cancel', own.cancel) : null} ${to('copy', list.deed.copy)}</p>`;
}

function codeForm(visit: Visit, { id }: BookingView, { code }: Said): Html {
  const words = bookingWords(visit.viewer.language);
  if (code !== undefined)
    return html`<section class="sheet" role="status"><h2>${words.code}</h2><p><strong><code>${code}</code></strong></p></section>`;
  return html`<form method="post" action="${bookingPath(id)}/code" class="sheet"><h2>${words.code}</h2><p class="soft">${words.codeHint}</p>
<p class="buttons"><button type="submit">${words.showCode}</button></p></form>`;
}
