/** Addresses that an account has its news sent to. */
import * as v from 'valibot';
import { placeAsked, placesShown } from '../../../http/api/paging.ts';
import { reads, writes } from '../../../http/api/route.ts';
import { at, atOrNull, atText, byId, id, line, pageOf, pageQuery } from '../../../http/api/schemas/parts.ts';
import type { WebhookDeliveryTable, WebhookTable } from '../../../store/tables-webhooks.ts';
import { callOutcomes } from '../call.ts';
import { webhookTypes } from '../event-types.ts';
import { listDeliveries, listWebhooks, webhookRow } from '../webhook-rows.ts';
import { changeWebhook, createWebhook, removeWebhook, rollWebhookSecret, testWebhook } from '../webhooks.ts';

const url = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const types = v.pipe(v.array(v.picklist(webhookTypes)), v.minLength(1), v.maxLength(webhookTypes.length));
const name = line(100);

const newWebhook = v.strictObject({
  name,
  url,
  types,
  /** Names of drivers, keys and boxes go with their ids. */
  names: v.optional(v.boolean(), false),
});

const changedWebhook = v.strictObject({
  name: v.optional(name),
  url: v.optional(url),
  types: v.optional(types),
  names: v.optional(v.boolean()),
  enabled: v.optional(v.boolean()),
});

const webhook = v.object({
  id: v.string(),
  name: v.string(),
  url: v.string(),
  types: v.array(v.string()),
  names: v.boolean(),
  /** `disabled`: the relay has switched it off, since nothing arrived for a week, or its address is gone. */
  state: v.picklist(['on', 'off', 'disabled']),
  created: at,
  /** Since when nothing arrives; null: the last one did. */
  failingSince: v.nullable(at),
  /** Until then the secret of before signs too. */
  oldSecretUntil: v.nullable(at),
});

/** People say these of it; whether its events arrive is another matter. */
const webhookVersion = ['name', 'url', 'types', 'names'] as const;

const withSecret = v.object({
  id: v.string(),
  /** It is nowhere else: not shown again. */
  secret: v.string(),
});

const delivery = v.object({
  number: v.number(),
  /** Of the event: `id` in its body and `webhook-id` in its headers. */
  id: v.string(),
  type: v.string(),
  subject: v.string(),
  at,
  state: v.picklist(['waiting', 'taken', 'given-up']),
  tries: v.number(),
  tried: v.nullable(at),
  outcome: v.nullable(v.picklist(callOutcomes)),
  /** Of the answer's HTTP. */
  status: v.nullable(v.number()),
});
export type DeliveryShown = v.InferOutput<typeof delivery>;
export type WebhookShown = v.InferOutput<typeof webhook>;

const shown = (row: WebhookTable): v.InferInput<typeof webhook> => ({
  ...{ id: row.id, name: row.name, url: row.address, types: row.types.split(' ') },
  ...{ names: row.names === 1, state: row.state, created: atText(row.created) },
  ...{ failingSince: atOrNull(row.failing), oldSecretUntil: atOrNull(row.old_until) },
});

const deliveryShown = (row: WebhookDeliveryTable): v.InferInput<typeof delivery> => ({
  ...{ number: row.number, id: row.id, type: row.type, subject: row.subject, at: atText(row.at) },
  ...{ state: row.state, tries: row.tries, tried: atOrNull(row.tried), status: row.status },
  outcome: callOutcomes.find(each => each === row.outcome) ?? null,
});

/** In the order of the document. */
export const webhookRoutes = (allowLoopback: boolean) => ({
  create: create(allowLoopback),
  list,
  get,
  change: change(allowLoopback),
  remove,
  roll,
  test,
  deliveries,
});
export type WebhookRoutes = ReturnType<typeof webhookRoutes>;

const create = (allowLoopback: boolean) =>
  writes({
    method: 'POST',
    path: '/webhooks',
    name: 'createWebhook',
    summary: 'Sends events of these types to an address from now on; shows once the secret that signs them',
    scope: 'integrations:write',
    body: newWebhook,
    status: 201,
    answer: withSecret,
    write: (context, { body: { url: address, ...asked } }) =>
      createWebhook(context, { ...asked, address }, allowLoopback),
  });

const list = reads({
  method: 'GET',
  path: '/webhooks',
  name: 'listWebhooks',
  summary: 'Addresses that events are sent to, by id',
  scope: 'integrations:read',
  status: 200,
  answer: v.object({ items: v.array(webhook) }),
  read: async context => ({ items: (await listWebhooks(context)).map(shown) }),
});

const get = reads({
  method: 'GET',
  path: '/webhooks/:id',
  name: 'getWebhook',
  summary: 'One address that events are sent to',
  scope: 'integrations:read',
  params: byId,
  status: 200,
  answer: webhook,
  isVersioned: true,
  versionMembers: webhookVersion,
  read: async (context, { params }) => shown(await webhookRow(context, params.id)),
});

const change = (allowLoopback: boolean) =>
  writes({
    method: 'PATCH',
    path: '/webhooks/:id',
    name: 'changeWebhook',
    summary: 'Changes where events are sent, and which; switches it off, where what waits ends untold, or on',
    scope: 'integrations:write',
    params: byId,
    body: changedWebhook,
    status: 200,
    answer: webhook,
    versionMembers: webhookVersion,
    current: async (context, { params }) => shown(await webhookRow(context, params.id)),
    write: async (context, { params, body: { url: address, ...patch } }) => {
      await changeWebhook(context, params.id, { ...patch, address }, allowLoopback);
      return shown(await webhookRow(context, params.id));
    },
  });

const remove = writes({
  method: 'DELETE',
  path: '/webhooks/:id',
  name: 'removeWebhook',
  summary: 'Sends nothing more to an address, and forgets what was sent',
  scope: 'integrations:write',
  params: byId,
  status: 204,
  answer: null,
  write: async (context, { params }) => {
    await removeWebhook(context, params.id);
    return null;
  },
});

const roll = writes({
  method: 'POST',
  path: '/webhooks/:id/secret',
  name: 'rollWebhookSecret',
  summary: 'Makes another secret, and shows it once; for a day both sign',
  scope: 'integrations:write',
  params: byId,
  status: 200,
  answer: withSecret,
  write: (context, { params }) => rollWebhookSecret(context, params.id),
});

const test = writes({
  method: 'POST',
  path: '/webhooks/:id/test',
  name: 'testWebhook',
  summary: 'Sends an event of type smartbox.webhook.test, in its turn; its delivery tells what came of it',
  scope: 'integrations:write',
  params: byId,
  status: 202,
  answer: v.object({ number: v.number() }),
  write: (context, { params }) => testWebhook(context, params.id),
});

const deliveries = reads({
  method: 'GET',
  path: '/webhooks/:id/deliveries',
  name: 'listWebhookDeliveries',
  summary: 'What was sent there, newest first, with what came of it: of 30 days, 1,000 at most',
  scope: 'integrations:read',
  params: v.strictObject({ id }),
  query: v.strictObject(pageQuery),
  status: 200,
  answer: pageOf(delivery),
  read: async (context, { params, query }) => {
    const { after, limit } = placeAsked(query, [0] as const satisfies readonly number[]);
    const rows = await listDeliveries(context, params.id, { before: after?.[0] ?? null, limit });
    return placesShown(rows, query, row => [row.number], deliveryShown);
  },
});
