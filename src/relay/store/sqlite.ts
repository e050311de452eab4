import { closeSync, fchmodSync, openSync } from 'node:fs';
import { Kysely } from 'kysely';
import { assert } from '../../base/assert.ts';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { DirtyNews } from './dirty-news.ts';
import { type Committer, GroupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { runText } from './run-text.ts';
import { connect, type SqliteFile } from './sqlite-connection.ts';
import type { RelayStore } from './store.ts';
import type { Tables } from './tables.ts';

export interface SqliteOptions extends SqliteFile {
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
    return storeOf(writer, reader, options.log);
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

function storeOf(writer: Kysely<Tables>, reader: Kysely<Tables>, log: Log): RelayStore {
  const news = new DirtyNews(log);
  const committer: Committer = {
    begin: () => writer.startTransaction().execute(),
    mark: async (tx, first) => {
      if (!first) await runText(tx, 'release job');
      await runText(tx, 'savepoint job');
    },
    undo: async tx => {
      await runText(tx, 'rollback to job');
    },
    announce: async () => {},
    mayRunAgain: () => false,
    faultOf: sqliteFault,
  };
  const commits = new GroupCommit(committer, boxes => news.tell(boxes));
  return {
    engine: 'sqlite',
    db: reader,
    write: work => commits.write(work),
    onDirty: listener => news.listen(listener),
    get waiting() {
      return commits.waiting;
    },
    close: async () => {
      await commits.close();
      await reader.destroy();
      await writer.destroy();
    },
  };
}

/** What SQLite or the system said, as the Fault that people know; anything else comes back as it is. */
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
