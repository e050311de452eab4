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
  ['bookings-timeline', 'bookings', `${list}?show=timeline`],
  ['bookings-timeline-week', 'bookings', `${list}?show=timeline&span=week`],
  ['bookings-timeline-driver', 'bookings', `${list}?show=timeline&state=overdue`],
  ['bookings-timeline-nothing', 'bookings', `${list}?show=timeline&day=2025-01-01&state=taken`],
  ['hostile-bookings-timeline', 'hostile', `${list}?show=timeline`],
  ['booking-out', 'bookings', `${list}/b_out`],
  ['booking-late', 'bookings', `${list}/b_late`],
  ['fleet-about-waiting', 'bookings', '/admin/integrations/int_1/about'],
  ['booking-sent', 'bookings', `${list}/b_sent`],
  ['booking-cancelled', 'bookings', `${list}/b_gone`],
  ['booking-may-little', 'bookings', `${list}/b_out`, 'bookings:read'],
  ['booking-missing', 'bookings', `${list}/b_nowhere`],
  ['booking-cancel', 'bookings', `${list}/b_sent/cancel`],
  ['booking-send', 'bookings', `${list}/b_late/send`],
  ['booking-new-code', 'bookings', `${list}/b_sent/new-code`],
  ['booking-copy', 'bookings', `${list}/b_out/copy`],
  ['booking-key', 'bookings', `${list}/b_sent/key`],
  ['booking-key-nothing', 'bookings', `${list}/b_sent/key?match=bus`],
  ['booking-driver', 'bookings', `${list}/b_sent/driver?match=ben`],
  ['booking-new-when', 'bookings', `${list}/new`],
  ['booking-new-wrong', 'bookings', `${list}/new?start=2026-12-01T09:00&end=2026-12-01T08:00`],
  ['booking-new-key', 'bookings', `${list}/new?start=2026-12-05T09:00&end=2026-12-05T17:00`],
  ['booking-new-none', 'bookings', `${list}/new?start=2026-12-05T09:00&end=2026-12-05T17:00&match=bus`],
  ['hostile-booking', 'hostile', `${list}/b_out`],
];
