import type { Context, Reading } from '../../domain/context.ts';
import { notFound } from '../../domain/faults.ts';
import { selectForUpdate } from '../../store/select-for-update.ts';
import type { WebhookDeliveryTable, WebhookTable } from '../../store/tables-webhooks.ts';

const queryOf = ({ tx, account }: Reading, id: string) =>
  tx.selectFrom('webhook').selectAll().where('account', '=', account).where('id', '=', id);

/** @throws Fault `not-found` */
export async function webhookRow(reading: Reading, id: string): Promise<WebhookTable> {
  const row = await queryOf(reading, id).executeTakeFirst();
  if (row === undefined) throw notFound('webhook', id);
  return row;
}

/** As `webhookRow`; nobody else changes it until the commit. @throws Fault `not-found` */
export async function webhookToChange(context: Context, id: string): Promise<WebhookTable> {
  const row = await selectForUpdate(context.tx, queryOf(context, id)).executeTakeFirst();
  if (row === undefined) throw notFound('webhook', id);
  return row;
}

/** By id; there are few. */
export const listWebhooks = ({ tx, account }: Reading): Promise<readonly WebhookTable[]> =>
  tx.selectFrom('webhook').selectAll().where('account', '=', account).orderBy('id').execute();

/** Newest first. @throws Fault `not-found` */
export async function listDeliveries(
  reading: Reading,
  webhook: string,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<readonly WebhookDeliveryTable[]> {
  await webhookRow(reading, webhook);
  let query = reading.tx.selectFrom('webhook_delivery').selectAll().where('webhook', '=', webhook);
  if (before !== null) query = query.where('number', '<', before);
  return await query.orderBy('number', 'desc').limit(limit).execute();
}

/** All that waits ends untold. */
export async function giveUpWaiting({ tx }: Context, webhook: string): Promise<void> {
  await tx
    .updateTable('webhook_delivery')
    .set({ state: 'given-up' })
    .where('webhook', '=', webhook)
    .where('state', '=', 'waiting')
    .execute();
}
