/** Messages to be sent are rows, written in the transaction of what they tell of. */
import type { MessageKind } from '../core/message-rules.ts';
import type { Context } from '../domain/context.ts';
import { newId } from '../domain/ids.ts';
import type { Language } from '../domain/notify-settings.ts';
import { preparedInsert } from '../store/prepared-query.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import type { MessageData } from './kinds.ts';

export type Channel = MessageTable['channel'];

interface NewMessage {
  readonly kind: MessageKind;
  readonly channel: Channel;
  /** Mail address, or a number in E.164. */
  readonly to: string;
  readonly language: Language;
  readonly booking?: string | null | undefined;
  /** Whom it is for; of what administrators get, whom it is about. */
  readonly driver?: string | null | undefined;
  readonly data?: MessageData | undefined;
  /** Not before; now where absent. */
  readonly due?: number | undefined;
  /** Never after; a day from when it is due where absent. */
  readonly until?: number | undefined;
}

const dayMs = 86_400_000;

/** The hash under which an address is counted, and remembered when it wants no more. */
export const addressHash = ({ atRest }: Pick<Context, 'atRest'>, account: string, to: string): string =>
  atRest.hash('address', `${account}\n${to.toLowerCase()}`);

/** Takes the place of one of its kind that still waits for the same booking and address. */
export async function queueMessage(context: Context, message: NewMessage): Promise<{ readonly id: string }> {
  const { tx, account, now, atRest } = context;
  const id = newId('m', context);
  const { kind, channel, language, to, data } = message;
  const booking = message.booking ?? null;
  const hash = addressHash(context, account, to);
  if (booking !== null) await dropWaiting(context, { booking, kinds: [kind], channel, address: hash });
  const due = message.due ?? now;
  await insert(tx, {
    ...{ id, account, booking, driver: message.driver ?? null },
    ...{ channel, kind, language, address: atRest.seal('address', id, to), address_hash: hash },
    data: data === undefined ? null : atRest.seal('message', id, JSON.stringify(data)),
    ...{ created: now, due, until: message.until ?? due + dayMs, state: 'waiting', tries: 0 },
    ...{ said: null, sent: null, provider_id: null, lease: null, lease_until: null },
  });
  return { id };
}

const insert = preparedInsert('message');

interface Waiting {
  readonly booking: string;
  readonly kinds: readonly MessageKind[];
  readonly channel?: Channel;
  readonly address?: string;
}

/** Drops messages that have not gone yet and have been overtaken. */
export async function dropWaiting(
  { tx, account }: Pick<Context, 'tx' | 'account'>,
  { booking, kinds, channel, address }: Waiting,
): Promise<void> {
  if (kinds.length === 0) return;
  let query = tx
    .updateTable('message')
    .set({ state: 'dropped', said: 'overtaken', address: null, data: null })
    .where('account', '=', account)
    .where('booking', '=', booking)
    .where('kind', 'in', kinds)
    .where('state', '=', 'waiting');
  if (channel !== undefined) query = query.where('channel', '=', channel);
  if (address !== undefined) query = query.where('address_hash', '=', address);
  await query.execute();
}
