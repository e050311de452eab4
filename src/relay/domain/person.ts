/** Who somebody is, in the words that stand for them, and taking those words out of texts that people and we have written. */
import { sql } from 'kysely';
import type { Context } from './context.ts';

/** Names, mail addresses and numbers of one person, each once. */
export type PersonWords = readonly string[];

export interface Named {
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
}

/** A single letter is no name by which anybody is found. */
const wordMin = 2;

export function wordsOf(rows: readonly Named[]): PersonWords {
  const all = rows.flatMap(({ name, email, phone }) => [name, email ?? '', phone ?? '']);
  return [...new Set(all.map(word => word.trim()))].filter(word => word.length >= wordMin);
}

/** Of the words that somebody had before, so many: each is sought in every sentence when they are erased. */
const formerMax = 30;

/** The words that they had before, with those that go now. */
export function withFormer(before: Named, after: Named, former: PersonWords): PersonWords {
  const still = wordsOf([after]);
  const gone = wordsOf([before]).filter(word => !still.includes(word));
  return [...new Set([...gone, ...former])].slice(0, formerMax);
}

/** Put where somebody stood in a text. */
const nobody = '(erased)';

const withoutWords = (text: string, words: PersonWords): string =>
  [...words]
    // A name in which another one is goes first.
    .sort((a, b) => b.length - a.length)
    .reduce(withoutWord, text);

/** As a word of its own, in capitals or not: `Bo` is not in `Box`. */
function withoutWord(text: string, word: string): string {
  const [within, sought] = alike(text, word);
  let left = '';
  let from = 0;
  for (let at = within.indexOf(sought); at >= 0; at = within.indexOf(sought, at + 1)) {
    const end = at + sought.length;
    if (at < from || isLetter(text.charAt(at - 1)) || isLetter(text.charAt(end))) continue;
    left += text.slice(from, at) + nobody;
    from = end;
  }
  return left + text.slice(from);
}

/** Places stay what they were: there are letters that are two when small. */
function alike(text: string, word: string): readonly [string, string] {
  const small = [text.toLowerCase(), word.toLowerCase()] as const;
  return small[0].length === text.length ? small : [text, word];
}

const isLetter = (character: string): boolean => /^[\p{L}\p{N}]$/u.test(character);

export const hasWords = (text: string, words: PersonWords): boolean => withoutWords(text, words) !== text;

/** Finds more than is meant, never less: a character that means something to LIKE may be any. */
const pattern = (word: string): string => `%${word.replace(/[\\%_]/g, '_')}%`;

/** Columns of sentences in which somebody can be named: written by us of a problem, by an administrator of a command. */
const texts = [
  { table: 'problem', column: 'detail' },
  { table: 'problem', column: 'snoozed_why' },
  { table: 'command', column: 'why' },
  { table: 'audit', column: 'detail' },
] as const;

/** In what administrators read, the person becomes `(erased)`. */
export async function forgetWords({ tx, account }: Context, words: PersonWords): Promise<void> {
  if (words.length === 0) return;
  for (const { table, column } of texts) {
    const text = sql.ref(column);
    const isNamed = sql.join(
      words.map(word => sql`lower(${text}) like lower(${pattern(word)})`),
      sql` or `,
    );
    const { rows } = await sql<{ id: string; text: string }>`
      select id, ${text} as text from ${sql.table(table)} where account = ${account} and (${isNamed})`.execute(
      tx,
    );
    for (const row of rows)
      await sql`update ${sql.table(table)} set ${text} = ${withoutWords(row.text, words)} where id = ${row.id}`.execute(
        tx,
      );
  }
}
