import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Value } from './prepared-query.ts';
import { runSql } from './run-sql.ts';
import type { Tables } from './tables.ts';

type Tx = Transaction<Tables>;

/** The type of each column: text or a whole number. Types are said in the statement, since a NULL has none. */
export type Kinds = readonly ('t' | 'i')[];

const cell = (kind: 't' | 'i'): RawBuilder<unknown> =>
  kind === 't' ? sql`cast(${null} as text)` : sql`cast(${null} as bigint)`;

/** `(…), (…)`: both engines name the columns of VALUES column1, column2 …. */
const table = (kinds: Kinds, count: number): RawBuilder<unknown> =>
  sql.join(Array.from({ length: count }, () => sql`(${sql.join(kinds.map(cell))})`));

/**
 * One statement for many rows, `update … from (values …) as v`. Its text is composed once for 1, 2, 4, 8 … rows; what is
 * missing up to there is the last row again, which changes nothing twice.
 */
export function manyRows<Row>(
  kinds: Kinds,
  compose: (values: RawBuilder<unknown>) => RawBuilder<unknown>,
): (tx: Tx, rows: readonly (readonly Value[])[]) => Promise<readonly Row[]> {
  const texts = new WeakMap<object, Map<number, string>>();
  return async (tx, rows) => {
    const last = rows.at(-1);
    if (last === undefined) return [];
    const count = 2 ** Math.ceil(Math.log2(rows.length));
    const { adapter } = tx.getExecutor();
    const known = texts.get(adapter) ?? new Map<number, string>();
    texts.set(adapter, known);
    const text = known.get(count) ?? compose(table(kinds, count)).compile(tx).sql;
    known.set(count, text);
    const padding = Array.from({ length: count - rows.length }, () => last);
    return runSql<Row>(tx, text, [...rows, ...padding].flat());
  };
}
