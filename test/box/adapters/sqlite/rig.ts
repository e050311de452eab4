import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type BookingId,
  bookingId,
  type Fingerprint,
  keyName,
  mono,
  type WallMs,
  wall,
} from '../../../../src/base/brand.ts';
import { type Log, silent } from '../../../../src/base/log.ts';
import { type BoxStore, openStore, type StoreOptions } from '../../../../src/box/adapters/sqlite/store.ts';
import { openVault } from '../../../../src/box/adapters/vault/vault.ts';
import type { Use } from '../../../../src/box/core/model.ts';
import type { BookingRow, Commit, Vault } from '../../../../src/box/ports.ts';
import type { Entry } from '../../../../src/wire/journal.ts';

export const noon = Date.UTC(2026, 2, 1, 12);
const hour = 3_600_000;

/** An instant `hours` after noon. */
export const at = (hours: number): WallMs => wall(noon + hours * hour);

export const commitOf = (more: Partial<Commit> = {}, when: WallMs = at(0)): Commit => ({
  entries: [],
  stamp: { at: when, mono: mono(1_000), clock: 'synced' },
  uses: [],
  parts: [],
  tags: [],
  floor: when,
  ...more,
});

export const entry = (more: Partial<Entry> = {}): Entry => ({
  type: 'granted',
  for: 'take',
  by: 'code',
  ...more,
});

export const useOf = (id: BookingId, more: Partial<Use> = {}): Use => ({
  booking: id,
  life: 'granted',
  key: keyName('slot-1'),
  pulses: 1,
  openings: 0,
  codeUsed: false,
  reuse: false,
  who: null,
  end: at(2),
  dueSoonSaid: false,
  overdueSaid: false,
  ...more,
});

/** An import of one key and one code that is good for three hours around noon. */
export const rowOf = (id: string, code: Fingerprint): BookingRow => ({
  id: bookingId(id),
  key: keyName('slot-1'),
  start: at(-1),
  end: at(2),
  code,
  phone: null,
  badge: null,
  pin: null,
  reuse: false,
  driver: null,
  origin: 'import',
});

/** A box's data in a folder of its own that goes with the test. */
export class Rig {
  readonly folder: string;
  readonly vault: Vault;
  #stores: BoxStore[] = [];

  private constructor(folder: string, vault: Vault) {
    this.folder = folder;
    this.vault = vault;
  }

  static async make(t: Pick<TestContext, 'after'>, under: string = tmpdir()): Promise<Rig> {
    const folder = mkdtempSync(join(under, 'smartbox-store-'));
    const rig = new Rig(folder, await openVault({ folder, box: 'box-1' }));
    t.after(() => {
      rig.close();
      rmSync(folder, { recursive: true, force: true });
    });
    return rig;
  }

  open(more: Partial<StoreOptions> = {}): BoxStore {
    const store = openStore({
      folder: this.folder,
      box: 'box-1',
      vault: this.vault,
      log: silent satisfies Log,
      machine: 'machine-1',
      ...more,
    });
    this.#stores.push(store);
    return store;
  }

  close(): void {
    for (const store of this.#stores) store.close();
    this.#stores = [];
  }

  code(digits: string): Fingerprint {
    return this.vault.fingerprint('code', digits);
  }

  booking(id: string, more: Partial<BookingRow> = {}): BookingRow {
    return { ...rowOf(id, this.code(id)), ...more };
  }

  put(store: BoxStore, ...rows: readonly BookingRow[]): readonly string[] {
    const outcomes: string[] = [];
    store.commit(commitOf(), () => {
      for (const row of rows) outcomes.push(store.bookings.put(row));
    });
    return outcomes;
  }
}
