/** A box daemon in a process of its own, enrolled at the relay of the fleet, with a booking for each of its keys. */
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { millis, mono, wall } from '../../src/base/brand.ts';
import { silent } from '../../src/base/log.ts';
import { openStore } from '../../src/box/adapters/sqlite/store.ts';
import { openVault } from '../../src/box/adapters/vault/vault.ts';
import type { Entry } from '../../src/wire/journal.ts';
import { directPty } from '../bench/ptys.ts';
import { isActive } from '../bench/station.ts';
import type { Rig } from '../rig/box-rig.ts';
import { DrivenBox } from '../rig/driven-box.ts';
import type { Api } from './api.ts';
import type { Fleet } from './fleet.ts';
import { nap } from './waiting.ts';

const slots = 34;
const pulseMs = 50;
/** The next lock waits for the one before. */
const betweenMs = 80;
const weekMs = 7 * 24 * 3_600_000;
const commitEach = 100;

export class RealBox {
  readonly #box: DrivenBox;
  readonly #locks = new Map<number, number>();

  private constructor(box: DrivenBox) {
    this.#box = box;
  }

  /** Ready for drivers. `lines`: a folder in memory. */
  static async make(fleet: Fleet, api: Api, lines: string): Promise<RealBox> {
    const ask = api.ask.bind(api);
    const wanted = { slots, pulseMs, under: fleet.rig.dir, lines: join(lines, 'real'), pty: directPty };
    const box = await DrivenBox.make(ask, fleet.rig.url, { ...wanted, name: 'Real' });
    await box.ready(ask);
    return new RealBox(box);
  }

  get rig(): Rig {
    return this.#box.rig;
  }

  get id(): string {
    return this.#box.id;
  }

  get bookings(): readonly string[] {
    return this.#box.bookings;
  }

  /** A driver types the last key; milliseconds until the lock is powered, NaN when it was not within two seconds. */
  async press(): Promise<number> {
    const { slot, code } = this.#box.next();
    this.rig.type(code);
    await pause(betweenMs);
    const line = this.#lock(slot);
    const from = performance.now();
    this.rig.type('#');
    while (!isActive(line)) {
      if (performance.now() - from > 2_000) return Number.NaN;
      nap();
    }
    const tookMs = performance.now() - from;
    void this.#box.pass(slot);
    return tookMs;
  }

  #lock(slot: number): number {
    const known = this.#locks.get(slot) ?? openSync(this.rig.lines.path('lock', slot), 'r');
    this.#locks.set(slot, known);
    return known;
  }

  /** Writes the events of a week in which a box could not send; the daemon must not run. Gives the number of the last event. */
  async growJournal(count: number): Promise<number> {
    const folder = this.rig.data;
    const store = openStore({
      folder,
      box: 'rig',
      vault: await openVault({ folder, box: 'rig' }),
      log: silent,
    });
    const now = Date.now();
    try {
      for (let at = 0; at < count; at += commitEach) {
        const stamp = {
          at: wall(now - weekMs + at * 60_000),
          mono: mono(at * 1_000),
          clock: 'synced' as const,
        };
        const entries = Array.from({ length: commitEach }, (_, n) => entry(at + n));
        store.commit({ entries, stamp, uses: [], parts: [], tags: [], floor: wall(now) });
      }
      return store.journal.last().seq;
    } finally {
      store.close();
    }
  }
}

const types: readonly Entry['type'][] = ['door-held', 'door-shut', 'reader-lost', 'reader-back'];

const entry = (n: number): Entry => ({
  type: types[n % types.length] ?? 'door-held',
  slot: ((n % slots) + 1) as never,
  ms: millis(n),
});
