/**
 * `Idempotency-Key`: the same key and request within a day get the same answer, and happen once. The answer is kept in the
 * transaction of the work itself, so that a crash leaves both or neither.
 */
import type { Transaction } from 'kysely';
import { canonical, type Json } from '../../base/canonical.ts';
import { Fault } from '../../base/fault.ts';
import type { Context } from '../domain/context.ts';
import type { Tables } from '../store/tables.ts';

/** How long an answer is kept. */
export const keptMs = 24 * 3_600_000;
/** Old answers that one request clears away on its way. */
const clearedAtOnce = 50;

export interface Asked {
  /** The caller's key; null: none, and nothing is kept. */
  readonly key: string | null;
  /** Who asks for what. */
  readonly parts: readonly Json[];
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const keyShape = /^[\x21-\x7e]{1,128}$/;

/** @throws Fault `bad-input` */
export function idempotencyKey(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && keyShape.test(header)) return header;
  throw new Fault(
    'bad-input',
    'Idempotency-Key must be 1 to 128 visible characters, once',
    'A UUID does well.',
  );
}

/**
 * What was answered before, or what `work` answers now.
 * @throws Fault `idempotency-mismatch`; what `work` threw: a refusal is not kept
 */
export async function once(
  { tx, account, now, atRest }: Context,
  { key, parts }: Asked,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (key === null) return await work();
  // Keyed: a request may hold a PIN, and whoever sees a plain hash could try them all.
  const request = atRest.hash('request', canonical(parts));
  await clear(tx, now);
  const kept = await tx
    .selectFrom('idempotency')
    .select(['request', 'status', 'body'])
    .where('account', '=', account)
    .where('key', '=', key)
    .executeTakeFirst();
  // An answer may hold a claim or a code, hence sealed like those.
  const row = `${account}/${key}`;
  if (kept !== undefined) {
    if (kept.request !== request)
      throw new Fault(
        'idempotency-mismatch',
        'this Idempotency-Key was used for another request',
        'Use a new key for each thing that is to happen.',
      );
    return { status: kept.status, body: JSON.parse(atRest.open('answer', row, kept.body)) };
  }
  const answer = await work();
  const body = atRest.seal('answer', row, JSON.stringify(answer.body));
  await tx
    .insertInto('idempotency')
    .values({ account, key, request, status: answer.status, body, created: now })
    .execute();
  return answer;
}

async function clear(tx: Transaction<Tables>, nowMs: number): Promise<void> {
  const old = tx
    .selectFrom('idempotency')
    .select(['account', 'key'])
    .where('created', '<', nowMs - keptMs)
    .limit(clearedAtOnce);
  for (const { account, key } of await old.execute())
    await tx.deleteFrom('idempotency').where('account', '=', account).where('key', '=', key).execute();
}
