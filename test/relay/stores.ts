/** Both engines behind the one port, for suites that must hold on each. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import Database from 'better-sqlite3';
import pg from 'pg';
import { memoryFolder } from '../../scripts/rig/memory-folder.ts';
import { noPostgres, type Postgres, startPostgres } from '../../scripts/rig/postgres-server.ts';
import { silent } from '../../src/base/log.ts';
import { openPostgresStore } from '../../src/relay/store/postgres.ts';
import { openSqliteStore } from '../../src/relay/store/sqlite.ts';
import type { RelayStore } from '../../src/relay/store/store.ts';
import { isLongRun } from '../seeds.ts';

export interface StoreSource {
  /** Another store on an empty database; closed with the suite. */
  fresh(): Promise<RelayStore>;
  /** A store on a database that another version has made: by these statements. */
  older(statements: string): Promise<RelayStore>;
  /** Opens what a store wrote once more, as a second copy or after a restart. */
  again(store: RelayStore): Promise<RelayStore>;
}

type Place = string;

type Suite = (source: StoreSource) => void;

/** Runs the suite on SQLite and, where it is installed, on PostgreSQL; a missing one is a visible skip. */
export function onBothStores(name: string, suite: Suite): void {
  onSqlite(name, suite);
  onPostgres(name, suite);
}

/**
 * As {@link onBothStores}, but on PostgreSQL in the long run only: for what asks the domain and writes no statement of its own. On a
 * server it takes several times as long.
 */
export function onSqliteOrBoth(name: string, suite: Suite): void {
  onSqlite(name, suite);
  if (isLongRun) onPostgres(name, suite);
}

function onSqlite(name: string, suite: Suite): void {
  describe(`${name}, on SQLite`, () => {
    const folder = mkdtempSync(join(memoryFolder(), 'smartbox-relay-'));
    let files = 0;
    const source = sourceOf(
      async like => {
        files += 1;
        const file = join(folder, `relay-${files}.db`);
        if (like !== undefined) copyFileSync(like, file);
        return file;
      },
      file => openSqliteStore({ file, log: silent }),
      async (file, statements) => {
        const db = new Database(file);
        db.exec(statements);
        db.close();
      },
    );
    suite(source);
    after(async () => {
      await source.closeAll();
      rmSync(folder, { recursive: true, force: true });
    });
  });
}

function onPostgres(name: string, suite: Suite): void {
  describe(`${name}, on PostgreSQL`, { skip: noPostgres }, () => {
    let server: Postgres | null = null;
    const source = sourceOf(
      like => (server as Postgres).database(like),
      url => openPostgresStore({ url, log: silent }),
      async (connectionString, statements) => {
        const client = new pg.Client({ connectionString });
        await client.connect();
        await client.query(statements);
        await client.end();
      },
    );
    before(async () => {
      server = await startPostgres();
    });
    suite(source);
    after(async () => {
      await source.closeAll();
      await server?.stop();
    });
  });
}

function sourceOf(
  place: (like?: Place) => Promise<Place>,
  open: (place: Place) => Promise<RelayStore>,
  fill: (place: Place, statements: string) => Promise<void>,
): StoreSource & { readonly closeAll: () => Promise<void> } {
  const places = new Map<RelayStore, Place>();
  const opened = async (at: Place): Promise<RelayStore> => {
    const store = await open(at);
    places.set(store, at);
    return store;
  };
  // The tables are made once, and copied since.
  let made: Promise<Place> | null = null;
  const newPlace = async (): Promise<Place> => {
    const at = await place();
    await (await open(at)).close();
    return at;
  };
  return {
    fresh: async () => {
      made ??= newPlace();
      return opened(await place(await made));
    },
    older: async statements => {
      const at = await place();
      await fill(at, statements);
      return opened(at);
    },
    again: store => opened(places.get(store) ?? ''),
    closeAll: async () => {
      for (const store of places.keys()) await store.close();
    },
  };
}

/**
 * Lets the store do some of what was asked of it. SQLite is done within a turn; a server of its own takes its time, and more of it on
 * a busy machine: when it has answered, a change that was being committed is over, and a question before has probably been answered.
 */
export async function storeTurn(store: RelayStore): Promise<void> {
  if (store.engine === 'sqlite') return await new Promise(resolve => setImmediate(resolve));
  await store.write(tx => tx.selectFrom('account').select('id').execute());
  await new Promise(resolve => setTimeout(resolve, 5));
}
