/** Connecting a fleet's own system: three tokens in, a result on each out. */
import * as v from 'valibot';
import { Fault } from '../../../../base/fault.ts';
import { BadInput } from '../../../http/api/api-error.ts';
import { mustHave } from '../../../http/api/callers.ts';
import { reads, writes } from '../../../http/api/route.ts';
import { byId, id } from '../../../http/api/schemas/parts.ts';
import { tryAgain, tryNew } from '../connection-test.ts';
import type { Fleetio } from '../fleetio.ts';
import {
  changeIntegration,
  createIntegration,
  integrationToChange,
  integrationView,
  listIntegrations,
} from '../integrations.ts';
import { mergeSettings, settingsOfIntegration } from '../settings.ts';
import { bookingFates, deleteIntegration } from '../sync/deletion.ts';
import { type ConnectionResult, isAway, isRefused } from '../verify-connection.ts';
import {
  changedIntegration,
  connectionResultShape,
  connectionResultShown,
  integration,
  integrationShown,
  integrationVersion,
  newIntegration,
} from './integration-schemas.ts';

/** @throws BadInput naming each token that is wrong; Fault where Fleetio could not be asked */
function accepted(result: ConnectionResult): ConnectionResult {
  const { apiKey, accountToken } = result;
  const away = [apiKey, accountToken].find(isAway);
  if (away !== undefined)
    throw new Fault(away.code ?? '', `${away.said}; nothing was stored`, away.hint ?? '');
  if (!isRefused(result)) return result;
  throw new BadInput(
    Object.entries({ apiKey, accountToken })
      .filter(([, { state }]) => state === 'wrong')
      .map(([path, { said, hint }]) => ({ path, message: `${said}. ${hint ?? ''}`.trim() })),
  );
}

/** In the order of the document. */
export const integrationRoutes = (fleetio: Fleetio) => ({
  connect: connect(fleetio),
  list: list(fleetio),
  get: get(fleetio),
  change: change(fleetio),
  remove: remove(fleetio),
  test: test(fleetio),
});

const connect = (fleetio: Fleetio) =>
  writes({
    method: 'POST',
    path: '/integrations',
    name: 'createIntegration',
    summary: 'Connects an account of Fleetio, after trying each of its tokens; reads its vehicles then',
    scope: 'integrations:write',
    body: newIntegration,
    status: 201,
    answer: v.object({ id, verdict: connectionResultShape }),
    prepare: async ({ body }) => accepted(await tryNew(fleetio, body)),
    write: async (context, { body }, result) => {
      const made = await createIntegration(context, body, result);
      return { id: made.id, verdict: connectionResultShown(result) };
    },
    after: () => fleetio.changed(),
  });

const list = (fleetio: Fleetio) =>
  reads({
    method: 'GET',
    path: '/integrations',
    name: 'listIntegrations',
    summary: 'Connected accounts, by id',
    scope: 'integrations:read',
    status: 200,
    answer: v.object({ items: v.array(integration) }),
    read: async context => ({
      items: (await listIntegrations(context)).map(view => integrationShown(view, fleetio)),
    }),
  });

const get = (fleetio: Fleetio) =>
  reads({
    method: 'GET',
    path: '/integrations/:id',
    name: 'getIntegration',
    summary: 'One connected account',
    scope: 'integrations:read',
    params: byId,
    status: 200,
    answer: integration,
    isVersioned: true,
    versionMembers: integrationVersion,
    read: async (context, { params }) => integrationShown(await integrationView(context, params.id), fleetio),
  });

const change = (fleetio: Fleetio) =>
  writes({
    method: 'PATCH',
    path: '/integrations/:id',
    name: 'changeIntegration',
    summary:
      'Changes what is given; tokens, address and paths only after they were tried, and another server only with its tokens',
    scope: 'integrations:write',
    params: byId,
    body: changedIntegration,
    status: 200,
    answer: integration,
    versionMembers: integrationVersion,
    current: async (context, { params }) =>
      integrationShown(await integrationView(context, params.id), fleetio),
    prepare: async ({ caller, params, body }) => {
      const tried = await tryAgain(fleetio, { ...caller, id: params.id }, body);
      return tried === null ? null : { ...tried, result: accepted(tried.result) };
    },
    write: async (context, { params, body }, tried) => {
      const { settings: patch, ...rest } = body;
      const before = settingsOfIntegration(await integrationToChange(context, params.id));
      const settings = patch === undefined ? undefined : mergeSettings(before, patch);
      await changeIntegration(context, params.id, { ...rest, settings }, tried);
      return integrationShown(await integrationView(context, params.id), fleetio);
    },
    after: () => fleetio.changed(),
  });

const remove = (fleetio: Fleetio) =>
  writes({
    method: 'DELETE',
    path: '/integrations/:id',
    name: 'deleteIntegration',
    summary:
      'Forgets an account, its vehicles and tokens; drivers and, unless bookings=cancel, bookings that came of it stay. bookings=cancel (wants the scope bookings:write too) cancels those that are not over and whose key is not out, and tells their drivers. The account is gone with the answer; of a large one bookings are settled in the minutes after it, and /audit says when that is done',
    scope: 'integrations:write',
    params: byId,
    query: v.strictObject({ bookings: v.optional(v.picklist(bookingFates), 'keep') }),
    status: 204,
    answer: null,
    write: async (context, { caller, params, query }) => {
      if (query.bookings === 'cancel') mustHave(caller, 'bookings:write');
      await deleteIntegration(context, params.id, query.bookings);
      return null;
    },
    after: () => fleetio.changed(),
  });

const test = (fleetio: Fleetio) =>
  writes({
    method: 'POST',
    path: '/integrations/:id/test',
    name: 'testIntegration',
    summary:
      'Tries each token again, looks for the webhook and the custom fields, and takes over what it finds',
    scope: 'integrations:write',
    params: byId,
    status: 200,
    answer: connectionResultShape,
    prepare: ({ caller, params }) => tryAgain(fleetio, { ...caller, id: params.id }, null),
    write: async (context, { params }, tried) => {
      if (tried === null) throw new RangeError('a test without a result');
      if (tried.result.fields !== null) await changeIntegration(context, params.id, {}, tried);
      return connectionResultShown(tried.result);
    },
    after: () => fleetio.changed(),
  });
