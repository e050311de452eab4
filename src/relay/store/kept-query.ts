import type { Compilable, InferResult, Kysely } from 'kysely';
import { assert } from '../../base/assert.ts';
import { runText } from './run-text.ts';
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
  /** What stands in the text always, and the parameters of each time. */
  readonly parameters: readonly unknown[];
}

/** What `execute` of the query would give. */
type Rows<Query> = Query extends Compilable<unknown> ? InferResult<Query> : never;

/**
 * A query that comes with every request or message: its text is composed once for each database, since composing costs three
 * times what SQLite takes to answer (facts/relay.md E). `compose` is given blanks for its parameters, so that what it makes
 * cannot depend on their values.
 */
export function keptQuery<Params extends readonly Value[], Query extends Compilable<unknown>>(
  compose: (db: Kysely<Tables>, ...params: Params) => Query,
): (db: Kysely<Tables>, ...params: Params) => Promise<Rows<Query>> {
  const all = new WeakMap<object, Kept>();
  return async (db, ...params) => {
    const { adapter } = db.getExecutor();
    const kept =
      all.get(adapter) ?? composed(blanks => compose(db, ...(blanks as unknown as Params)), params);
    all.set(adapter, kept);
    const values = kept.parameters.map(each => (each instanceof Blank ? params[each.at] : each));
    return (await runText(db, kept.text, values)) as unknown as Rows<Query>;
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
