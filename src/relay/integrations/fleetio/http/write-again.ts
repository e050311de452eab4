import * as v from 'valibot';
import { writes } from '../../../http/api/route.ts';
import { byId, whole } from '../../../http/api/schemas/parts.ts';
import { writeAllAgain, writeBookingAgain } from '../sync/write-again.ts';

/** In the order of the document. The engine looks for what is due twice a second. */
export const writeAgainRoutes = {
  booking: writes({
    method: 'POST',
    path: '/bookings/:id/write-fields',
    name: 'writeBookingFields',
    summary:
      'Writes the fields of its assignment in Fleetio now, where they wait for another try; 409 where nothing waits',
    scope: 'bookings:write',
    params: byId,
    status: 202,
    answer: v.object({ integration: v.string(), assignment: v.string() }),
    write: async (context, { params }) => ({ ...(await writeBookingAgain(context, params.id)) }),
  }),
  all: writes({
    method: 'POST',
    path: '/integrations/:id/write-fields',
    name: 'writeWaitingFields',
    summary: 'Writes now all fields in Fleetio that wait for another try',
    scope: 'integrations:write',
    params: byId,
    status: 202,
    answer: v.object({ waiting: whole }),
    write: async (context, { params }) => ({ waiting: await writeAllAgain(context, params.id) }),
  }),
};
