/** Connected accounts as an administrator has them: made, looked at, changed, taken away. Tokens go in and never come out. */
import { audit } from '../domain/audit.ts';
import { text } from '../domain/checks.ts';
import type { Context, Reading } from '../domain/context.ts';
import { conflict, notFound } from '../domain/faults.ts';
import { newId } from '../domain/ids.ts';
import { forChange } from '../store/for-change.ts';
import type { IntegrationTable } from '../store/tables-fleetio.ts';
import type { Verdict } from './connect.ts';
import { type IntegrationSettings, settingsOfIntegration } from './settings.ts';

const integrationsMax = 20;

export interface Tokens {
  readonly apiKey: string;
  readonly accountToken: string;
  readonly webhookKey: string | null;
  readonly webhookAuthorization: string | null;
}

const columns = {
  apiKey: 'api_key',
  accountToken: 'account_token',
  webhookKey: 'webhook_key',
  webhookAuthorization: 'webhook_authorization',
} as const satisfies Record<keyof Tokens, keyof IntegrationTable>;

const sealed = (
  { atRest }: Pick<Context, 'atRest'>,
  id: string,
  token: keyof Tokens,
  value: string,
): string => atRest.seal('fleetio', `${id}/${columns[token]}`, value);

export interface NewIntegration extends Tokens {
  readonly label: string | null;
  readonly baseUrl: string;
}

/** @throws Fault `conflict`, `bad-input` */
export async function createIntegration(
  context: Context,
  wish: NewIntegration,
  verdict: Verdict,
): Promise<{ readonly id: string }> {
  const { tx, account, now } = context;
  const { count } = await tx
    .selectFrom('integration')
    .select(eb => eb.fn.countAll<number | string>().as('count'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  if (Number(count) >= integrationsMax)
    throw conflict(`there are ${integrationsMax} integrations`, 'Take one away first.');
  const id = newId('int', context);
  const row: IntegrationTable = {
    ...{ id, account, kind: 'fleetio', label: text('label', wish.label ?? verdict.name ?? 'Fleetio', 100) },
    base_url: wish.baseUrl,
    api_key: sealed(context, id, 'apiKey', wish.apiKey),
    account_token: sealed(context, id, 'accountToken', wish.accountToken),
    webhook_key: wish.webhookKey === null ? null : sealed(context, id, 'webhookKey', wish.webhookKey),
    webhook_authorization:
      wish.webhookAuthorization === null
        ? null
        : sealed(context, id, 'webhookAuthorization', wish.webhookAuthorization),
    settings: JSON.stringify(verdict.settings),
    ...{ state: 'connected', created: now, high_water: null, reconciled: null, last_event: null },
    ...{ webhook_id: verdict.webhookId, imported: null, importing: null, import_said: null },
    ...{ contacts_read: null, lease: null, lease_until: null },
  };
  await tx.insertInto('integration').values(row).execute();
  await audit(context, 'integration-created', id);
  return { id };
}

/** @throws Fault `not-found` */
export async function integrationRow(reading: Reading, id: string): Promise<IntegrationTable> {
  const row = await queryOf(reading, id).executeTakeFirst();
  if (row === undefined) throw notFound('integration', id);
  return row;
}

/** As `integrationRow`; nobody else changes it until the commit. */
export async function integrationToChange(context: Context, id: string): Promise<IntegrationTable> {
  const row = await forChange(context.tx, queryOf(context, id)).executeTakeFirst();
  if (row === undefined) throw notFound('integration', id);
  return row;
}

const queryOf = ({ tx, account }: Reading, id: string) =>
  tx.selectFrom('integration').selectAll().where('id', '=', id).where('account', '=', account);

export interface IntegrationPatch
  extends Partial<{ readonly [token in keyof Tokens]: Tokens[token] | undefined }> {
  readonly label?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly enabled?: boolean | undefined;
  /** Whole: what the members were merged to. */
  readonly settings?: IntegrationSettings | undefined;
}

/** `verdict`: of the connection as it will be, where it was tried. */
export async function changeIntegration(
  context: Context,
  id: string,
  patch: IntegrationPatch,
  verdict: Verdict | null,
): Promise<void> {
  const row = await integrationToChange(context, id);
  const settings = verdict?.settings ?? patch.settings;
  const change: Partial<IntegrationTable> = {
    ...(patch.label === undefined ? {} : { label: text('label', patch.label, 100) }),
    ...(patch.baseUrl === undefined ? {} : { base_url: patch.baseUrl }),
    ...(patch.enabled === undefined ? {} : { state: patch.enabled ? 'connected' : 'disabled' }),
    ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
    ...(verdict?.webhookId == null ? {} : { webhook_id: verdict.webhookId }),
    ...tokensOf(context, id, patch),
  };
  if (Object.keys(change).length > 0)
    await context.tx.updateTable('integration').set(change).where('id', '=', row.id).execute();
  await audit(context, 'integration-changed', id, Object.keys(patch).join(' '));
}

function tokensOf(context: Context, id: string, patch: IntegrationPatch): Partial<IntegrationTable> {
  const change: Partial<Record<(typeof columns)[keyof Tokens], string | null>> = {};
  for (const token of Object.keys(columns) as readonly (keyof Tokens)[]) {
    const value = patch[token];
    if (value === undefined) continue;
    change[columns[token]] = value === null ? null : sealed(context, id, token, value);
  }
  // Another key proves itself anew.
  return change.webhook_key === undefined
    ? (change as Partial<IntegrationTable>)
    : ({ ...change, last_event: null, webhook_id: null } as Partial<IntegrationTable>);
}

/** What came of it stays: bookings, drivers. What was Fleetio's goes. */
export async function deleteIntegration(context: Context, id: string): Promise<void> {
  const { tx } = context;
  await integrationToChange(context, id);
  for (const table of ['webhook_event', 'assignment', 'contact', 'vehicle'] as const)
    await tx.deleteFrom(table).where('integration', '=', id).execute();
  await tx.deleteFrom('integration').where('id', '=', id).execute();
  await tx
    .updateTable('problem')
    .set({ cleared: context.now })
    .where('account', '=', context.account)
    .where('cleared', 'is', null)
    .where(eb => eb.or([eb('subject', '=', id), eb('subject', 'like', `${id}/%`)]))
    .execute();
  await audit(context, 'integration-deleted', id);
}

export interface IntegrationView {
  readonly row: IntegrationTable;
  readonly settings: IntegrationSettings;
  readonly vehicles: number;
  readonly linked: number;
}

export async function integrationView(context: Reading, id: string): Promise<IntegrationView> {
  const { tx } = context;
  const row = await integrationRow(context, id);
  const counts = await tx
    .selectFrom('vehicle')
    .select(eb => [
      eb.fn.countAll<number | string>().as('vehicles'),
      eb.fn.count<number | string>('key').as('linked'),
    ])
    .where('integration', '=', id)
    .where('gone', '=', 0)
    .where('sample', '=', 0)
    .executeTakeFirstOrThrow();
  return {
    row,
    settings: settingsOfIntegration(row),
    vehicles: Number(counts.vehicles),
    linked: Number(counts.linked),
  };
}

/** By id; there are 20 at most. */
export async function listIntegrations(context: Reading): Promise<readonly IntegrationView[]> {
  const rows = await context.tx
    .selectFrom('integration')
    .select('id')
    .where('account', '=', context.account)
    .orderBy('id')
    .execute();
  const views: IntegrationView[] = [];
  for (const { id } of rows) views.push(await integrationView(context, id));
  return views;
}

export interface EventPage {
  readonly after: readonly [received: number, id: string] | null;
  readonly limit: number;
}

/** Webhooks that came, newest first. */
export async function listWebhookEvents(context: Reading, integration: string, { after, limit }: EventPage) {
  await integrationRow(context, integration);
  let query = context.tx
    .selectFrom('webhook_event')
    .select(['id', 'event', 'subject', 'received', 'state', 'tries'])
    .where('integration', '=', integration);
  if (after !== null)
    query = query
      // Says again what follows, in a way that the index can begin at.
      .where('received', '<=', after[0])
      .where(eb =>
        eb.or([
          eb('received', '<', after[0]),
          eb.and([eb('received', '=', after[0]), eb('id', '<', after[1])]),
        ]),
      );
  return await query.orderBy('received', 'desc').orderBy('id', 'desc').limit(limit).execute();
}
