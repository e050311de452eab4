/** Where one channel fails, the driver is told by the other at once: somebody who waits for a code cannot wait for a mail server. */
import { isForAdmins, type MessageKind, provesWho } from '../core/message-rules.ts';
import type { Context } from '../domain/context.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import { accessOf } from './access.ts';
import type { MessageData } from './kinds.ts';
import { queueMessage } from './queue.ts';

/**
 * Nothing where the account wants one way alone, the driver has no other, or was written to by it about this already; nor for one that
 * goes in the place of another: both ways have failed then, and would take turns for ever. What proves a phone proves nothing by mail.
 */
export async function tellByOtherChannel(context: Context, message: MessageTable): Promise<void> {
  const kind = message.kind as MessageKind;
  if (message.booking === null || message.driver === null) return;
  if (isForAdmins(kind) || provesWho(kind)) return;
  const data = dataOf(context, message);
  if (data.isInstead === true) return;
  const access = await accessOf(context.tx, message.booking);
  if (access === null || access.driver === null || access.driver.id !== message.driver) return;
  const { driver, settings } = access;
  const { channels } = settings.notify;
  if (driver.erased !== null || channels === 'mail' || channels === 'sms') return;
  const channel = message.channel === 'mail' ? 'sms' : 'mail';
  const to = channel === 'mail' ? driver.email : driver.phone;
  if (to === null) return;
  const told = await context.tx
    .selectFrom('message')
    .select('id')
    .where('booking', '=', message.booking)
    .where('kind', '=', kind)
    .where('channel', '=', channel)
    .where('created', '>=', message.created)
    .limit(1)
    .executeTakeFirst();
  if (told !== undefined) return;
  const { booking, until } = message;
  const language = message.language as Parameters<typeof queueMessage>[1]['language'];
  await queueMessage(context, {
    ...{ kind, channel, to, booking, language, driver: driver.id, data: { ...data, isInstead: true } },
    ...(until === null ? {} : { until }),
  });
}

const dataOf = ({ atRest }: Context, { id, data }: MessageTable): MessageData =>
  data === null ? {} : (JSON.parse(atRest.open('message', id, data)) as MessageData);
