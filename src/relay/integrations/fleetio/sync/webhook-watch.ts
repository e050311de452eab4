/** Whether Fleetio still sends webhooks: a few failures disable one, and nobody says so. */
import { clearProblem, type ProblemName, raiseProblem } from '../../../domain/problems.ts';
import { FleetioError } from '../api/errors.ts';
import type { WebhookSettings } from '../api/port.ts';
import { type Connection, type EngineDeps, type SyncContext, write } from './context.ts';

const turn = { for: 'reconcile' } as const;

/** True: it was disabled, so that events are missing. Where its settings may not be read, only silence shows it. */
export async function watchWebhook(deps: EngineDeps, connection: Connection): Promise<boolean> {
  const { webhook_id: id } = connection.row;
  if (id === null) return false;
  const found = await unlessForbidden(() => connection.client.webhook(id, turn));
  if (found === null) return false;
  if (found !== 'gone' && found.enabled) {
    await write(deps, connection, context => clearProblem(context, disabled(context)));
    return false;
  }
  const enabled =
    found === 'gone' ? found : await unlessForbidden(() => connection.client.enableWebhook(id, turn));
  const isBack = enabled !== null && enabled !== 'gone' && enabled.enabled;
  deps.log.warn({ integration: connection.id, webhook: id, isBack }, 'Fleetio had disabled the webhook');
  await write(deps, connection, async context => {
    await raiseProblem(context, disabled(context), saidOf(found));
    if (isBack) await clearProblem(context, disabled(context));
  });
  return true;
}

async function unlessForbidden<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    const isRefused =
      error instanceof FleetioError &&
      (error.code === 'fleetio-forbidden' || error.code === 'fleetio-rejected');
    if (isRefused) return null;
    throw error;
  }
}

const disabled = ({ integration }: SyncContext): ProblemName => ({
  kind: 'webhook-disabled',
  subject: integration,
});

function saidOf(found: WebhookSettings | 'gone'): string {
  if (found === 'gone')
    return 'the webhook is gone from Fleetio: add it again there (Webhooks), and test the integration. Until then changes are noticed some minutes late';
  const why = found.disabledReason === null ? '' : ` (${found.disabledReason.slice(0, 100)})`;
  return `Fleetio has disabled the webhook${why}: enable it there (Webhooks). Until then changes are noticed some minutes late`;
}

interface Silence {
  /** Changes that were found though no webhook had told them. */
  readonly missed: number;
  readonly silentMs: number;
}

export async function webhookSilent(
  context: SyncContext,
  { row }: Pick<Connection, 'row'>,
  { missed, silentMs }: Silence,
): Promise<void> {
  const name: ProblemName = { kind: 'webhook-silent', subject: context.integration };
  const { last_event: last } = await context.tx
    .selectFrom('integration')
    .select('last_event')
    .where('id', '=', context.integration)
    .executeTakeFirstOrThrow();
  const heard = last ?? row.created;
  const hint =
    'look in Fleetio (Webhooks) whether it is enabled, leads here and has all three events of vehicle assignments';
  if (missed > 0)
    await raiseProblem(context, name, `${missed} changes in Fleetio came without a webhook: ${hint}`);
  else if (context.now - heard >= silentMs) {
    const hours = Math.round((context.now - heard) / 3_600_000);
    await raiseProblem(context, name, `no webhook has come for ${hours} hours: ${hint}`);
  } else await heardAgain(context, name, heard);
}

/** It goes with the first webhook that comes after it. */
async function heardAgain(context: SyncContext, name: ProblemName, heard: number): Promise<void> {
  const open = await context.tx
    .selectFrom('problem')
    .select('since')
    .where('account', '=', context.account)
    .where('kind', '=', name.kind)
    .where('subject', '=', name.subject)
    .where('cleared', 'is', null)
    .executeTakeFirst();
  if (open !== undefined && heard > open.since) await clearProblem(context, name);
}
