/** Connecting a fleet's own system: three tokens in, a verdict on each out. */
import * as v from 'valibot';
import { Fault } from '../../../base/fault.ts';
import { isAway, isRefused, type Verdict } from '../../fleetio/connect.ts';
import type { Fleetio } from '../../fleetio/fleetio.ts';
import {
  changeIntegration,
  createIntegration,
  deleteIntegration,
  integrationToChange,
  integrationView,
  listIntegrations,
} from '../../fleetio/integrations.ts';
import { mergeSettings, settingsOfIntegration } from '../../fleetio/settings.ts';
import { tryAgain, tryNew } from '../../fleetio/trial.ts';
import { BadInput } from '../problem.ts';
import { type Route, reads, writes } from '../route.ts';
import {
  changedIntegration,
  integration,
  integrationShown,
  newIntegration,
  verdictShape,
  verdictShown,
} from '../schemas/integration.ts';
import { byId, id } from '../schemas/parts.ts';

/** @throws BadInput naming each token that is wrong; Fault where Fleetio could not be asked */
function accepted(verdict: Verdict): Verdict {
  const { apiKey, accountToken } = verdict;
  const away = [apiKey, accountToken].find(isAway);
  if (away !== undefined)
    throw new Fault(away.code ?? '', `${away.said}; nothing was stored`, away.hint ?? '');
  if (!isRefused(verdict)) return verdict;
  throw new BadInput(
    Object.entries({ apiKey, accountToken })
      .filter(([, { state }]) => state === 'wrong')
      .map(([path, { said, hint }]) => ({ path, message: `${said}. ${hint ?? ''}`.trim() })),
  );
}

export const integrationRoutes = (fleetio: Fleetio): readonly Route[] => [
  connect(fleetio),
  ...looks(fleetio),
  change(fleetio),
  remove(fleetio),
  test(fleetio),
];

const connect = (fleetio: Fleetio): Route =>
  writes({
    method: 'POST',
    path: '/integrations',
    name: 'createIntegration',
    summary: 'Connects an account of Fleetio, after trying each of its tokens; reads its vehicles then',
    scope: 'integrations:write',
    body: newIntegration,
    status: 201,
    answer: v.object({ id, verdict: verdictShape }),
    prepare: async ({ body }) => accepted(await tryNew(fleetio, body)),
    write: async (context, { body }, verdict) => {
      const made = await createIntegration(context, body, verdict);
      return { id: made.id, verdict: verdictShown(verdict) };
    },
    after: () => fleetio.changed(),
  });

const looks = (fleetio: Fleetio): readonly Route[] => [
  reads({
    method: 'GET',
    path: '/integrations',
    name: 'listIntegrations',
    summary: 'Connected accounts, by id',
    scope: 'integrations:read',
    status: 200,
    answer: v.object({ items: v.array(integration) }),
    read: async context => ({
      items: (await listIntegrations(context)).map(view => integrationShown(view, fleetio.webhookUrl)),
    }),
  }),
  reads({
    method: 'GET',
    path: '/integrations/:id',
    name: 'getIntegration',
    summary: 'One connected account',
    scope: 'integrations:read',
    params: byId,
    status: 200,
    answer: integration,
    read: async (context, { params }) =>
      integrationShown(await integrationView(context, params.id), fleetio.webhookUrl),
  }),
];

const change = (fleetio: Fleetio): Route =>
  writes({
    method: 'PATCH',
    path: '/integrations/:id',
    name: 'changeIntegration',
    summary: 'Changes what is given; tokens, address and paths only after they were tried',
    scope: 'integrations:write',
    params: byId,
    body: changedIntegration,
    status: 200,
    answer: integration,
    prepare: async ({ caller, params, body }) => {
      const verdict = await tryAgain(fleetio, { ...caller, id: params.id }, body);
      return verdict === null ? null : accepted(verdict);
    },
    write: async (context, { params, body }, verdict) => {
      const { settings: patch, ...rest } = body;
      const before = settingsOfIntegration(await integrationToChange(context, params.id));
      const settings = patch === undefined ? undefined : mergeSettings(before, patch);
      await changeIntegration(context, params.id, { ...rest, settings }, verdict);
      return integrationShown(await integrationView(context, params.id), fleetio.webhookUrl);
    },
    after: () => fleetio.changed(),
  });

const remove = (fleetio: Fleetio): Route =>
  writes({
    method: 'DELETE',
    path: '/integrations/:id',
    name: 'deleteIntegration',
    summary: 'Forgets an account, its vehicles and tokens; bookings and drivers that came of it stay',
    scope: 'integrations:write',
    params: byId,
    status: 204,
    answer: null,
    write: async (context, { params }) => {
      await deleteIntegration(context, params.id);
      return null;
    },
    after: () => fleetio.changed(),
  });

const test = (fleetio: Fleetio): Route =>
  writes({
    method: 'POST',
    path: '/integrations/:id/test',
    name: 'testIntegration',
    summary:
      'Tries each token again, looks for the webhook and the custom fields, and takes over what it finds',
    scope: 'integrations:write',
    params: byId,
    status: 200,
    answer: verdictShape,
    prepare: ({ caller, params }) => tryAgain(fleetio, { ...caller, id: params.id }, null),
    write: async (context, { params }, verdict) => {
      if (verdict === null) throw new RangeError('a test without a verdict');
      if (verdict.fields !== null) await changeIntegration(context, params.id, {}, verdict);
      return verdictShown(verdict);
    },
    after: () => fleetio.changed(),
  });
