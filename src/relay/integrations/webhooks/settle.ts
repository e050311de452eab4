/** A call has its consequences: the next one, another try later, an event that is given up, or an address that is switched off. */
import { sql, type Transaction } from 'kysely';
import { retryMs } from '../../../base/retry.ts';
import { audit } from '../../domain/audit.ts';
import type { Context } from '../../domain/context.ts';
import { clearProblem, clearProblemsOf, raiseProblem } from '../../domain/problems.ts';
import { deletePiece } from '../../store/delete-piece.ts';
import type { Tables } from '../../store/tables.ts';
import type { WebhookDeliveryTable, WebhookTable } from '../../store/tables-webhooks.ts';
import { putWork } from '../../work/queue.ts';
import type { CallResult } from './call.ts';
import { sendingWork } from './feed.ts';
import { giveUpWaiting } from './webhook-rows.ts';

const dayMs = 86_400_000;
const again = { firstMs: 10_000, mostMs: 2 * 3_600_000 } as const;
/** An event that the address refuses is given up after so many tries, some 40 minutes: those behind it wait so long. */
const refusedMost = 8;
/** An event that could not be told for so long is given up. */
const waitsMs = 3 * dayMs;
/** An address at which nothing has arrived for so long is switched off. */
const failingMs = 7 * dayMs;
/** Deliveries that wait for one address; and those that are over, for looking back. */
const waitingMost = 10_000;
const keptMost = 1_000;
const keptMs = 30 * dayMs;

interface Settled {
  readonly number: number;
  readonly result: CallResult;
}

export async function settle(
  context: Context,
  row: WebhookTable,
  { number, result }: Settled,
): Promise<void> {
  const { now } = context;
  const tries = row.tries + 1;
  const isTaken = result.outcome === 'taken';
  const isGivenUp = result.outcome === 'refused' && tries >= refusedMost;
  const state = isTaken ? 'taken' : isGivenUp ? 'given-up' : 'waiting';
  await note(context, row.id, number, {
    state,
    tries,
    tried: now,
    outcome: result.outcome,
    status: result.status,
  });
  const failing = isTaken ? null : (row.failing ?? now);
  const wait = state === 'waiting' ? Math.max(retryMs(again, row.tries), result.waitMs) : 0;
  const change = { resting: now + wait, failing, tries: state === 'waiting' ? tries : 0 };
  await context.tx.updateTable('webhook').set(change).where('id', '=', row.id).execute();
  if (row.state !== 'on') return;
  if (result.outcome === 'gone' || (failing !== null && now - failing >= failingMs))
    return await disable(context, row, result);
  if (isTaken) await clearProblem(context, { kind: 'webhook-given-up', subject: row.id });
  if (isGivenUp) await raiseGivenUp(context, row);
  await putWork(context.tx, { kind: sendingWork, subject: row.id, due: now + wait });
}

async function note(
  { tx }: Context,
  webhook: string,
  number: number,
  change: Partial<WebhookDeliveryTable>,
): Promise<void> {
  await tx
    .updateTable('webhook_delivery')
    .set(change)
    .where('webhook', '=', webhook)
    .where('number', '=', number)
    .where('state', '=', 'waiting')
    .execute();
  // As many are kept as somebody may look at.
  await tx
    .deleteFrom('webhook_delivery')
    .where('webhook', '=', webhook)
    .where('number', '<=', number - keptMost)
    .where('state', '!=', 'waiting')
    .execute();
}

/** Before the next one is sent: what has waited too long, or too many before it, is told no more. */
export async function giveUpOld(context: Context, row: WebhookTable): Promise<void> {
  const { tx, account, now } = context;
  const feed = await tx
    .selectFrom('webhook_feed')
    .select('number')
    .where('account', '=', account)
    .executeTakeFirst();
  const { numUpdatedRows } = await tx
    .updateTable('webhook_delivery')
    .set({ state: 'given-up' })
    .where('webhook', '=', row.id)
    .where('state', '=', 'waiting')
    .where(eb =>
      eb.or([eb('made', '<', now - waitsMs), eb('number', '<=', (feed?.number ?? 0) - waitingMost)]),
    )
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await raiseGivenUp(context, row);
}

const raiseGivenUp = (context: Context, { id, name }: WebhookTable): Promise<void> =>
  raiseProblem(
    context,
    { kind: 'webhook-given-up', subject: id },
    `Webhook “${name}”: an event was given up.`,
  );

async function disable(context: Context, { id, name }: WebhookTable, { outcome }: CallResult): Promise<void> {
  const { tx } = context;
  await tx.updateTable('webhook').set({ state: 'disabled' }).where('id', '=', id).execute();
  await giveUpWaiting(context, id);
  await clearProblemsOf(context, [id]);
  const why = outcome === 'gone' ? 'its address answered 410 Gone' : 'nothing has arrived there for a week';
  await raiseProblem(
    context,
    { kind: 'webhook-switched-off', subject: id },
    `Webhook “${name}” was switched off: ${why}.`,
  );
  await audit(context, 'webhook-disabled', id, outcome);
}

/** True: there is more to do. */
export const retainWebhooks = (tx: Transaction<Tables>, now: number): Promise<boolean> =>
  deletePiece(tx, {
    table: 'webhook_delivery',
    key: ['webhook', 'number'],
    where: sql`made < ${now - keptMs}`,
  });
