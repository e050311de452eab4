/** Connected accounts as an administrator has them: made, looked at, changed, taken away. Tokens go in and never come out. */
import { sql } from 'kysely';
import { audit } from '../../domain/audit.ts';
import { text } from '../../domain/checks.ts';
import type { Context, Reading } from '../../domain/context.ts';
import { badInput, conflict, notFound } from '../../domain/faults.ts';
import { newId } from '../../domain/ids.ts';
import { selectForUpdate } from '../../store/select-for-update.ts';
import type { IntegrationTable } from '../../store/tables-fleetio.ts';
import { mustBeAnother, oneAtATime, originOf } from './connected-once.ts';
import { type IntegrationSettings, settingsOfIntegration } from './settings.ts';
import type { ConnectionResult } from './verify-connection.ts';

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
  candidate: NewIntegration,
  result: ConnectionResult,
): Promise<{ readonly id: string }> {
  const { tx, account, now } = context;
  await oneAtATime(context);
  const { count } = await tx
    .selectFrom('integration')
    .select(eb => eb.fn.countAll<number | string>().as('count'))
    .where('account', '=', account)
    .where('deletion', 'is', null)
    .executeTakeFirstOrThrow();
  if (Number(count) >= integrationsMax)
    throw conflict(`there are ${integrationsMax} integrations`, 'Take one away first.');
  await mustBeAnother(context, candidate, null);
  const id = newId('int', context);
  const row: IntegrationTable = {
    ...{
      id,
      account,
      kind: 'fleetio',
      label: text('label', candidate.label ?? result.name ?? 'Fleetio', 100),
    },
    base_url: candidate.baseUrl,
    api_key: sealed(context, id, 'apiKey', candidate.apiKey),
    account_token: sealed(context, id, 'accountToken', candidate.accountToken),
    webhook_key:
      candidate.webhookKey === null ? null : sealed(context, id, 'webhookKey', candidate.webhookKey),
    webhook_authorization:
      candidate.webhookAuthorization === null
        ? null
        : sealed(context, id, 'webhookAuthorization', candidate.webhookAuthorization),
    settings: JSON.stringify(result.settings),
    ...{ state: 'connected', created: now, high_water: null, reconciled: null, last_event: null },
    ...{ webhook_id: result.webhookId, imported: null, importing: null, import_said: null },
    ...{ contacts_read: null, lease: null, lease_until: null, deletion: null },
  };
  await tx.insertInto('integration').values(row).execute();
  await audit(context, 'integration-created', id, `at ${hostAt(candidate.baseUrl)}`);
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
  const row = await selectForUpdate(context.tx, queryOf(context, id)).executeTakeFirst();
  if (row === undefined) throw notFound('integration', id);
  return row;
}

const queryOf = ({ tx, account }: Reading, id: string) =>
  tx
    .selectFrom('integration')
    .selectAll()
    .where('id', '=', id)
    .where('account', '=', account)
    .where('deletion', 'is', null);

interface IntegrationPatch extends Partial<{ readonly [token in keyof Tokens]: Tokens[token] | undefined }> {
  readonly label?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly enabled?: boolean | undefined;
  /** Whole: what the members were merged to. */
  readonly settings?: IntegrationSettings | undefined;
}

/** A connection that was tried before it is stored. */
export interface Tried {
  readonly result: ConnectionResult;
  /** Where it led before, when it was tried. */
  readonly baseUrl: string;
}

/** As the audit names it. */
const hostAt = (baseUrl: string): string => (URL.parse(baseUrl)?.host ?? 'no address').slice(0, 260);

/**
 * The tokens that are kept were given for one server, and go to no other: who names another one has to have them.
 * @throws Fault `bad-input`
 */
export function mustBringTokens(
  baseUrl: string,
  patch: Pick<IntegrationPatch, 'baseUrl' | 'apiKey' | 'accountToken'>,
): void {
  if (patch.baseUrl === undefined || originOf(patch.baseUrl) === originOf(baseUrl)) return;
  for (const token of ['apiKey', 'accountToken'] as const)
    if (patch[token] === undefined)
      throw badInput(
        token,
        `is missing: “baseUrl” leads to another server (${hostAt(patch.baseUrl)}), which is not given the token that is kept`,
        'Give apiKey and accountToken of that server in the same request.',
      );
}

/**
 * `tried`: the connection as it will be, where it was tried.
 * @throws Fault `conflict`, `bad-input`, `not-found`
 */
export async function changeIntegration(
  context: Context,
  id: string,
  patch: IntegrationPatch,
  tried: Tried | null,
): Promise<void> {
  if (patch.accountToken !== undefined || patch.baseUrl !== undefined) await oneAtATime(context);
  const row = await integrationToChange(context, id);
  mustBringTokens(row.base_url, patch);
  // A token that was meant for one server, and tried there, is not stored for another that came in between.
  if (tried !== null && patch.baseUrl === undefined && originOf(tried.baseUrl) !== originOf(row.base_url))
    throw conflict('the integration was given another address meanwhile', 'Look at it, and try again.');
  const { atRest } = context;
  if (patch.accountToken !== undefined || patch.baseUrl !== undefined) {
    const kept = atRest.open('fleetio', `${id}/${columns.accountToken}`, row.account_token);
    const now = { accountToken: patch.accountToken ?? kept, baseUrl: patch.baseUrl ?? row.base_url };
    await mustBeAnother(context, now, id);
  }
  const result = tried?.result;
  const settings = result?.settings ?? patch.settings;
  const change: Partial<IntegrationTable> = {
    ...(patch.label === undefined ? {} : { label: text('label', patch.label, 100) }),
    ...(patch.baseUrl === undefined ? {} : { base_url: patch.baseUrl }),
    ...(patch.enabled === undefined ? {} : { state: patch.enabled ? 'connected' : 'disabled' }),
    ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
    ...(result?.webhookId == null ? {} : { webhook_id: result.webhookId }),
    ...tokensOf(context, id, patch),
  };
  if (Object.keys(change).length > 0)
    await context.tx.updateTable('integration').set(change).where('id', '=', row.id).execute();
  const given = Object.keys(patch).filter(member => patch[member as keyof IntegrationPatch] !== undefined);
  const where = patch.baseUrl === undefined ? '' : ` at ${hostAt(patch.baseUrl)}`;
  await audit(context, 'integration-changed', id, `${given.join(' ')}${where}`);
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

export interface IntegrationView {
  readonly row: IntegrationTable;
  readonly settings: IntegrationSettings;
  readonly vehicles: number;
  readonly linked: number;
  /** In use, without a key. */
  readonly unlinked: number;
  /** Of those with a key: whose assignments ask an administrator. */
  readonly prompt: number;
  /** Waiting just now; more than a thousand are a thousand. */
  readonly queue: { readonly webhooks: number; readonly fields: number };
}

export async function integrationView(context: Reading, id: string): Promise<IntegrationView> {
  const { tx } = context;
  const row = await integrationRow(context, id);
  const counts = await tx
    .selectFrom('vehicle')
    .select(eb => [
      eb.fn.countAll<number | string>().as('vehicles'),
      eb.fn.count<number | string>('key').as('linked'),
      sql<number | string>`count(case when key is null and archived = 0 then 1 end)`.as('unlinked'),
      sql<number | string>`count(case when key is not null and mode = 'prompt' then 1 end)`.as('prompt'),
    ])
    .where('integration', '=', id)
    // One that is gone is listed as long as it has a key.
    .where(eb => eb.or([eb('key', 'is not', null), eb.and([eb('gone', '=', 0), eb('sample', '=', 0)])]))
    .executeTakeFirstOrThrow();
  return {
    row,
    settings: settingsOfIntegration(row),
    vehicles: Number(counts.vehicles),
    linked: Number(counts.linked),
    unlinked: Number(counts.unlinked),
    prompt: Number(counts.prompt),
    queue: await queued(context, id),
  };
}

const queuedMost = 1_000;

async function queued({ tx }: Reading, integration: string): Promise<IntegrationView['queue']> {
  const webhooks = await tx
    .selectFrom('webhook_event')
    .select('due')
    .where('integration', '=', integration)
    .where(sql<boolean>`state = 'new'`)
    .limit(queuedMost)
    .execute();
  const fields = await tx
    .selectFrom('assignment')
    .select('fields_due')
    .where('integration', '=', integration)
    .where('fields_due', 'is not', null)
    .limit(queuedMost)
    .execute();
  return { webhooks: webhooks.length, fields: fields.length };
}

/** By id; there are 20 at most. */
export async function listIntegrations(context: Reading): Promise<readonly IntegrationView[]> {
  const rows = await context.tx
    .selectFrom('integration')
    .select('id')
    .where('account', '=', context.account)
    .where('deletion', 'is', null)
    .orderBy('id')
    .execute();
  const views: IntegrationView[] = [];
  for (const { id } of rows) views.push(await integrationView(context, id));
  return views;
}
