/** Deeds of administrators to webhooks. */
import { audit } from '../../domain/audit.ts';
import type { Context } from '../../domain/context.ts';
import { conflict } from '../../domain/faults.ts';
import { newId } from '../../domain/ids.ts';
import { accountNews, follow } from '../../domain/news.ts';
import { clearProblemsOf } from '../../domain/problems.ts';
import type { WebhookTable } from '../../store/tables-webhooks.ts';
import { dropWork, hastenWork, putWork } from '../../work/queue.ts';
import { readDestination } from './destination.ts';
import { testType, type WebhookType, webhookTypes } from './event-types.ts';
import { feedToChange, giveOut, sendingWork } from './feed.ts';
import { newWebhookSecret } from './signature.ts';
import { standingOf, toldOf } from './standing-news.ts';
import { giveUpWaiting, listWebhooks, webhookToChange } from './webhook-rows.ts';

const webhooksMost = 20;
/** For so long a secret that was replaced signs too. */
const rollMs = 86_400_000;

interface NewWebhook {
  readonly name: string;
  readonly address: string;
  readonly types: readonly WebhookType[];
  readonly names: boolean;
}

interface Made {
  readonly id: string;
  /** Shown once. */
  readonly secret: string;
}

/** @throws Fault `bad-input`, `conflict` */
export async function createWebhook(
  context: Context,
  { name, address, types, names }: NewWebhook,
  allowLoopback: boolean,
): Promise<Made> {
  const { tx, account, now, random } = context;
  const { url } = readDestination(address, allowLoopback);
  const others = await listWebhooks(context);
  if (others.length >= webhooksMost)
    throw conflict(`an account has ${webhooksMost} webhooks at most`, 'Remove one that nobody listens to.');
  const id = newId('wh', context);
  const secret = newWebhookSecret(random);
  await tx
    .insertInto('webhook')
    .values({
      ...{ id, account, name, address: url.href, types: typesText(types), names: names ? 1 : 0 },
      ...{ state: 'on', secret: sealed(context, id, secret), old_secret: null, old_until: null },
      ...{ created: now, failing: null, tries: 0, resting: null },
    })
    .execute();
  if (others.length === 0) await beginFeed(context);
  await audit(context, 'webhook-created', id, `to ${url.host}`.slice(0, 260));
  return { id, secret };
}

/** In the order of the list, each once. */
const typesText = (types: readonly WebhookType[]): string =>
  webhookTypes.filter(type => types.includes(type)).join(' ');

/** The place under which a secret is kept. */
export const secretRow = (id: string): string => `${id}/secret`;
const sealed = ({ atRest }: Context, id: string, secret: string): string =>
  atRest.seal('webhook', secretRow(id), secret);

/** Nothing of before is news. */
async function beginFeed(context: Context): Promise<void> {
  const { tx, account, now } = context;
  await follow(context, true);
  const { events } = await tx
    .selectFrom('account')
    .select('events')
    .where('id', '=', account)
    .executeTakeFirstOrThrow();
  const told = toldOf(await standingOf(context));
  await tx
    .insertInto('webhook_feed')
    .values({ account, number: 0, event: events, told })
    .onConflict(on => on.column('account').doUpdateSet({ event: events, told }))
    .execute();
  await putWork(tx, { kind: accountNews, subject: account, due: now });
}

type WebhookPatch = { readonly [Member in keyof NewWebhook]?: NewWebhook[Member] | undefined } & {
  readonly enabled?: boolean | undefined;
};

/** @throws Fault `bad-input`, `not-found` */
export async function changeWebhook(
  context: Context,
  id: string,
  patch: WebhookPatch,
  allowLoopback: boolean,
): Promise<void> {
  const { tx, now } = context;
  await webhookToChange(context, id);
  const { name, address, types, names, enabled } = patch;
  const url = address === undefined ? null : readDestination(address, allowLoopback).url;
  const change: Partial<WebhookTable> = {
    ...(name === undefined ? {} : { name }),
    ...(url === null ? {} : { address: url.href }),
    ...(types === undefined ? {} : { types: typesText(types) }),
    ...(names === undefined ? {} : { names: names ? 1 : 0 }),
    ...(enabled === undefined
      ? {}
      : { state: enabled ? 'on' : 'off', failing: null, tries: 0, resting: null }),
  };
  if (Object.keys(change).length > 0)
    await tx.updateTable('webhook').set(change).where('id', '=', id).execute();
  if (enabled === false) await giveUpWaiting(context, id);
  // Whoever has looked at it begins anew.
  if (enabled !== undefined) await clearProblemsOf(context, [id]);
  if (enabled === true) await hastenWork(tx, { kind: sendingWork, subject: id, due: now });
  const given = Object.entries(patch).flatMap(([member, value]) => (value === undefined ? [] : [member]));
  const where = url === null ? '' : ` to ${url.host}`;
  await audit(context, 'webhook-changed', id, `${given.join(' ')}${where}`.slice(0, 300));
}

/** @throws Fault `not-found` */
export async function removeWebhook(context: Context, id: string): Promise<void> {
  const { tx, account } = context;
  await webhookToChange(context, id);
  await tx.deleteFrom('webhook_delivery').where('webhook', '=', id).execute();
  await tx.deleteFrom('webhook').where('id', '=', id).execute();
  await dropWork(tx, { kind: sendingWork, subject: id });
  await clearProblemsOf(context, [id]);
  await audit(context, 'webhook-removed', id);
  if ((await listWebhooks(context)).length > 0) return;
  await follow(context, false);
  await dropWork(tx, { kind: accountNews, subject: account });
}

/** The one before signs for a day beside it, and no longer. @throws Fault `not-found` */
export async function rollWebhookSecret(context: Context, id: string): Promise<Made> {
  const { tx, now, random } = context;
  const row = await webhookToChange(context, id);
  const secret = newWebhookSecret(random);
  await tx
    .updateTable('webhook')
    .set({ secret: sealed(context, id, secret), old_secret: row.secret, old_until: now + rollMs })
    .where('id', '=', id)
    .execute();
  await audit(context, 'webhook-secret-rolled', id);
  return { id, secret };
}

/** Sends an event of its own kind, in its turn. @throws Fault `not-found`, `conflict` */
export async function testWebhook(context: Context, id: string): Promise<{ readonly number: number }> {
  const { tx, account, now } = context;
  // In the order in which whoever gives out news locks these two.
  const feed = await feedToChange(tx, account);
  const row = await webhookToChange(context, id);
  if (row.state !== 'on') throw conflict('this webhook is switched off', 'Switch it on first.');
  const news = { type: testType, subject: id, at: now, data: { test: true } } as const;
  const number = await giveOut(context, feed?.number ?? 0, [news], [row]);
  await audit(context, 'webhook-tested', id);
  return { number };
}
