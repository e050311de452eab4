/** Both engines behind the one port, for suites that must hold on each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { silent } from '../../src/base/log.ts';
import { openPostgresStore } from '../../src/relay/store/postgres.ts';
import { openSqliteStore } from '../../src/relay/store/sqlite.ts';
import type { RelayStore } from '../../src/relay/store/store.ts';
import { noPostgres, type Postgres, startPostgres } from './postgres.ts';

export interface StoreSource {
  /** Another store on an empty database; closed with the suite. */
  fresh(): Promise<RelayStore>;
  /** Opens what a store wrote once more, as a second copy or after a restart. */
  again(store: RelayStore): Promise<RelayStore>;
}

type Place = string;

/** Runs the suite on SQLite and, where it is installed, on PostgreSQL; a missing one is a visible skip. */
export function onBothStores(name: string, suite: (source: StoreSource) => void): void {
  describe(`${name}, on SQLite`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'smartbox-relay-'));
    let files = 0;
    const source = sourceOf(
      async () => {
        files += 1;
        return join(folder, `relay-${files}.db`);
      },
      file => openSqliteStore({ file, log: silent }),
    );
    suite(source);
    after(async () => {
      await source.closeAll();
      rmSync(folder, { recursive: true, force: true });
    });
  });
  describe(`${name}, on PostgreSQL`, { skip: noPostgres }, () => {
    let server: Postgres | null = null;
    const source = sourceOf(
      () => (server as Postgres).database(),
      url => openPostgresStore({ url, log: silent }),
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
  place: () => Promise<Place>,
  open: (place: Place) => Promise<RelayStore>,
): StoreSource & { readonly closeAll: () => Promise<void> } {
  const places = new Map<RelayStore, Place>();
  const opened = async (at: Place): Promise<RelayStore> => {
    const store = await open(at);
    places.set(store, at);
    return store;
  };
  return {
    fresh: async () => opened(await place()),
    again: store => opened(places.get(store) ?? ''),
    closeAll: async () => {
      for (const store of places.keys()) await store.close();
    },
  };
}
