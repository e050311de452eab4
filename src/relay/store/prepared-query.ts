import {
  type Compilable,
  type InferResult,
  type Insertable,
  type Kysely,
  sql,
  type Transaction,
} from 'kysely';
import { assert } from '../../base/assert.ts';
import { runSql } from './run-sql.ts';
import type { Tables } from './tables.ts';

export type Value = string | number | null;

/** Stands for a parameter while a query is composed. */
class Blank {
  readonly at: number;

  constructor(at: number) {
    this.at = at;
  }
}

interface Kept {
  readonly text: string;
  /** The constants of the text, and the parameters of each time. */
  readonly parameters: readonly unknown[];
}

/** The rows that `execute` of the query would give. */
type Rows<Query> = Query extends Compilable<unknown> ? InferResult<Query> : never;

/**
 * A query that comes with every request or message: its text is composed once for each database, since composing costs three
 * times what SQLite takes to answer. `compose` is given blanks for its parameters, so that what it makes
 * cannot depend on their values.
 */
export function preparedQuery<Params extends readonly Value[], Query extends Compilable<unknown>>(
  compose: (db: Kysely<Tables>, ...params: Params) => Query,
): (db: Kysely<Tables>, ...params: Params) => Promise<Rows<Query>> {
  const all = new WeakMap<object, Kept>();
  return async (db, ...params) => {
    const { adapter } = db.getExecutor();
    const kept =
      all.get(adapter) ?? composed(blanks => compose(db, ...(blanks as unknown as Params)), params);
    all.set(adapter, kept);
    const values = kept.parameters.map(each => (each instanceof Blank ? params[each.at] : each));
    return (await runSql(db, kept.text, values)) as unknown as Rows<Query>;
  };
}

function composed(
  compose: (blanks: readonly Blank[]) => Compilable<unknown>,
  params: readonly Value[],
): Kept {
  const blanks = params.map((_, at) => new Blank(at));
  const { sql, parameters } = compose(blanks).compile();
  assert(
    blanks.every(each => parameters.includes(each)),
    `a parameter is not in its kept query: ${sql}`,
  );
  return { text: sql, parameters };
}

/** Texts of one database, by what tells them apart. */
class Texts {
  readonly #all = new WeakMap<object, Map<string, string>>();

  of(db: Kysely<Tables>, name: string, compose: () => Pick<Compilable<unknown>, 'compile'>): string {
    const { adapter } = db.getExecutor();
    const known = this.#all.get(adapter) ?? new Map<string, string>();
    this.#all.set(adapter, known);
    const text = known.get(name) ?? compose().compile().sql;
    known.set(name, text);
    return text;
  }
}

type Row<Table extends keyof Tables> = Insertable<Tables[Table]> & Readonly<Record<string, Value>>;

/** An insert of a whole row, whose text is composed once for each list of columns that rows come with. */
export function preparedInsert<Table extends keyof Tables>(
  table: Table,
): (tx: Transaction<Tables>, row: Row<Table>) => Promise<void> {
  const texts = new Texts();
  return async (tx, row) => {
    const text = texts.of(tx, Object.keys(row).join(), () => tx.insertInto(table).values(row));
    await runSql(tx, text, Object.values(row));
  };
}

/** Some columns of the rows that have these values in `key`; composed once for each list of columns. */
export function preparedUpdate<Table extends keyof Tables>(
  table: Table,
  ...key: readonly (keyof Tables[Table] & string)[]
): (
  tx: Transaction<Tables>,
  at: readonly Value[],
  changed: Readonly<Record<string, Value>>,
) => Promise<void> {
  const texts = new Texts();
  const equal = (column: string) => sql`${sql.ref(column)} = ${null}`;
  return async (tx, at, changed) => {
    const columns = Object.keys(changed);
    const text = texts.of(tx, columns.join(), () => ({
      compile: () => {
        const [set, where] = [sql.join(columns.map(equal)), sql.join(key.map(equal), sql` and `)];
        return sql`update ${sql.table(table)} set ${set} where ${where}`.compile(tx);
      },
    }));
    await runSql(tx, text, [...Object.values(changed), ...at]);
  };
}
