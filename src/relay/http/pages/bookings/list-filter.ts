/** The list of bookings as its address says it: all that is chosen stands there, so that a link shows the same to whoever follows it. */
import type { FastifyRequest } from 'fastify';
import { instantOfLocal } from '../../../../base/local-time.ts';
import type { TimeZone } from '../../../../base/time-zone.ts';
import { bookingStates } from '../../../core/booking-life.ts';
import { type BookingFilter, bookingViews } from '../../../domain/booking-list.ts';
import { calendarDay } from '../../../domain/calendar-day.ts';
import { queryOf } from '../query.ts';

export const listPath = '/admin/bookings';

/** Parameters that narrow the list; each is a chip that can be taken off. */
export const chipNames = ['site', 'box', 'key', 'driver', 'state', 'origin', 'from', 'until'] as const;
export type ChipName = (typeof chipNames)[number];

/** These say how it is looked at. */
const otherNames = ['view', 'show', 'span', 'day'] as const;
type Name = ChipName | (typeof otherNames)[number];

/** Parameters as they stand in the address, those that make no sense left out. */
export type Asked = Readonly<Partial<Record<Name, string>>>;

const dayShape = /^\d{4}-\d{2}-\d{2}$/;
const oneOf = (all: readonly string[]) => (value: string) => all.includes(value);
const isDay = (value: string): boolean => dayShape.test(value);

const checks: Readonly<Partial<Record<Name, (value: string) => boolean>>> = {
  state: oneOf(bookingStates),
  view: oneOf(bookingViews),
  show: oneOf(['timeline']),
  span: oneOf(['week']),
  ...{ from: isDay, until: isDay, day: isDay },
};

export function askedOf(request: FastifyRequest): Asked {
  const given = [...chipNames, ...otherNames].map(name => [name, queryOf(request, name)] as const);
  return Object.fromEntries(
    given.filter(([name, value]) => value !== undefined && (checks[name]?.(value) ?? true)),
  );
}

/** The same list with something else chosen; undefined takes it off. A page of it is turned to by `after`. */
export function addressOf(
  asked: Asked,
  change: Readonly<Partial<Record<Name | 'after', string | undefined>>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...asked, ...change }))
    if (value !== undefined) query.set(name, value);
  return query.size === 0 ? listPath : `${listPath}?${query}`;
}

/** Midnight at which a day of a place begins; null: there is no such day. */
export const dayStart = (day: string, zone: TimeZone): number | null => {
  const noon = instantOfLocal(`${day}T12:00`, zone);
  return noon === null ? null : calendarDay(noon, zone).from;
};

/** As the domain takes it. Both days count, the last one to its midnight. */
export function filterOf(asked: Asked, zone: TimeZone): BookingFilter {
  const { site, box, key, driver, origin } = asked;
  const from = asked.from === undefined ? null : dayStart(asked.from, zone);
  const last = asked.until === undefined ? null : instantOfLocal(`${asked.until}T12:00`, zone);
  return {
    ...{ site, box, key, driver, origin },
    state: bookingStates.find(each => each === asked.state),
    view: bookingViews.find(each => each === asked.view),
    ...(from === null ? {} : { from }),
    ...(last === null ? {} : { until: calendarDay(last, zone).until }),
  };
}
