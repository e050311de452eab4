/** Everything below `/admin`: who is signed in, the pages of the menu, and the files that they load. */
import type { FastifyInstance } from 'fastify';
import { liveRoute } from '../live/live-route.ts';
import { LiveStreams } from '../live/live-streams.ts';
import { SignInTries } from '../sign-in-tries.ts';
import { apiPage } from './api-page.ts';
import { assetRoutes } from './assets/served.ts';
import { askPages, bookingDeeds } from './bookings/booking-deeds.ts';
import { bookingPage } from './bookings/booking-page.ts';
import { newBookingDeeds, newBookingPage } from './bookings/new-booking-page.ts';
import { rebookDeeds, rebookPages } from './bookings/rebook-pages.ts';
import { storyFile } from './bookings/story-file.ts';
import { bookingsPage } from './bookings-page.ts';
import { boxDeeds, boxPages, boxPieces } from './boxes/box-pages.ts';
import { choosePasswordPages } from './choose-password.ts';
import { driverHelpPiece, triesPage } from './drivers/driver-help.ts';
import { driverListPage } from './drivers/driver-list-page.ts';
import { driverDeeds, driverPages } from './drivers/driver-page.ts';
import { eventExport } from './events/event-export.ts';
import { verifyDeed, verifyPage } from './events/verify-page.ts';
import { eventsPage, eventsPiece } from './events-page.ts';
import { firstPages } from './first.ts';
import { takeForms } from './form.ts';
import { fragments } from './fragments.ts';
import { framedDeeds, framedPages, sendFramed } from './framed.ts';
import { importKeysForm } from './keys/import-keys-page.ts';
import { keyPages, keyPagesDeeds } from './keys/key-pages.ts';
import { livePieces } from './live-piece.ts';
import { lostPasswordPages } from './lost-password.ts';
import { ownSessionPages } from './own-sessions.ts';
import type { PageDeps } from './page-deps.ts';
import { peoplePages } from './people-pages.ts';
import { notNowDeeds, notNowPage } from './problems/not-now.ts';
import { problemDeeds, problemsPage } from './problems-page.ts';
import { provePages } from './prove.ts';
import { searchPage, searchPiece } from './search-page.ts';
import { signedInNow } from './session.ts';
import { settingsPages } from './settings/settings-pages.ts';
import { signInPages } from './sign-in.ts';
import { todayPage, todayPiece } from './today-page.ts';
import { visitOf } from './visit.ts';

const pages = [
  ...[eventsPage, problemsPage, notNowPage, searchPage],
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
  framedPages(app, deps, [
    apiPage(deps.routes, deps.httpUrl),
    ...[...pages, triesPage(deps)],
    bookingsPage(deps),
    bookingPage(deps),
    ...askPages(deps),
    ...rebookPages,
  ]);
  problemDeeds(app, deps);
  fragments(app, deps, [driverHelpPiece, searchPiece]);
  importKeysForm(app, deps);
  framedDeeds(app, deps, [
    ...[...newBookingDeeds(deps), ...bookingDeeds(deps), ...rebookDeeds(deps)],
    ...[...keyPagesDeeds(deps), ...driverDeeds(deps), ...notNowDeeds(deps)],
  ]);
  boxRoom(app, deps);
  whoPages(app, deps);
}

/** Boxes, the journal as a file, and the stream by which every page that lives hears what is new. */
function boxRoom(app: FastifyInstance, deps: PageDeps): void {
  const streams = new LiveStreams(deps.time, listener => deps.store.onNews(listener));
  liveRoute(app, { streams, who: async request => (await signedInNow(request, deps))?.caller ?? null });
  livePieces(app, deps, [todayPiece, eventsPiece, ...boxPieces(deps)]);
  framedPages(app, deps, [verifyPage, ...boxPages(deps)]);
  eventExport(app, deps);
  storyFile(app, deps);
  verifyDeed(app, deps);
  framedDeeds(app, deps, boxDeeds(deps));
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
