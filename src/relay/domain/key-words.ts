/** Names of keys found by how their words begin, whatever case and accents somebody types. */
import { sql } from 'kysely';
import type { KeyTable } from '../store/tables.ts';
import type { Context, Reading } from './context.ts';
import { lastWord, typedWords, wordsOf } from './text-words.ts';

const wordsMax = 8;
type Tx = Pick<Context, 'tx' | 'account'>;

export async function noteKeyWords({ tx, account }: Tx, key: string, name: string): Promise<void> {
  await forgetKeyWords({ tx }, key);
  const words = wordsOf(name);
  if (words.length === 0) return;
  await tx
    .insertInto('key_word')
    .values(words.map(word => ({ account, word, key })))
    .execute();
}

export async function forgetKeyWords({ tx }: Pick<Context, 'tx'>, key: string): Promise<void> {
  await tx.deleteFrom('key_word').where('key', '=', key).execute();
}

/** Every word that was typed begins a word of the name. The longest one is looked up; the others are checked. */
export async function matchingKeys(
  { tx, account }: Reading,
  typed: string,
  limit: number,
): Promise<readonly KeyTable[]> {
  const [first, ...others] = typedWords(typed)
    .toSorted((a, b) => b.length - a.length)
    .slice(0, wordsMax);
  if (first === undefined) return [];
  let query = tx
    .selectFrom('key')
    .selectAll('key')
    .where('key.id', 'in', eb =>
      eb
        .selectFrom('key_word')
        .select('key')
        .where('account', '=', account)
        .where('word', '>=', first)
        .where('word', '<', first + lastWord),
    )
    .where('key.box', 'is not', null);
  for (const word of others)
    query = query.where(eb =>
      eb.exists(
        eb
          .selectFrom('key_word')
          .select(sql<number>`1`.as('one'))
          .whereRef('key_word.key', '=', 'key.id')
          .where('word', '>=', word)
          .where('word', '<', word + lastWord),
      ),
    );
  return await query.orderBy('key.name').orderBy('key.id').limit(limit).execute();
}
