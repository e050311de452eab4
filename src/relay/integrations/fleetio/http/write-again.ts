import * as v from 'valibot';
import { placeAsked, placesShown } from '../../../http/api/paging.ts';
import { reads, writes } from '../../../http/api/route.ts';
import { at, atOrNull, atText, byId, pageOf, pageQuery, whole } from '../../../http/api/schemas/parts.ts';
import { integrationRow } from '../integrations.ts';
import { fieldRoles, settingsOfIntegration } from '../settings.ts';
import { listWaitingWrites } from '../sync/waiting-writes.ts';
import { writeAllAgain, writeBookingAgain } from '../sync/write-again.ts';

const waitingWrite = v.object({
  /** As Fleetio numbers it. */
  assignment: v.string(),
  /** Labels of the custom fields that are written into it. */
  fields: v.array(v.string()),
  /** Null: not read from there yet. */
  vehicle: v.nullable(v.object({ id: v.string(), name: v.string() })),
  booking: v.nullable(v.string()),
  /** Null: since before this was noted. */
  since: v.nullable(at),
  nextTry: at,
  /** How many have failed. */
  tries: whole,
  /** The open Problem that it waits for: its kind, and the last error in words. Null: none. */
  problem: v.nullable(v.object({ kind: v.string(), detail: v.string() })),
});

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
  list: reads({
    method: 'GET',
    path: '/integrations/:id/waiting-writes',
    name: 'listWaitingWrites',
    summary: 'Fields in Fleetio that wait to be written, next try first',
    scope: 'integrations:read',
    params: byId,
    query: v.strictObject(pageQuery),
    status: 200,
    answer: pageOf(waitingWrite),
    read: async (context, { params, query }) => {
      const { fields } = settingsOfIntegration(await integrationRow(context, params.id));
      const labels = fieldRoles.map(role => fields[role].label);
      const rows = await listWaitingWrites(context, params.id, placeAsked(query, [0, '']));
      return placesShown(
        rows,
        query,
        ({ due, assignment }) => [due, assignment],
        ({ since, due, hindrance, vehicle, ...row }) => ({
          ...{ ...row, fields: labels, vehicle: vehicle && { ...vehicle } },
          ...{ since: atOrNull(since), nextTry: atText(due) },
          problem: hindrance && { kind: hindrance.kind, detail: hindrance.detail },
        }),
      );
    },
  }),
};
