/** Vehicles that an integration has read from its fleet, and their links to keys. */
import * as v from 'valibot';
import { audit } from '../../../domain/audit.ts';
import { readCursor, writeCursor } from '../../../http/api/cursor.ts';
import { reads, writes } from '../../../http/api/route.ts';
import { at, atText, byId, id, pageOf, pageQuery, typed, whole } from '../../../http/api/schemas/parts.ts';
import type { FieldsSeen } from '../fields.ts';
import type { Fleetio } from '../fleetio.ts';
import { integrationRow, integrationView } from '../integrations.ts';
import { listVehicles, vehicleView } from '../vehicles/vehicle-list.ts';
import { linkVehicle } from '../vehicles/vehicles.ts';
import { listWebhookEvents, outcomes } from '../webhook/event-list.ts';
import { fieldsFound, fieldsShown, vehiclesRead, vehiclesReadShown } from './integration-schemas.ts';
import { linkMany, listSameNames } from './vehicle-links.ts';
import { mode, vehicleItem, vehicleShape } from './vehicle-shapes.ts';

const webhookEvent = v.object({
  id: v.string(),
  event: v.string(),
  subject: v.nullable(v.string()),
  received: at,
  state: v.picklist(['new', 'done', 'ignored', 'failed']),
  tries: whole,
  /** As far as it is known now. */
  outcome: v.picklist(outcomes),
  /** By which all that came of it is found; null: it was about no assignment that is known. */
  trace: v.nullable(v.string()),
  vehicle: v.nullable(v.object({ id: v.string(), name: v.string() })),
  booking: v.nullable(v.string()),
});

/** In the order of the document. */
export const fleetVehicleRoutes = (fleetio: Fleetio) => ({
  list,
  get,
  link,
  sameNames: listSameNames,
  linkMany,
  refresh: refresh(fleetio),
  customFields: customFields(fleetio),
  events,
});

const list = reads({
  method: 'GET',
  path: '/integrations/:id/vehicles',
  name: 'listVehicles',
  summary:
    'Vehicles, by name; those whose name or plate holds `match`, with or without a key, by what assignments make',
  scope: 'integrations:read',
  params: byId,
  query: v.strictObject({
    ...pageQuery,
    match: v.optional(typed(100)),
    linked: v.optional(v.picklist(['yes', 'no'])),
    /** Of those with a key. */
    mode: v.optional(mode),
  }),
  status: 200,
  answer: pageOf(vehicleShape),
  read: async (context, { params, query }) => {
    await integrationRow(context, params.id);
    const { match, linked, mode: only, limit } = query;
    const after = readCursor<readonly [string, string]>(query.after, ['', '']);
    const filter = { match, mode: only, linked: linked === undefined ? undefined : linked === 'yes' };
    const rows = await listVehicles(context, params.id, filter, { after, limit: limit + 1 });
    const last = rows[limit - 1];
    const next = rows.length > limit && last !== undefined ? writeCursor([last.name, last.id]) : null;
    return { items: rows.slice(0, limit).map(vehicleItem), next };
  },
});

const get = reads({
  method: 'GET',
  path: '/integrations/:id/vehicles/:vehicle',
  name: 'getVehicle',
  summary: 'One vehicle, and the key that it is linked to',
  scope: 'integrations:read',
  params: v.strictObject({ id, vehicle: id }),
  status: 200,
  answer: vehicleShape,
  read: async (context, { params }) => {
    await integrationRow(context, params.id);
    return vehicleItem(await vehicleView(context, params.id, params.vehicle));
  },
});

const link = writes({
  method: 'PATCH',
  path: '/integrations/:id/vehicles/:vehicle',
  name: 'linkVehicle',
  summary: 'Links a key, by id or name; null unlinks. Sets what assignments make',
  scope: 'integrations:write',
  params: v.strictObject({ id, vehicle: id }),
  body: v.partial(v.strictObject({ key: v.nullable(typed(96)), mode })),
  status: 200,
  answer: vehicleShape,
  write: async (context, { params, body }) =>
    vehicleItem(await linkVehicle(context, params.id, params.vehicle, body)),
});

/** A small fleet is read before the answer; of a large one the answer says that it is still being read. */
const answerWithinMs = 5_000;

const refresh = (fleetio: Fleetio) =>
  writes({
    method: 'POST',
    path: '/integrations/:id/refresh',
    name: 'refreshVehicles',
    summary: 'Reads all vehicles from Fleetio now',
    scope: 'integrations:write',
    params: byId,
    status: 202,
    answer: vehiclesRead,
    prepare: async ({ caller, params }) => {
      await fleetio.clients.of(params.id, caller.account);
      await fleetio.refreshWithin(params.id, answerWithinMs);
    },
    write: async (context, { params }) => {
      await audit(context, 'vehicles-read', params.id);
      return vehiclesReadShown(await integrationView(context, params.id));
    },
  });

const customFields = (fleetio: Fleetio) =>
  reads({
    method: 'GET',
    path: '/integrations/:id/custom-fields',
    name: 'listCustomFields',
    summary: 'Custom fields of vehicle assignments, as Fleetio shows them now, and which of them are ours',
    scope: 'integrations:read',
    params: byId,
    status: 200,
    answer: v.object({
      ours: fieldsFound,
      /** Null: the API key may not read the list. */
      all: v.nullable(v.array(v.object({ label: v.string(), key: v.nullable(v.string()) }))),
      /** Keys that assignments carry: one of them can be picked by hand. */
      carried: v.array(v.string()),
    }),
    read: async (context, { params }) => shown(await fleetio.customFields(params.id, context.account)),
  });

const shown = ({ ours, all, carried }: FieldsSeen) => ({
  ours: fieldsShown(ours),
  all: all === null ? null : all.map(({ label, key }) => ({ label, key })),
  carried: [...carried],
});

const events = reads({
  method: 'GET',
  path: '/integrations/:id/events',
  name: 'listWebhookEvents',
  summary: 'Webhooks that came, newest first, and what came of each; kept for 30 days',
  scope: 'integrations:read',
  params: byId,
  query: v.strictObject(pageQuery),
  status: 200,
  answer: pageOf(webhookEvent),
  read: async (context, { params, query }) => {
    const { limit } = query;
    const after = readCursor<readonly [number, string]>(query.after, [0, '']);
    const rows = await listWebhookEvents(context, params.id, { after, limit: limit + 1 });
    const last = rows[limit - 1];
    const next = rows.length > limit && last !== undefined ? writeCursor([last.received, last.id]) : null;
    return { items: rows.slice(0, limit).map(webhookItem), next };
  },
});

const webhookItem = ({
  received,
  vehicle,
  ...row
}: Awaited<ReturnType<typeof listWebhookEvents>>[number]): v.InferInput<typeof webhookEvent> => ({
  ...{ ...row, received: atText(received) },
  vehicle: vehicle === null ? null : { ...vehicle },
});
