/** Every state of every page, for whoever looks at all of them: checks of markup, of accessibility, and pictures. */

import { boxStates } from './box-states.ts';
import { fleet } from './fleet-fixture.ts';
import { bookingStates } from './page-booking-states.ts';
import type { Fixture } from './page-fixture.ts';
import { pieceNames } from './page-pieces.ts';
import { problemStates } from './problem-states.ts';
import { settingsStates } from './settings-states.ts';

export interface PageState {
  /** Names its picture. */
  readonly name: string;
  readonly fixture: Fixture;
  readonly path: string;
  /** Words as on the command line; null: nobody is signed in. */
  readonly scopes: string | null;
}

const state = (name: string, fixture: Fixture, path: string, scopes: string | null = 'admin'): PageState => ({
  name,
  fixture,
  path,
  scopes,
});

const fleetPath = `/admin/integrations/${fleet}`;
const fleetStates: readonly PageState[] = [
  state('fleet-none', 'empty', '/admin/integrations'),
  state('fleet-list', 'well', '/admin/integrations'),
  state('fleet-new', 'empty', '/admin/integrations/new'),
  state('fleet-vehicles', 'well', fleetPath),
  state('fleet-vehicles-looking', 'well', fleetPath, 'read'),
  state('fleet-vehicles-prompt', 'well', `${fleetPath}?mode=prompt`),
  state('fleet-vehicles-nothing-matches', 'well', `${fleetPath}?match=bus&linked=no`),
  state('fleet-vehicle', 'well', `${fleetPath}/vehicles/301`),
  state('fleet-vehicle-without-key', 'well', `${fleetPath}/vehicles/304?key=van`),
  state('fleet-unlink', 'well', `${fleetPath}/vehicles/301/unlink`),
  state('fleet-same-names', 'well', `${fleetPath}/same-names`),
  state('fleet-same-names-none', 'bookings', '/admin/integrations/int_1/same-names'),
  state('hostile-fleet-same-names', 'hostile', `${fleetPath}/same-names`),
  state('fleet-book', 'well', `${fleetPath}/assignments/801`),
  state('fleet-book-without-key', 'well', `${fleetPath}/assignments/802`),
  state('fleet-about', 'well', `${fleetPath}/about`),
  state('fleet-disconnect', 'well', `${fleetPath}/disconnect`),
  state('fleet-gone', 'well', '/admin/integrations/nobody'),
  state('hostile-fleet', 'hostile', fleetPath),
  state('hostile-fleet-vehicle', 'hostile', `${fleetPath}/vehicles/302?key=van`),
  state('hostile-fleet-about', 'hostile', `${fleetPath}/about`),
];

export const pageStates: readonly PageState[] = [
  state('sign-in', 'empty', '/admin/sign-in', null),
  state('lost-password', 'empty', '/admin/lost', null),
  state('first-person', 'empty', '/admin/first/nonsense', null),
  state('link-gone', 'empty', '/admin/in/nonsense', null),
  state('people', 'well', '/admin/people'),
  state('sessions', 'well', '/admin/sessions'),
  ...settingsStates.map(([name, fixture, path, scopes]) => state(name, fixture, path, scopes)),
  state('today-first', 'empty', '/admin'),
  state('today-well', 'well', '/admin'),
  state('today-trouble', 'trouble', '/admin'),
  state('today-may-little', 'trouble', '/admin', 'events:read'),
  state('problems-none', 'well', '/admin/problems'),
  state('problems', 'trouble', '/admin/problems'),
  state('problems-looking', 'trouble', '/admin/problems', 'read'),
  ...problemStates.map(each => state(...each)),
  state('boxes-first', 'empty', '/admin/boxes'),
  state('boxes', 'trouble', '/admin/boxes'),
  state('boxes-all', 'trouble', '/admin/boxes?view=all'),
  state('boxes-matching', 'trouble', '/admin/boxes?match=air'),
  state('boxes-nothing-matches', 'trouble', '/admin/boxes?view=trouble&match=%3Cb%3E%25'),
  state('boxes-well', 'well', '/admin/boxes?view=trouble'),
  state('boxes-may-not', 'trouble', '/admin/boxes', 'events:read'),
  ...boxStates(state),
  state('events-none', 'empty', '/admin/events'),
  state('events', 'trouble', '/admin/events'),
  state('events-filtered', 'trouble', '/admin/events?type=denied&box=Depot+A'),
  state('events-nothing-matches', 'trouble', '/admin/events?key=nobody'),
  state('events-verify', 'trouble', '/admin/events/verify'),
  state('bookings-none', 'empty', '/admin/bookings'),
  state('bookings-nothing-matches', 'trouble', '/admin/bookings?state=overdue'),
  ...bookingStates.map(each => state(...each)),
  state('search', 'trouble', '/admin/search?q=van'),
  state('search-nothing', 'trouble', '/admin/search?q=nobody'),
  state('keys-first', 'empty', '/admin/keys'),
  state('keys', 'in-use', '/admin/keys'),
  state('keys-nothing-matches', 'trouble', '/admin/keys?match=bus'),
  state('keys-late', 'in-use', '/admin/keys?place=late'),
  state('keys-none-there', 'well', '/admin/keys?place=missing'),
  state('key', 'in-use', '/admin/keys/Van%2012'),
  state('key-never-used', 'well', '/admin/keys/Van%201'),
  state('key-looking', 'in-use', '/admin/keys/Van%2012', 'keys:read'),
  state('key-move', 'in-use', '/admin/keys/Van%2018/move'),
  state('key-move-box', 'in-use', '/admin/keys/Van%201/move?box=box-3'),
  state('key-new-door', 'in-use', '/admin/keys/new?box=box-3'),
  state('key-import', 'trouble', '/admin/keys/import?large=1'),
  state('key-new', 'trouble', '/admin/keys/new'),
  state('key-new-no-box', 'empty', '/admin/keys/new'),
  state('drivers-first', 'empty', '/admin/drivers'),
  state('drivers', 'trouble', '/admin/drivers'),
  state('drivers-refused', 'in-use', '/admin/drivers?refused=4072'),
  state('drivers-refused-nobody', 'in-use', '/admin/drivers?refused=nobody'),
  state('driver', 'in-use', '/admin/drivers/d_ben'),
  state('driver-tries', 'in-use', '/admin/drivers/d_ben/tries'),
  state('driver-tries-late', 'in-use', '/admin/drivers/d_ann/tries'),
  state('driver-erase', 'in-use', '/admin/drivers/d_ben/erase'),
  state('driver-new', 'well', '/admin/drivers/new'),
  state('driver-gone', 'well', '/admin/drivers/nobody'),
  state('api', 'well', '/admin/api'),
  state('api-bookings', 'well', '/admin/api?of=bookings'),
  state('webhooks-first', 'empty', '/admin/integrations/webhooks'),
  state('webhooks', 'trouble', '/admin/integrations/webhooks'),
  state('webhooks-looking', 'empty', '/admin/integrations/webhooks', 'read'),
  state('webhook-new', 'well', '/admin/integrations/webhooks/new'),
  state('webhook', 'trouble', '/admin/integrations/webhooks/wh_failing'),
  state('webhook-fresh', 'trouble', '/admin/integrations/webhooks/wh_fresh'),
  state('webhook-remove', 'trouble', '/admin/integrations/webhooks/wh_failing/remove'),
  state('webhook-gone', 'well', '/admin/integrations/webhooks/nobody'),
  state('hostile-webhook', 'hostile', '/admin/integrations/webhooks/wh_failing'),
  state('hostile-keys', 'hostile', '/admin/keys'),
  state('hostile-drivers', 'hostile', '/admin/drivers'),
  ...fleetStates,
  ...pieceNames.map(name => state(`piece-${name}`, 'well', `/admin/_/pieces/${name}`)),
  state('hostile-today', 'hostile', '/admin'),
  state('hostile-boxes', 'hostile', '/admin/boxes?view=all'),
  state('hostile-box', 'hostile', '/admin/boxes/box-1'),
  state('hostile-box-who', 'hostile', '/admin/boxes/box-1/who'),
  state('hostile-box-commands', 'hostile', '/admin/boxes/box-1/commands'),
  state('hostile-events', 'hostile', '/admin/events'),
  state('hostile-problems', 'hostile', '/admin/problems'),
];
