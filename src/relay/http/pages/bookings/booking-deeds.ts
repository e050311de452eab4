/** Forms of one booking, and the pages that say beforehand what each does. */
import type { FastifyRequest } from 'fastify';
import { Fault } from '../../../../base/fault.ts';
import { html } from '../../../../base/html.ts';
import { type BookingView, bookingView } from '../../../domain/booking-views.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { problemsOf } from '../form-problems.ts';
import { confirmation } from '../frame/confirmation.ts';
import { clockText } from '../frame/when.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { paramOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { showBooking } from './booking-page.ts';
import { bookingPath } from './booking-path.ts';
import { bookingWords } from './booking-words.ts';
import { changeBooking } from './change-form.ts';
import { deedWords } from './deed-texts.ts';
import { besideOf, clockOf, driverText, originText, placeText } from './list-table.ts';
import { listWords } from './list-texts.ts';
import { tellDriver } from './tell-driver.ts';

const path = '/admin/bookings/:id';
const here = { here: 'bookings' } as const;
const title: FramedPage['title'] = ({ menu }) => menu.bookings;

type Asking = 'cancel' | 'send' | 'new-code';

/** Who may do each. */
const scopes = {
  cancel: 'bookings:write',
  send: 'messages:write',
  'new-code': 'bookings:write',
  'write-fields': 'bookings:write',
} as const;

export const askPages = (deps: DeedDeps): readonly FramedPage[] => [
  ...(['cancel', 'send', 'new-code'] as const).map(
    (deed): FramedPage => ({
      ...{ ...here, path: `${path}/${deed}`, scope: scopes[deed], title },
      show: (visit, request) => ask(visit, request, deed),
    }),
  ),
  {
    ...{ ...here, path: `${path}/copy`, scope: 'bookings:read', title },
    show: (visit, request) => details(visit, request, deps),
  },
];

async function ask(visit: Visit, request: FastifyRequest, deed: Asking): Promise<Shown> {
  const booking = await bookingView(visit.context, paramOf(request, 'id'));
  const back = bookingPath(booking.id);
  const { title: asked, happens, button } = told(visit, booking, deed);
  const form = {
    ...{ happens, whom: [booking.key.name], asksWhy: false, action: `${back}/${deed}`, button },
    ...{ isDangerous: deed === 'cancel', back },
  };
  return { title: asked, body: confirmation(form, visit.texts) };
}

function told({ viewer }: Visit, { state }: BookingView, deed: Asking) {
  const [words, own] = [deedWords(viewer.language), bookingWords(viewer.language)];
  switch (deed) {
    case 'cancel':
      return {
        title: own.cancelTitle,
        happens: [own.cancelHappens, own.cancelTold],
        button: own.cancelButton,
      };
    case 'send': {
      const happens = [state === 'overdue' ? words.sendLate : words.sendHappens];
      return { title: words.sendTitle, happens, button: words.sendButton };
    }
    case 'new-code': {
      const happens = [words.newCodeHappens, words.newCodeTold];
      return { title: words.newCodeTitle, happens, button: words.newCodeButton };
    }
  }
}

/** Plain lines for a message or a ticket. */
async function details(visit: Visit, request: FastifyRequest, deps: DeedDeps): Promise<Shown> {
  const { language } = visit.viewer;
  const [words, own, list] = [deedWords(language), bookingWords(language), listWords(language)];
  const booking = await bookingView(visit.context, paramOf(request, 'id'));
  const beside = await besideOf(visit, [booking], deps);
  const clock = clockOf(visit, beside, booking.box);
  const plate = beside.vehicles.get(booking.id)?.vehicle.plate ?? null;
  const { states } = visit.texts.bookings;
  const lines = [
    [own.key, plate === null ? booking.key.name : `${booking.key.name} (${plate})`],
    [own.driver, driverText(booking, beside, list)],
    [own.start, clockText(booking.start, { ...clock, now: 0 })],
    [own.end, booking.end === null ? own.untilChanged : clockText(booking.end, { ...clock, now: 0 })],
    [list.place, placeText(booking, beside, list)],
    [own.state, states[booking.state]],
    [own.origin, originText(booking, list)],
    ['id', booking.id],
    [own.trace, booking.trace],
  ];
  const text = lines.map(([name, value]) => `${name}: ${value}`).join('\n');
  return {
    title: words.copyTitle,
    lead: words.copyHint,
    body: html`<section class="sheet"><pre class="copy" tabindex="0">${text}</pre><p class="buttons"><a class="button" href="${bookingPath(booking.id)}">${visit.texts.states.back}</a></p></section>`,
  };
}

export const bookingDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  {
    ...{ ...here, path, scope: 'bookings:write', title },
    act: async (visit, request) => {
      const booking = await bookingView(visit.context, paramOf(request, 'id'));
      const change = await changeBooking(visit, request, booking, deps);
      return change === null ? bookingPath(booking.id) : await showBooking(visit, request, { deps, change });
    },
  },
  {
    ...{ ...here, path: `${path}/cancel`, scope: scopes.cancel, title },
    act: (visit, request) => done(visit, request, deps, booking => cancelled(visit, booking, deps)),
  },
  routeDeed(deps, 'new-code', 'renewCode'),
  routeDeed(deps, 'send', 'sendAgain'),
  routeDeed(deps, 'write-fields', 'writeBookingFields'),
  {
    ...{ ...here, path: `${path}/resend`, scope: scopes.send, title },
    act: (visit, request) =>
      done(visit, request, deps, () =>
        doRoute('resendMessage', visit.caller, { params: { id: fieldOf(request, 'message') } }, deps),
      ),
  },
  {
    ...{ ...here, path: `${path}/code`, scope: 'codes:read', title },
    act: async (visit, request) =>
      await showBooking(visit, request, { deps, code: await codeOf(visit, request, deps) }),
  },
];

const routeDeed = (deps: DeedDeps, deed: keyof typeof scopes, route: string): FramedDeed => ({
  ...{ ...here, path: `${path}/${deed}`, scope: scopes[deed], title },
  act: (visit, request) =>
    done(visit, request, deps, ({ id }) =>
      doRoute(route, visit.caller, { params: { id }, ...(deed === 'send' ? { body: {} } : {}) }, deps),
    ),
});

async function cancelled(visit: Visit, booking: BookingView, deps: DeedDeps): Promise<void> {
  const { id, origin, driver } = booking;
  await doRoute('cancelBooking', visit.caller, { params: { id } }, deps);
  const wasGoing = booking.cancelled === null && origin === 'api' && driver !== null;
  if (wasGoing) await tellDriver(visit, { booking: id, kind: 'cancelled' }, deps);
}

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

export async function done(
  visit: Visit,
  request: FastifyRequest,
  deps: DeedDeps,
  act: (booking: BookingView) => Promise<unknown>,
): Promise<string | Shown> {
  const booking = await bookingView(visit.context, paramOf(request, 'id'));
  try {
    await act(booking);
    return bookingPath(booking.id);
  } catch (error) {
    return await showBooking(visit, request, {
      deps,
      refused: problemsOf(error, visit.viewer.language).whole,
    });
  }
}
