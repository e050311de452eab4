/** The news of an account in one order, and a delivery of each for every address that is told of its kind. */
import type { Context } from '../../domain/context.ts';
import { newId } from '../../domain/ids.ts';
import { selectForUpdate } from '../../store/select-for-update.ts';
import type { WebhookFeedTable, WebhookTable } from '../../store/tables-webhooks.ts';
import { hastenWork } from '../../work/queue.ts';
import { testType, type WebhookType } from './event-types.ts';

/** An item of the queue: the next delivery of an address is due; the subject is the webhook's id. */
export const sendingWork = 'webhook';

export interface News {
  readonly type: WebhookType | typeof testType;
  /** Id of what it is about. */
  readonly subject: string;
  readonly at: number;
  /** Ids, and words of ours. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

type Feed = WebhookFeedTable;

/** Nobody else counts on in this account until the commit. Undefined: nobody listens. */
export const feedToChange = (tx: Context['tx'], account: string): Promise<Feed | undefined> =>
  selectForUpdate(
    tx,
    tx.selectFrom('webhook_feed').selectAll().where('account', '=', account),
  ).executeTakeFirst();

export const listenersOf = (tx: Context['tx'], account: string): Promise<readonly WebhookTable[]> =>
  tx
    .selectFrom('webhook')
    .selectAll()
    .where('account', '=', account)
    .where('state', '=', 'on')
    .orderBy('id')
    .execute();

/** Numbers them on, and gives the number of the last one. */
export async function giveOut(
  context: Context,
  number: number,
  news: readonly News[],
  listeners: readonly WebhookTable[],
): Promise<number> {
  const { tx, now } = context;
  let last = number;
  const awake = new Set<string>();
  for (const each of news) {
    last += 1;
    const wanting = listeners.filter(({ types }) => wants(types, each.type));
    if (wanting.length === 0) continue;
    const id = newId('e', context);
    const row = {
      ...{ number: last, id, type: each.type, subject: each.subject, at: each.at, made: now },
      ...{ data: JSON.stringify(each.data), state: 'waiting' as const, tries: 0 },
      ...{ tried: null, outcome: null, status: null },
    };
    await tx
      .insertInto('webhook_delivery')
      .values(wanting.map(webhook => ({ ...row, webhook: webhook.id })))
      .execute();
    for (const webhook of wanting) awake.add(webhook.id);
  }
  for (const subject of awake) await hastenWork(tx, { kind: sendingWork, subject, due: now });
  await tx.updateTable('webhook_feed').set({ number: last }).where('account', '=', context.account).execute();
  return last;
}

const wants = (types: string, type: News['type']): boolean =>
  type === testType || types.split(' ').includes(type);
