import * as v from 'valibot';
import { renewCode } from '../../domain/fresh-code.ts';
import { type Route, writes } from '../../http/api/route.ts';
import { byId } from '../../http/api/schemas/parts.ts';
import { tellDriver } from '../tell.ts';

/** Here, since a driver is told by it whom nobody else tells. */
export const newCodeRoutes: readonly Route[] = [
  writes({
    method: 'POST',
    path: '/bookings/:id/new-code',
    name: 'renewCode',
    summary:
      'Another code for a booking whose key is not out: the old one opens nothing any more, and the driver is told once the box has the new one',
    scope: 'bookings:write',
    params: byId,
    status: 200,
    /** Also the other bookings of a driver who has one code for all. */
    answer: v.object({ bookings: v.array(v.string()) }),
    write: async (context, { params }) => {
      const { bookings, untold } = await renewCode(context, params.id);
      for (const booking of untold) await tellDriver(context, { booking, kind: 'fresh-code' });
      return { bookings: [...bookings] };
    },
  }),
];
