/** Everything below `/admin`: who is signed in, the pages of the menu, and the files that they load. */
import type { FastifyInstance } from 'fastify';
import { SignInTries } from '../sign-in-tries.ts';
import { assetRoutes } from './assets/served.ts';
import { askPages, bookingDeeds } from './bookings/booking-deeds.ts';
import { bookingPage } from './bookings/booking-page.ts';
import { newBookingDeeds, newBookingPage } from './bookings/new-booking-page.ts';
import { rebookDeeds, rebookPages } from './bookings/rebook-pages.ts';
import { bookingsPage } from './bookings-page.ts';
import { boxesPage } from './boxes-page.ts';
import { choosePasswordPages } from './choose-password.ts';
import { driverListPage } from './drivers/driver-list-page.ts';
import { driverDeeds, driverPages } from './drivers/driver-page.ts';
import { eventsPage } from './events-page.ts';
import { firstPages } from './first.ts';
import { takeForms } from './form.ts';
import { framedDeeds, framedPages, sendFramed } from './framed.ts';
import { keyPages, keyPagesDeeds } from './keys/key-pages.ts';
import { laterPages } from './later-pages.ts';
import { lostPasswordPages } from './lost-password.ts';
import { ownSessionPages } from './own-sessions.ts';
import type { PageDeps } from './page-deps.ts';
import { peoplePages } from './people-pages.ts';
import { problemDeeds, problemsPage } from './problems-page.ts';
import { provePages } from './prove.ts';
import { searchPage } from './search-page.ts';
import { sendHtml } from './send-html.ts';
import { settingsPages } from './settings/settings-pages.ts';
import { signInPages } from './sign-in.ts';
import { todayFragment, todayPage } from './today-page.ts';
import { visitOf } from './visit.ts';

const pages = [
  ...[boxesPage, eventsPage, problemsPage, searchPage, ...laterPages],
  ...[newBookingPage, ...keyPages, driverListPage, ...driverPages],
];

export function adminPages(app: FastifyInstance, deps: PageDeps): void {
  takeForms(app);
  assetRoutes(app);
  app.get('/admin', async (request, reply) => {
    const visit = await visitOf(request, deps);
    return visit === null
      ? reply.redirect('/admin/sign-in', 303)
      : await sendFramed(reply, visit, todayPage, request);
  });
  // A piece of a page asks for itself again here; signed out, it is told so and not given another page.
  app.get('/admin/_/today', async (request, reply) => {
    const visit = await visitOf(request, deps);
    return visit === null ? reply.status(401).send() : sendHtml(reply, (await todayFragment(visit)).text);
  });
  framedPages(app, deps, [
    ...pages,
    bookingsPage(deps),
    bookingPage(deps),
    ...askPages(deps),
    ...rebookPages,
  ]);
  problemDeeds(app, deps);
  framedDeeds(app, deps, [
    ...[...newBookingDeeds(deps), ...bookingDeeds(deps), ...rebookDeeds(deps)],
    ...[...keyPagesDeeds(deps), ...driverDeeds(deps)],
  ]);
  whoPages(app, deps);
}

function whoPages(app: FastifyInstance, deps: PageDeps): void {
  const tries = new SignInTries(() => Number(deps.time.mono()));
  firstPages(app, deps);
  signInPages(app, deps, tries);
  choosePasswordPages(app, deps);
  lostPasswordPages(app, deps);
  provePages(app, deps, tries);
  ownSessionPages(app, deps);
  peoplePages(app, deps);
  settingsPages(app, deps);
}
