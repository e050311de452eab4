/** Keys, drivers and boxes by how their words begin, whatever case and accents somebody types. */
import { sql } from 'kysely';
import { meta, setMeta } from '../store/migrate.ts';
import type { Context, Reading } from './context.ts';
import { lastWord, typedWords, wordsOf } from './text-words.ts';

type WordKind = 'key' | 'driver' | 'box';

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

/** By its name, and by name and plate of the vehicle that it is linked to: of a plate, whether it is typed in groups or in one. */
export async function noteKeyWords({ tx, account }: Tx, id: string): Promise<void> {
  const { name } = await tx.selectFrom('key').select('name').where('id', '=', id).executeTakeFirstOrThrow();
  const vehicles = await tx.selectFrom('vehicle').select(['name', 'plate']).where('key', '=', id).execute();
  const texts = vehicles.flatMap(({ name: vehicle, plate }) => [
    ...[vehicle, plate ?? ''],
    typedWords(plate ?? '').join(''),
  ]);
  await noteWords({ tx, account }, 'key', id, [name, ...texts]);
}

/** So many words are looked for at most. */
const wordsMax = 8;

/** Rows for each subject that is wanted: several of its words may begin alike. */
const rowsEach = 4;

/**
 * Every word that was typed begins a word of the subject. The longest one leads: those that have it whole come first, and no more is
 * read than is shown, however many begin like it.
 */
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
  const rows = await query
    .orderBy('led.word')
    .orderBy('led.subject')
    .limit(limit * rowsEach)
    .execute();
  return [...new Set(rows.map(({ subject }) => subject))].slice(0, limit);
}

const doneName = 'search-words';
/** Since version 2 those of keys stand in the one table, with the plates of their vehicles. */
const version = '2';

/** Rows from before there were words have some from the first start on; also what a backup of before brings back. */
export async function ensureSearchWords(tx: Context['tx']): Promise<void> {
  const done = await meta(tx, doneName);
  if (done === version) return;
  if (done === null) await ensureDriversAndBoxes(tx);
  const keys = tx.selectFrom('key').select(['id', 'account']).where('box', 'is not', null);
  for (const { account, id } of await keys.execute()) await noteKeyWords({ tx, account }, id);
  await setMeta(tx, doneName, version);
}

async function ensureDriversAndBoxes(tx: Context['tx']): Promise<void> {
  const drivers = await tx
    .selectFrom('driver')
    .select(['id', 'account', 'name', 'phone'])
    .where('erased', 'is', null)
    .execute();
  for (const { account, ...driver } of drivers) await noteDriverWords({ tx, account }, driver);
  const boxes = await tx.selectFrom('box').select(['id', 'account', 'name']).execute();
  for (const { account, ...box } of boxes) await noteBoxWords({ tx, account }, box);
}
