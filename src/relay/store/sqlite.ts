import { closeSync, fchmodSync, openSync } from 'node:fs';
import { Kysely } from 'kysely';
import { assert } from '../../base/assert.ts';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { type News, newsOf } from './commit-effects.ts';
import { CommitListeners } from './commit-listeners.ts';
import { type Committer, GroupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { runSql } from './run-sql.ts';
import { connect, type SqliteFile } from './sqlite-connection.ts';
import { SqliteWal } from './sqlite-wal.ts';
import type { RelayStore } from './store.ts';
import type { Tables } from './tables.ts';

interface SqliteOptions extends SqliteFile {
  readonly log: Log;
}

/**
 * The store in one file: one connection writes, another reads. The caller sees to it that no second relay has the file.
 * @throws Fault `data-newer`, `sqlite-setting`, `storage-…`
 */
export async function openSqliteStore(options: SqliteOptions): Promise<RelayStore> {
  // SQLite's name for a database in memory: each of the two connections would have one of its own.
  assert(options.file !== ':memory:', 'the store wants a file that two connections share');
  try {
    ownFile(options.file);
    const writer = new Kysely<Tables>({ dialect: connect(options, 'writes') });
    const reader = new Kysely<Tables>({ dialect: connect(options, 'reads') });
    await migrate(writer, 'sqlite');
    const wal = new SqliteWal(writer, options.log);
    // A run before may have been told to erase something and not have come to it.
    await wal.empty();
    return storeOf({ writer, reader, wal, log: options.log });
  } catch (error) {
    throw sqliteFault(error);
  }
}

/** Nobody else may read it; SQLite gives its side files the same mode. */
function ownFile(file: string): void {
  const fd = openSync(file, 'a', 0o600);
  fchmodSync(fd, 0o600);
  closeSync(fd);
}

interface StoreDeps {
  readonly writer: Kysely<Tables>;
  readonly reader: Kysely<Tables>;
  readonly wal: SqliteWal;
  readonly log: Log;
}

function storeOf({ writer, reader, wal, log }: StoreDeps): RelayStore {
  const dirty = new CommitListeners<readonly string[]>(log);
  const work = new CommitListeners<number>(log);
  const pages = new CommitListeners<readonly News[]>(log);
  const committer: Committer = {
    begin: () => writer.startTransaction().execute(),
    mark: async (tx, first) => {
      if (!first) await runSql(tx, 'release job');
      await runSql(tx, 'savepoint job');
    },
    undo: async tx => {
      await runSql(tx, 'rollback to job');
    },
    announce: async () => {},
    forget: () => wal.empty(),
    mayRunAgain: () => false,
    faultOf: sqliteFault,
  };
  const commits = new GroupCommit(committer, ({ boxes, workDue, news }) => {
    if (boxes.length > 0) dirty.tell(boxes);
    if (workDue < Number.POSITIVE_INFINITY) work.tell(workDue);
    if (news.length > 0) pages.tell(news.map(newsOf));
  });
  return {
    engine: 'sqlite',
    db: reader,
    write: work => commits.write(work),
    onDirty: listener => dirty.listen(listener),
    onWork: listener => work.listen(listener),
    onNews: listener => pages.listen(listener),
    get waiting() {
      return commits.waiting;
    },
    close: async () => {
      await commits.close();
      wal.close();
      await reader.destroy();
      await writer.destroy();
    },
  };
}

/** An error of SQLite or of the system as a Fault; anything else comes back as it is. */
function sqliteFault(error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof Fault) return error;
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT')
    return new Fault('storage-full', 'the disk is full', 'Free space on the disk of the data folder.', error);
  if (code.startsWith('SQLITE_READONLY') || code === 'EROFS')
    return new Fault(
      'storage-readonly',
      'the disk takes no writes',
      'Look at the disk and at the rights.',
      error,
    );
  if (code.startsWith('SQLITE_BUSY'))
    return new Fault('storage-busy', 'another process holds the database', 'Ask again in a minute.', error);
  if (code.startsWith('SQLITE_') && !/^SQLITE_(CONSTRAINT|MISUSE|RANGE|MISMATCH|ERROR)/.test(code))
    return new Fault(
      'storage-io',
      `the disk failed: ${reasonOf(error)} (${code})`,
      'Check the disk; a backup can be restored on another one.',
      error,
    );
  return error;
}
