/** The outbox as rows: taking what is due under a lease, and writing what became of it. */
import { type Kysely, sql, type Transaction } from 'kysely';
import { type MessageKind, provesWho } from '../core/message-rules.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { Tables } from '../store/tables.ts';
import type { MessageTable } from '../store/tables-notify.ts';

type Tx = Transaction<Tables>;

interface MessageClaim {
  readonly copy: string;
  readonly now: number;
  /** The lease ends then, and another copy may try: the message may arrive twice rather than never. */
  readonly until: number;
  readonly most: number;
  /** Those that go this way; all where absent. */
  readonly channel?: MessageTable['channel'];
}

/** As the index of what is due has it: with parameters instead SQLite would read all messages there ever were. */
const isOpen = sql<boolean>`state in ('waiting', 'sending')`;

export async function isAnyDue(db: Kysely<Tables>, now: number): Promise<boolean> {
  return (await oneDue(db, now)).length > 0;
}

const oneDue = preparedQuery((db, now: number) =>
  db
    .selectFrom('message')
    .select('id')
    .where(isOpen)
    .where('due', '<=', now)
    .where(eb => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .limit(1),
);

/** The oldest that are due and nobody else's. */
export function takeMessages(
  tx: Tx,
  { copy, now, until, most, channel }: MessageClaim,
): Promise<readonly MessageTable[]> {
  return tx
    .updateTable('message')
    .set({ state: 'sending', lease: copy, lease_until: until })
    .where('id', 'in', eb =>
      eb
        .selectFrom('message')
        .select('id')
        .where(isOpen)
        .where('due', '<=', now)
        .where(eb2 => eb2.or([eb2('lease_until', 'is', null), eb2('lease_until', '<=', now)]))
        .$if(channel !== undefined, query => query.where('channel', '=', channel ?? 'mail'))
        .orderBy('due')
        .limit(most),
    )
    .where(isOpen)
    .where(eb => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .returningAll()
    .execute();
}

export type Change = Partial<
  Pick<
    MessageTable,
    'state' | 'due' | 'tries' | 'said' | 'sent' | 'provider_id' | 'address' | 'data' | 'address_hash'
  >
>;

/** False: it is another copy's by now, or its driver was erased. */
export async function settleMessage(
  tx: Tx,
  message: MessageTable,
  copy: string,
  change: Change,
): Promise<boolean> {
  const row = await tx
    .updateTable('message')
    .set({ ...change, lease: null, lease_until: null })
    .where('id', '=', message.id)
    .where('lease', '=', copy)
    .where('state', '=', 'sending')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Of a message of which it became known otherwise than by the answer to its sending that it has left: nothing that was sent keeps
 * its address, nor what proves a phone.
 */
export async function forgetAddress(tx: Tx, { id, kind }: Pick<MessageTable, 'id' | 'kind'>): Promise<void> {
  const secret = provesWho(kind as MessageKind) ? { data: null } : {};
  await tx
    .updateTable('message')
    .set({ address: null, ...secret })
    .where('id', '=', id)
    .execute();
}

const dayMs = 86_400_000;

interface Sent {
  readonly ofAccount: number;
  readonly toAddress: number;
}

/** How many went in the last 24 hours. */
export async function sentLately(db: Kysely<Tables>, message: MessageTable, now: number): Promise<Sent> {
  const { account, address_hash: hash } = message;
  const { count: ofAccount } = await db
    .selectFrom('message')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('sent', '>', now - dayMs)
    .executeTakeFirstOrThrow();
  if (message.channel === 'mail' || hash === null) return { ofAccount: Number(ofAccount), toAddress: 0 };
  const { count: toAddress } = await db
    .selectFrom('message')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('address_hash', '=', hash)
    .where('account', '=', account)
    .where('sent', '>', now - dayMs)
    .executeTakeFirstOrThrow();
  return { ofAccount: Number(ofAccount), toAddress: Number(toAddress) };
}

export async function isOptedOut(
  db: Kysely<Tables>,
  { account, address_hash: hash }: MessageTable,
): Promise<boolean> {
  if (hash === null) return false;
  const row = await db
    .selectFrom('opt_out')
    .select('at')
    .where('account', '=', account)
    .where('address', '=', hash)
    .executeTakeFirst();
  return row !== undefined;
}
