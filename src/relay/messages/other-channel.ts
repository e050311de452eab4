/** Where one channel fails, the driver is told by the other at once: somebody who waits for a code cannot wait for a mail server. */
import { isForAdmins, type MessageKind } from '../core/message-rules.ts';
import type { Context } from '../domain/context.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import { accessOf } from './access.ts';
import type { MessageData } from './kinds.ts';
import { queueMessage } from './queue.ts';

/** Nothing where the account wants one way alone, the driver has no other, or was written to by it about this already. */
export async function tellByOtherChannel(context: Context, message: MessageTable): Promise<void> {
  const kind = message.kind as MessageKind;
  if (message.booking === null || message.driver === null) return;
  if (isForAdmins(kind) || kind === 'verify-phone') return;
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
  const { booking, until, id } = message;
  const data =
    message.data === null
      ? undefined
      : (JSON.parse(context.atRest.open('message', id, message.data)) as MessageData);
  const language = message.language as Parameters<typeof queueMessage>[1]['language'];
  await queueMessage(context, {
    ...{ kind, channel, to, booking, language, driver: driver.id, data },
    ...(until === null ? {} : { until }),
  });
}
