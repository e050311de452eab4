import { Fault } from '../../base/fault.ts';
import type { Context, Reading } from './context.ts';
import { badInput } from './faults.ts';
import { hasWords } from './person.ts';

/** Answers are kept so long (`Idempotency-Key`). */
export const idempotencyLifeMs = 24 * 3_600_000;

export interface Answer {
  readonly status: number;
  /** JSON, as it was sent. Encrypted at rest: claims and names are in some. */
  readonly body: string;
}

interface Request {
  /** As the client made it up. */
  readonly key: string;
  /** Hash over method, path and body: the same key for another request is a mistake of the client. */
  readonly request: string;
}

/**
 * Does the work, or gives the answer that the same request got before. Key, effect and answer are one transaction: what failed
 * may be tried again under the same key.
 * @throws Fault `bad-input`; `idempotency` where the key was used for something else
 */
export async function once(context: Context, asked: Request, work: () => Promise<Answer>): Promise<Answer> {
  const { tx, account, now, atRest } = context;
  const { key, request } = asked;
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw badInput('Idempotency-Key', 'must be 1 to 255 printable characters');
  await tx
    .deleteFrom('idempotency')
    .where('account', '=', account)
    .where('key', '=', key)
    .where('created', '<', now - idempotencyLifeMs)
    .execute();
  const mine = await tx
    .insertInto('idempotency')
    .values({ account, key, request, status: 0, body: '', created: now })
    .onConflict(on => on.columns(['account', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst();
  if (mine === undefined) return earlier(context, asked);
  const answer = await work();
  await tx
    .updateTable('idempotency')
    .set({ status: answer.status, body: atRest.seal('answer', rowOf(account, key), answer.body) })
    .where('account', '=', account)
    .where('key', '=', key)
    .execute();
  return answer;
}

/** Whether something was done under this key already, not long ago. */
export const wasDone = async ({ tx, account }: Reading, key: string): Promise<boolean> =>
  (await tx
    .selectFrom('idempotency')
    .select('key')
    .where('account', '=', account)
    .where('key', '=', key)
    .executeTakeFirst()) !== undefined;

const rowOf = (account: string, key: string): string => `${account}/${key}`;

async function earlier({ tx, account, atRest }: Context, { key, request }: Request): Promise<Answer> {
  const row = await tx
    .selectFrom('idempotency')
    .selectAll()
    .where('account', '=', account)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (row.request === request)
    return { status: row.status, body: atRest.open('answer', rowOf(account, key), row.body) };
  throw new Fault(
    'idempotency',
    'this Idempotency-Key was used for another request',
    'Make a new key for each request; use it again only to repeat the same one.',
  );
}

/** Answers that hold one of these words, such as the id of a driver who is erased; and those whose key is made of one. */
export async function forgetAnswers(
  { tx, account, atRest }: Context,
  words: readonly string[],
): Promise<void> {
  const rows = await tx
    .selectFrom('idempotency')
    .select(['key', 'body'])
    .where('account', '=', account)
    .execute();
  const holding = rows.filter(
    ({ key, body }) =>
      hasWords(key, words) ||
      (body !== '' && hasWords(atRest.open('answer', rowOf(account, key), body), words)),
  );
  for (const { key } of holding)
    await tx.deleteFrom('idempotency').where('account', '=', account).where('key', '=', key).execute();
}
