import Database from 'better-sqlite3';
import {
  type Dialect,
  type DialectAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteQueryCompiler,
} from 'kysely';
import { Fault } from '../../base/fault.ts';
import { runsStraight, type StraightRun } from './run-text.ts';

type Statement = Database.Statement<unknown[], unknown>;

/** Prepared statements that are kept: preparing costs twice what running does (facts/relay.md E). */
const statementsMax = 400;
/** How long the lock of another process (`smartbox-relay backup`, `token create`) is waited for. */
const busyTimeoutMs = 5_000;

/** Name, what is asked for, what must be read back. Order matters: `synchronous` after `journal_mode`. */
const pragmas: readonly (readonly [string, string, string | number])[] = [
  ['busy_timeout', String(busyTimeoutMs), busyTimeoutMs],
  ['journal_mode', 'WAL', 'wal'],
  // FULL, or a power cut takes back what was acknowledged: better-sqlite3 starts WAL at NORMAL.
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['secure_delete', 'ON', 1],
  ['journal_size_limit', '67108864', 67_108_864],
  ['cache_size', '-16384', -16_384],
  ['temp_store', 'MEMORY', 2],
];

export interface SqliteFile {
  readonly file: string;
  /** Where the compiled SQLite is, if not where the package expects it. */
  readonly nativeBinding?: string | undefined;
}

/**
 * One connection to the file, as Kysely takes it.
 * @throws Fault `sqlite-setting`; SqliteError when the file cannot be opened
 */
export function connect(options: SqliteFile, role: 'writes' | 'reads'): Dialect {
  const { file, nativeBinding } = options;
  const db = new Database(file, nativeBinding === undefined ? {} : { nativeBinding });
  try {
    for (const pragma of pragmas) setting(db, pragma);
    if (role === 'reads') setting(db, ['query_only', 'ON', 1]);
  } catch (error) {
    db.close();
    throw error;
  }
  const begin = role === 'writes' ? 'begin immediate' : 'begin';
  const prepared = new Prepared(db, begin);
  const dialect = new SqliteDialect({ database: prepared });
  // What writes outside of its transaction is a mistake, and Kysely's to find.
  const run: StraightRun = (text, values) =>
    role === 'reads' || db.inTransaction ? prepared.run(text, values) : null;
  return {
    createAdapter: () => {
      const adapter = dialect.createAdapter();
      return runsStraight(role === 'writes' ? adapter : shared(adapter), run);
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

function setting(db: Database.Database, [name, value, expected]: (typeof pragmas)[number]): void {
  db.pragma(`${name} = ${value}`);
  const found = db.pragma(name, { simple: true });
  if (found === expected) return;
  throw new Fault(
    'sqlite-setting',
    `SQLite keeps ${name} at ${String(found)} where ${String(expected)} is needed`,
    'The data folder must be on a local disk that supports shared memory maps, not on a network share.',
  );
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
