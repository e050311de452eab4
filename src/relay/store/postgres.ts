import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { type News, newsOf } from './commit-effects.ts';
import { CommitListeners } from './commit-listeners.ts';
import { type Committer, GroupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { NewsWords, tellNews } from './news-words.ts';
import { dirtyChannel, PostgresNews } from './postgres-news.ts';
import type { RelayStore } from './store.ts';
import type { Tables } from './tables.ts';

export interface PostgresOptions {
  /** `postgres://USER:PASSWORD@HOST/DATABASE`, or with `?host=/folder` for a socket. Never logged. */
  readonly url: string;
  readonly log: Log;
}

/** Reads at one time. */
const readersMax = 6;
const connectTimeoutMs = 10_000;
const idleTimeoutMs = 30_000;
/**
 * A job that waits longer for another copy's lock lets what is before it in its group commit, and is run again: so two
 * copies that each hold what the other wants never wait for the second that PostgreSQL takes to see it.
 */
const lockTimeoutMs = 100;

/** Settings that the session must have, whatever the server's configuration says. */
const sessionOptions = `-c synchronous_commit=on -c timezone=UTC`;

const int8 = 20;
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
};

/**
 * The store on PostgreSQL 13 or newer, for any number of copies of the relay.
 * @throws Fault `storage-unreachable`, `data-newer`, `postgres-setting`
 */
export async function openPostgresStore(options: PostgresOptions): Promise<RelayStore> {
  const { url, log } = options;
  const writer = database(options, 1, `${sessionOptions} -c lock_timeout=${lockTimeoutMs}`);
  const reader = database(options, readersMax, sessionOptions);
  const news = new CommitListeners<readonly string[]>(log);
  const pages = new CommitListeners<readonly News[]>(log);
  const heard = {
    heard: (boxes: readonly string[]) => news.tell(boxes),
    heardNews: (words: readonly News[]) => pages.tell(words),
  };
  const listener = new PostgresNews({ url, log, ...heard });
  try {
    await checked(reader);
    await migrated(options);
    await listener.start();
  } catch (error) {
    await Promise.all([writer.destroy(), reader.destroy(), listener.close()]);
    throw postgresFault(error);
  }
  const work = new CommitListeners<number>(log);
  return storeOf({ writer, reader, news, work, pages, listener, log });
}

function database({ url, log }: PostgresOptions, max: number, sessions: string): Kysely<Tables> {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    options: sessions,
    types,
    application_name: 'smartbox-relay',
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
  });
  pool.on('error', error => log.warn({ reason: reasonOf(error) }, 'an idle connection to PostgreSQL broke'));
  // The pool listens to idle ones only. One that breaks between two statements of a job fails the next of them, and would else end the relay.
  pool.on('connect', client =>
    client.on('error', error => log.debug({ reason: reasonOf(error) }, 'a connection to PostgreSQL broke')),
  );
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Migrations wait for each other, so that they have a connection without the short wait for locks. */
async function migrated(options: PostgresOptions): Promise<void> {
  const once = database(options, 1, sessionOptions);
  try {
    await migrate(once, 'postgres');
  } finally {
    await once.destroy();
  }
}

async function checked(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ commit: string; fsync: string; encoding: string }>`
    select current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync,
      current_setting('server_encoding') as encoding`.execute(db);
  const [found] = rows;
  if (found?.commit === 'on' && found.fsync === 'on' && found.encoding === 'UTF8') return;
  throw new Fault(
    'postgres-setting',
    `PostgreSQL has synchronous_commit ${found?.commit}, fsync ${found?.fsync}, encoding ${found?.encoding}`,
    'Set fsync = on, and make the database with ENCODING UTF8: what the relay acknowledges must last.',
  );
}

interface StoreDeps {
  readonly writer: Kysely<Tables>;
  readonly reader: Kysely<Tables>;
  readonly news: CommitListeners<readonly string[]>;
  readonly work: CommitListeners<number>;
  readonly pages: CommitListeners<readonly News[]>;
  readonly log: Log;
  readonly listener: PostgresNews;
}

const savepoint = CompiledQuery.raw('savepoint job');
/** One round trip: without parameters both go as one simple query. */
const next = CompiledQuery.raw('release savepoint job; savepoint job');
const rollback = CompiledQuery.raw('rollback to savepoint job');

function storeOf({ writer, reader, news, work, pages, listener, log }: StoreDeps): RelayStore {
  const committer: Committer = {
    begin: () => writer.startTransaction().execute(),
    mark: async (tx, first) => {
      await tx.executeQuery(first ? savepoint : next);
    },
    undo: async tx => {
      await tx.executeQuery(rollback);
    },
    announce: async (tx, boxes) => {
      await sql`select pg_notify(${dirtyChannel}, ${listener.name} || ' ' || box) from unnest(${boxes}::text[]) box`.execute(
        tx,
      );
    },
    // Old rows stay in pages and in the WAL until PostgreSQL's own VACUUM and checkpoints have overwritten them.
    forget: async () => {},
    mayRunAgain: (error, runs) => runs < (runsMax[codeOf(error)] ?? 0),
    faultOf: postgresFault,
  };
  const words = new NewsWords(said => tellNews(reader, listener.name, said), log);
  const commits = new GroupCommit(committer, ({ boxes, workDue, news: said }) => {
    if (boxes.length > 0) news.tell(boxes);
    if (workDue < Number.POSITIVE_INFINITY) work.tell(workDue);
    if (said.length > 0) {
      pages.tell(said.map(newsOf));
      words.add(said);
    }
  });
  return {
    engine: 'postgres',
    db: reader,
    write: work => commits.write(work),
    onDirty: each => news.listen(each),
    onWork: each => work.listen(each),
    onNews: each => pages.listen(each),
    get waiting() {
      return commits.waiting;
    },
    close: async () => {
      await commits.close();
      await words.close();
      await listener.close();
      await Promise.all([writer.destroy(), reader.destroy()]);
    },
  };
}

/**
 * How often a job runs at most, by what PostgreSQL says: serialization_failure, deadlock_detected, lock_not_available; and
 * foreign_key_violation, unique_violation, where another copy was there first and the job will see it the next time.
 */
const runsMax: Readonly<Record<string, number>> = {
  '40001': 50,
  '40P01': 50,
  '55P03': 50,
  '23503': 3,
  '23505': 3,
};

const full: ReadonlySet<string> = new Set(['53100', '53200']);
/** Connections refused or broken: classes 08 and 57, and what the system says. */
const lost = /^(?:08|57P|E(?:CONN|PIPE|TIMEDOUT|HOST|NET|NOENT|AI_|ACCES))/;

function postgresFault(error: unknown): unknown {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  if (full.has(code))
    return new Fault('storage-full', 'PostgreSQL has no space left', 'Free space on its disk.', error);
  if (code === '25006')
    return new Fault(
      'storage-readonly',
      'PostgreSQL takes no writes',
      'This is a standby: name the primary.',
      error,
    );
  if (code.startsWith('28') || code === '3D000')
    return new Fault(
      'storage-unreachable',
      `PostgreSQL refuses: ${reasonOf(error)}`,
      'Check store.url: user, password, database.',
      error,
    );
  if (lost.test(code) || /terminated|timeout exceeded|not queryable|Connection ended/.test(reasonOf(error)))
    return new Fault(
      'storage-lost',
      `PostgreSQL cannot be reached: ${reasonOf(error)}`,
      'Check that it runs; the relay goes on by itself when it is back.',
      error,
    );
  return /^(?:40|55)/.test(code)
    ? new Fault('storage-busy', 'another copy of the relay holds the same rows', 'Ask again.', error)
    : error;
}
