/** Drivers and boxes by how their words begin, whatever case and accents somebody types. */
import { sql } from 'kysely';
import { meta, setMeta } from '../store/migrate.ts';
import type { Context, Reading } from './context.ts';
import { noteKeyWords } from './key-words.ts';
import { lastWord, wordsOf } from './text-words.ts';

type WordKind = 'driver' | 'box';

type Tx = Pick<Context, 'tx' | 'account'>;

/** In place of those that it had. */
async function noteWords(
  { tx, account }: Tx,
  kind: WordKind,
  subject: string,
  texts: readonly string[],
): Promise<void> {
  await forgetSearchWords({ tx, account }, kind, subject);
  const words = [...new Set(texts.flatMap(wordsOf))];
  if (words.length === 0) return;
  await tx
    .insertInto('word')
    .values(words.map(word => ({ account, kind, word, subject })))
    .execute();
}

export async function forgetSearchWords({ tx }: Tx, kind: WordKind, subject: string): Promise<void> {
  await tx.deleteFrom('word').where('subject', '=', subject).where('kind', '=', kind).execute();
}

/** By its name, and by the end of its number: who calls is asked for that. */
export const noteDriverWords = (
  context: Tx,
  { id, name, phone }: { readonly id: string; readonly name: string; readonly phone: string | null },
): Promise<void> => noteWords(context, 'driver', id, [name, (phone ?? '').slice(-4)]);

export const noteBoxWords = (
  context: Tx,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> => noteWords(context, 'box', id, [name, id]);

/** So many words are looked for at most. */
const wordsMax = 8;

/** Every word that was typed begins a word of the subject; by id. */
export async function matchingSubjects(
  { tx, account }: Reading,
  kind: WordKind,
  typed: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const [first, ...others] = typed.toSorted((a, b) => b.length - a.length).slice(0, wordsMax);
  if (first === undefined) return [];
  let query = tx
    .selectFrom('word as led')
    .select('led.subject')
    .distinct()
    .where('led.account', '=', account)
    .where('led.kind', '=', kind)
    .where('led.word', '>=', first)
    .where('led.word', '<', first + lastWord);
  for (const word of others)
    query = query.where(eb =>
      eb.exists(
        eb
          .selectFrom('word')
          .select(sql<number>`1`.as('one'))
          .whereRef('word.subject', '=', 'led.subject')
          .where('word.kind', '=', kind)
          .where('word.word', '>=', word)
          .where('word.word', '<', word + lastWord),
      ),
    );
  const rows = await query.orderBy('led.subject').limit(limit).execute();
  return rows.map(({ subject }) => subject);
}

const doneName = 'search-words';

/** Rows from before there were words have some from the first start on; also what a backup of before brings back. */
export async function ensureSearchWords(tx: Context['tx']): Promise<void> {
  if ((await meta(tx, doneName)) !== null) return;
  const drivers = await tx
    .selectFrom('driver')
    .select(['id', 'account', 'name', 'phone'])
    .where('erased', 'is', null)
    .execute();
  for (const { account, ...driver } of drivers) await noteDriverWords({ tx, account }, driver);
  const boxes = await tx.selectFrom('box').select(['id', 'account', 'name']).execute();
  for (const { account, ...box } of boxes) await noteBoxWords({ tx, account }, box);
  const keys = await tx
    .selectFrom('key')
    .select(['id', 'account', 'name'])
    .where('box', 'is not', null)
    .execute();
  for (const { account, id, name } of keys) await noteKeyWords({ tx, account }, id, name);
  await setMeta(tx, doneName, '1');
}
