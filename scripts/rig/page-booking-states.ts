import type { Fixture } from './page-fixture.ts';

type State = readonly [name: string, fixture: Fixture, path: string, scopes?: string];

const list = '/admin/bookings';

/** States of the pages of bookings: name of the picture, account, address, scopes. */
export const bookingStates: readonly State[] = [
  ['bookings', 'bookings', list],
  ['bookings-may-little', 'bookings', list, 'bookings:read'],
  ['bookings-needs-you', 'bookings', `${list}?view=needs-you`],
  ['bookings-none-past', 'well', `${list}?view=past`],
  ['bookings-filtered', 'bookings', `${list}?view=today&box=box-1&origin=fleetio&from=2026-11-30&match=van`],
  ['hostile-bookings', 'hostile', list],
];
