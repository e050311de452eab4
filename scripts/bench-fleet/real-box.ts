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
import { Rig } from '../../test/blackbox/rig.ts';
import { directPty } from '../bench/ptys.ts';
import { isActive } from '../bench/station.ts';
import type { Api } from './api.ts';
import type { Fleet } from './fleet.ts';
import { nap } from './waiting.ts';

const slots = 34;
const pulseMs = 50;
/** The next lock waits for the one before. */
const betweenMs = 80;
const settleMs = 62;
const weekMs = 7 * 24 * 3_600_000;
const commitEach = 100;

export class RealBox {
  readonly rig: Rig;
  readonly id: string;
  /** One booking for each slot, that takes and returns again and again. */
  readonly bookings: readonly string[];
  #codes: readonly string[] = [];
  readonly #locks = new Map<number, number>();
  readonly #out = new Set<number>();
  #turn = 0;

  private constructor(rig: Rig, id: string, bookings: readonly string[]) {
    this.rig = rig;
    this.id = id;
    this.bookings = bookings;
  }

  static async make(fleet: Fleet, api: Api, lines: string): Promise<RealBox> {
    const rig = await Rig.make({ slots, pulseMs, under: fleet.rig.dir, lines, pty: directPty });
    await rig.start();
    const { id, claim } = (await api.ask('POST', '/boxes', { name: 'Real' })) as {
      id: string;
      claim: string;
    };
    await rig.must(['enroll', '--relay', fleet.rig.url, '--claim', '-'], claim);
    const bookings: string[] = [];
    for (let slot = 1; slot <= slots; slot += 1) bookings.push(await booked(api, id, slot));
    return new RealBox(rig, id, bookings);
  }

  /** Once the box has its bookings. */
  async readCodes(api: Api): Promise<void> {
    const codes: string[] = [];
    for (const id of this.bookings) {
      const { code } = (await api.ask('GET', `/bookings/${id}/code`)) as { code: string };
      codes.push(code);
    }
    this.#codes = codes;
  }

  /** A driver types the last key; milliseconds until the lock is powered, NaN when it was not within two seconds. */
  async press(): Promise<number> {
    const slot = (this.#turn % slots) + 1;
    const code = this.#codes[this.#turn % slots] ?? '';
    this.#turn += 1;
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
    void this.#through(slot);
    return tookMs;
  }

  #lock(slot: number): number {
    const known = this.#locks.get(slot) ?? openSync(this.rig.lines.path('lock', slot), 'r');
    this.#locks.set(slot, known);
    return known;
  }

  async #through(slot: number): Promise<void> {
    const { lines } = this.rig;
    const back = this.#out.has(slot);
    lines.door(slot, 'open');
    await pause(settleMs);
    lines.key(slot, back ? 'in' : 'out');
    await pause(settleMs);
    lines.door(slot, 'shut');
    if (back) this.#out.delete(slot);
    else this.#out.add(slot);
  }

  /** What a box wrote in a week that it could not send; the daemon must not run. Gives the number of the last event. */
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

async function booked(api: Api, box: string, slot: number): Promise<string> {
  const key = (await api.ask('POST', '/keys', { name: `Real ${slot}`, box, slot })) as { id: string };
  const hour = 3_600_000;
  const window = {
    start: new Date(Date.now() - hour).toISOString(),
    end: new Date(Date.now() + 48 * hour).toISOString(),
  };
  const made = (await api.ask('POST', '/bookings', { key: key.id, ...window, reuse: true })) as {
    id: string;
  };
  return made.id;
}

/** Where its lines live, in memory. */
export const linesIn = (folder: string): string => join(folder, 'real');
