import * as v from 'valibot';
import { shaped } from '../../../../wire/reading.ts';
import { type Route, reads } from '../../../http/api/route.ts';
import { bookedVehicles } from '../vehicles/booked-vehicles.ts';

/** A page of a list has no more. */
const bookingsMost = 100;
const listMost = bookingsMost * 32;

const ids = v.pipe(
  shaped(listMost, /^[\w-]+(?:,[\w-]+)*$/, 'must be ids with commas between them'),
  v.transform(text => text.split(',')),
  v.maxLength(bookingsMost, `are ${bookingsMost} at most`),
);

/** For whoever shows bookings: which vehicle each is of, and where its assignment is found. */
export const bookedVehicleRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/vehicles',
    name: 'listBookedVehicles',
    summary: 'Vehicles whose keys these bookings are of, and the assignments that the bookings follow',
    scope: 'integrations:read',
    query: v.strictObject({ bookings: v.optional(ids) }),
    status: 200,
    answer: v.object({
      items: v.array(
        v.object({
          booking: v.string(),
          integration: v.string(),
          vehicle: v.object({ id: v.string(), name: v.string(), plate: v.nullable(v.string()) }),
          /** Null: it was made by hand, of a key that is linked to the vehicle. */
          assignment: v.nullable(v.string()),
        }),
      ),
    }),
    read: async (context, { query }) => ({
      items: (await bookedVehicles(context, query.bookings ?? [])).map(each => ({
        ...each,
        vehicle: { ...each.vehicle },
      })),
    }),
  }),
];
