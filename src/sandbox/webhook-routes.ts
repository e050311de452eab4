/** `GET/POST /webhooks`, `GET/PATCH/DELETE /webhooks/ID`. */
import { randomBytes } from 'node:crypto';
import { type Answer, type Call, list, refusal, unprocessable } from './answer.ts';
import type { AssignmentDeps } from './assignments.ts';
import type { Hooks, Webhook } from './hooks.ts';
import { stamp } from './records.ts';

const urlMax = 1_000;

export function hookRoutes(
  office: AssignmentDeps & { readonly hooks: Hooks },
  call: Call,
  id: string | undefined,
): Answer {
  const { hooks, switches } = office;
  const shown = (webhook: Webhook): object => record(webhook, hooks);
  if (id === undefined) {
    if (call.method === 'POST') return create(hooks, call.body);
    return call.method === 'GET'
      ? list(call, [...hooks.webhooks.values()].map(shown), switches.lists)
      : refusal(404, call.path);
  }
  const webhook = hooks.webhooks.get(Number(id));
  if (webhook === undefined) return refusal(404, call.path);
  if (call.method === 'GET') return { status: 200, body: shown(webhook) };
  if (call.method === 'DELETE') {
    hooks.webhooks.delete(webhook.id);
    return { status: 204 };
  }
  return call.method === 'PATCH' ? change(hooks, webhook, call.body) : refusal(404, call.path);
}

const members = (body: unknown): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};

const eventNames = (hooks: Hooks): readonly string[] =>
  (['created', 'updated', 'deleted'] as const).map(change => hooks.eventName(change));

function create(hooks: Hooks, body: unknown): Answer {
  const given = members(body);
  const { url } = given;
  if (typeof url !== 'string' || !/^https?:\/\//.test(url) || url.length > urlMax)
    return unprocessable({ url: ['is invalid'] });
  const made = hooks.add({
    url,
    description: typeof given.description === 'string' ? given.description : '',
    authorization: typeof given.authorization === 'string' ? given.authorization : null,
    sharedKey: randomBytes(16).toString('hex'),
    allEvents: given.all_events === true,
    events: new Set(eventNames(hooks).filter(name => given[name] === true)),
  });
  return { status: 201, body: record(made, hooks) };
}

function change(hooks: Hooks, webhook: Webhook, body: unknown): Answer {
  const given = members(body);
  if (given.enabled === true) hooks.enable(webhook);
  if (given.enabled === false) webhook.enabled = false;
  if (typeof given.url === 'string') webhook.url = given.url;
  for (const name of eventNames(hooks)) {
    if (given[name] === true) webhook.events.add(name);
    if (given[name] === false) webhook.events.delete(name);
  }
  return { status: 200, body: record(webhook, hooks) };
}

function record(webhook: Webhook, hooks: Hooks): object {
  const subscribed = eventNames(hooks).map(name => [name, webhook.allEvents || webhook.events.has(name)]);
  return {
    id: webhook.id,
    account_id: 42,
    url: webhook.url,
    description: webhook.description,
    enabled: webhook.enabled,
    all_events: webhook.allEvents,
    authorization: webhook.authorization,
    shared_key: webhook.sharedKey,
    failed_attempts: webhook.failedAttempts,
    disabled_at: webhook.disabledAt === null ? null : stamp(webhook.disabledAt),
    disabled_reason: webhook.disabledReason,
    subscribed_events: Object.fromEntries(subscribed),
    created_at: stamp(webhook.createdAt),
    updated_at: stamp(webhook.createdAt),
  };
}
