import * as v from 'valibot';
import type { OpenReading } from '../../../domain/context.ts';
import { type Found, foundBookings, foundBoxes, foundDrivers, foundKeys } from '../../../domain/search.ts';
import { type Route, reads } from '../route.ts';
import { typed } from '../schemas/parts.ts';
import type { Scope } from '../scopes.ts';

const found = v.array(v.object({ id: v.string(), name: v.string() }));

export const searchRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/search',
    name: 'search',
    summary:
      'Keys, drivers, boxes and bookings by how their words begin, 20 of each at most; of a kind that the token may not read there are none',
    scope: 'keys:read',
    query: v.strictObject({ q: typed(64) }),
    status: 200,
    answer: v.object({ keys: found, drivers: found, boxes: found, bookings: found }),
    read: async (context, { caller, query: { q } }) => {
      const of = async (
        scope: Scope,
        find: (reading: OpenReading, text: string) => Promise<readonly Found[]>,
      ): Promise<{ id: string; name: string }[]> =>
        caller.scopes.has(scope) ? (await find(context, q)).map(each => ({ ...each })) : [];
      return {
        keys: await of('keys:read', foundKeys),
        drivers: await of('drivers:read', foundDrivers),
        boxes: await of('boxes:read', foundBoxes),
        bookings: await of('bookings:read', foundBookings),
      };
    },
  }),
];
