/** The driver's page in its states, for whoever looks at all pages. They have no session and no menu, and load nothing. */
import { driverToken } from './page-bookings.ts';
import type { Fixture } from './page-fixture.ts';
import type { PageState } from './page-states.ts';

const state = (name: string, booking: string, fixture: Fixture = 'bookings'): PageState => ({
  ...{ name, fixture, path: `/a/${driverToken(booking)}`, scopes: null },
});

export const driverStates: readonly PageState[] = [
  state('driver-page-waiting', 'b_sent'),
  state('driver-page-key-away', 'b_ready'),
  state('driver-page-taken', 'b_out'),
  state('driver-page-late', 'b_late'),
  state('driver-page-back', 'b_back'),
  state('driver-page-over', 'b_over'),
  state('driver-page-gone', 'b_gone'),
  state('hostile-driver-page', 'b_out', 'hostile'),
];
