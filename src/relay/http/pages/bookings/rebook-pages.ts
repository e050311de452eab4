/** A booking is given another key that is free for its time, or to another driver. */
import type { FastifyRequest } from 'fastify';
import { html } from '../../../../base/html.ts';
import { type BookingView, bookingView } from '../../../domain/booking-views.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { paramOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { done } from './booking-deeds.ts';
import { bookingPath } from './booking-path.ts';
import { deedWords } from './deed-texts.ts';
import { freeKeyList } from './free-key-list.ts';
import { tellDriver } from './tell-driver.ts';
import { driverSearch, wayGiven, whoFields, whoGiven } from './who-fields.ts';

const path = '/admin/bookings/:id';
const place = { here: 'bookings', scope: 'bookings:write' } as const;
const title: FramedPage['title'] = ({ menu }) => menu.bookings;

export const rebookPages: readonly FramedPage[] = [
  { ...place, path: `${path}/key`, title, show: whichKey },
  { ...place, path: `${path}/driver`, title, show: (visit, request) => whichDriver(visit, request, null) },
];

async function whichKey(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const words = deedWords(visit.viewer.language);
  const { id, start, end } = await bookingView(visit.context, paramOf(request, 'id'));
  const action = `${bookingPath(id)}/key`;
  const body = await freeKeyList(visit, request, {
    ...{ from: Math.max(start, visit.context.now), until: end, action, kept: {} },
    choose: (key, label) =>
      html`<form method="post" action="${action}"><input type="hidden" name="key" value="${key.id}"><button type="submit">${label}</button></form>`,
  });
  return { title: words.keyTitle, lead: words.keyLead, body };
}

async function whichDriver(
  visit: Visit,
  request: FastifyRequest,
  problems: FormProblems | null,
): Promise<Shown> {
  const words = deedWords(visit.viewer.language);
  const { id } = await bookingView(visit.context, paramOf(request, 'id'));
  const action = `${bookingPath(id)}/driver`;
  const failed = problems === null ? null : html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`;
  const body = html`<section class="sheet">${failed}${driverSearch(visit, request, action, {})}
<form method="post" action="${action}">${await whoFields(visit, request, problems, false)}
<p class="buttons"><button type="submit" class="main">${words.driverButton}</button> <a class="button" href="${bookingPath(id)}">${visit.texts.states.back}</a></p></form></section>`;
  return { title: words.driverTitle, lead: words.driverLead, body };
}

export const rebookDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  {
    ...{ ...place, path: `${path}/key`, title },
    act: (visit, request) =>
      done(visit, request, deps, booking => rebooked(visit, booking, { key: fieldOf(request, 'key') }, deps)),
  },
  { ...place, path: `${path}/driver`, title, act: (visit, request) => toDriver(visit, request, deps) },
];

async function toDriver(visit: Visit, request: FastifyRequest, deps: DeedDeps): Promise<string | Shown> {
  const words = deedWords(visit.viewer.language);
  const booking = await bookingView(visit.context, paramOf(request, 'id'));
  const whom = whoGiven(request);
  if (whom === null)
    return await whichDriver(visit, request, {
      fields: { 'contact.name': words.noName },
      whole: words.noName,
    });
  try {
    await rebooked(visit, booking, whom, deps, wayGiven(request));
    return bookingPath(booking.id);
  } catch (error) {
    return await whichDriver(visit, request, problemsOf(error, visit.viewer.language));
  }
}

async function rebooked(
  visit: Visit,
  { id, origin, driver }: BookingView,
  body: object,
  deps: DeedDeps,
  by?: ReturnType<typeof wayGiven>,
): Promise<void> {
  await doRoute('changeBooking', visit.caller, { params: { id }, body }, deps);
  const hasDriver = driver !== null || !('key' in body);
  if (origin === 'api' && hasDriver) await tellDriver(visit, { booking: id, kind: 'access', by }, deps);
}
