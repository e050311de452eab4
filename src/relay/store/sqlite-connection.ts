import type Database from 'better-sqlite3';
import {
  type Dialect,
  type DialectAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteQueryCompiler,
} from 'kysely';
import { openSqlite, type Pragma, type SqliteOptions } from '../../base/sqlite-file.ts';
import { runsSynchronously, type SynchronousRun } from './run-sql.ts';

type Statement = Database.Statement<unknown[], unknown>;

/** Prepared statements that are kept: preparing costs twice what running does. */
const statementsMax = 400;
/** How long the lock of another process (`smartbox-relay backup`, `token create`) is waited for. */
export const busyTimeoutMs = 5_000;

const pragmas: readonly Pragma[] = [
  ['journal_size_limit', '67108864', 67_108_864],
  ['cache_size', '-16384', -16_384],
];

export interface SqliteFile extends SqliteOptions {
  readonly file: string;
}

/**
 * One connection to the file, as Kysely takes it.
 * @throws Fault `sqlite-setting`; SqliteError when the file cannot be opened
 */
export function connect(options: SqliteFile, role: 'writes' | 'reads'): Dialect {
  const reading: readonly Pragma[] = role === 'reads' ? [['query_only', 'ON', 1]] : [];
  const db = openSqlite(options.file, options, busyTimeoutMs, [...pragmas, ...reading]);
  const begin = role === 'writes' ? 'begin immediate' : 'begin';
  const prepared = new Prepared(db, begin);
  const dialect = new SqliteDialect({ database: prepared });
  // What writes outside of its transaction is a mistake, and Kysely's to find.
  const run: SynchronousRun = (text, values) =>
    role === 'reads' || db.inTransaction ? prepared.run(text, values) : null;
  return {
    createAdapter: () => {
      const adapter = dialect.createAdapter();
      return runsSynchronously(role === 'writes' ? adapter : shared(adapter), run);
    },
    createDriver: () => dialect.createDriver(),
    createIntrospector: kysely => dialect.createIntrospector(kysely),
    createQueryCompiler: () => new Compiler(),
  };
}

/**
 * Without transactions every query is over in the turn in which it is asked, so none has to wait for another. Kysely's own
 * queue for a single connection wakes all who wait each time one is done: with a thousand boxes, half a million times.
 */
const shared = (adapter: DialectAdapter): DialectAdapter =>
  Object.create(adapter, { supportsMultipleConnections: { value: true } }) as DialectAdapter;

/**
 * Where a bare `?` stands beside a column of a join, SQLite looks at its value when it plans, and plans anew with each value:
 * ten times what running the query takes. `+?` is the same value and hides it. So a partial index is found only by a condition
 * that is written out, `dirty = 1`.
 */
class Compiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?';
  }
}

/** Keeps statements, and takes the lock for writing at once: a transaction that only then finds another process fails late. */
class Prepared implements SqliteDatabase {
  readonly #db: Database.Database;
  readonly #begin: string;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database.Database, begin: string) {
    this.#db = db;
    this.#begin = begin;
  }

  prepare(sql: string): Statement {
    const text = sql === 'begin' ? this.#begin : sql;
    const known = this.#statements.get(text);
    // The one used longest ago stands first.
    this.#statements.delete(text);
    const statement = known ?? this.#db.prepare(text);
    this.#statements.set(text, statement);
    for (const oldest of this.#statements.keys()) {
      if (this.#statements.size <= statementsMax) break;
      this.#statements.delete(oldest);
    }
    return statement;
  }

  run(text: string, values: readonly unknown[]): readonly unknown[] {
    const statement = this.prepare(text);
    if (statement.reader) return statement.all(values);
    statement.run(values);
    return [];
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }
}
