import { fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { Rig } from '../rig/box-rig.ts';
import { DoorsAndKeys } from '../rig/doors-and-keys.ts';
import type { DirectPty } from './ptys.ts';
import type { Live } from './seed.ts';

const one = 0x31;
const seen = Buffer.alloc(1);
const hash = Buffer.from('#');

/** Whether a line's file says active just now. */
export const isActive = (descriptor: number): boolean => {
  seen[0] = 0;
  return readSync(descriptor, seen, 0, 1, 0) === 1 && seen[0] === one;
};

/**
 * Writes the last key and spins until the line is active. Nothing else runs in this process meanwhile.
 * @returns milliseconds, NaN when the line did not move within a second
 */
export function lastKeyToLine(master: number, line: number): number {
  const from = performance.now();
  writeSync(master, hash, 0, 1);
  for (;;) {
    if (isActive(line)) return performance.now() - from;
    if (performance.now() - from > 1_000) return Number.NaN;
  }
}

/** Anything whose way from the last key to its line is measured. */
export interface Measured {
  /** All keys but the last. */
  prepare(): void;
  press(): number;
  /** Moves door and key as a driver does, if the line moved, whether or not anybody saw it. */
  finish(): Promise<void>;
}

/** Between the door and the key: the simulated sensors may change at once. */
const reachMs = 4;

/** A running box where drivers take and return keys in turn, slot after slot. */
export class Station implements Measured {
  readonly rig: Rig;
  readonly #master: number;
  readonly #live: readonly Live[];
  readonly #locks = new Map<number, number>();
  readonly #doors: DoorsAndKeys;
  readonly #slots: number;
  #turn = 0;
  #now: Live = { code: '', slot: 1 };
  #moved = false;

  constructor(rig: Rig, live: readonly Live[]) {
    this.rig = rig;
    this.#doors = new DoorsAndKeys(rig.lines);
    this.#master = (rig.keypad as DirectPty).master;
    this.#live = live;
    this.#slots = new Set(live.map(({ slot }) => slot)).size;
  }

  lock(slot: number): number {
    const known = this.#locks.get(slot) ?? openSync(this.rig.lines.path('lock', slot), 'r');
    this.#locks.set(slot, known);
    return known;
  }

  /** The code of the next story. */
  nextLive(): Live {
    // All slots are emptied one after another, then filled again by the same codes, then the next codes come.
    const pass = Math.floor(this.#turn / this.#slots);
    const at = Math.floor(pass / 2) * this.#slots + (this.#turn % this.#slots);
    const next = this.#live[at % this.#live.length];
    if (next === undefined) throw new Error('no booking is open now');
    this.#turn += 1;
    return next;
  }

  prepare(): void {
    this.#now = this.nextLive();
    writeSync(this.#master, this.#now.code);
  }

  press(): number {
    const line = this.lock(this.#now.slot);
    const before = fstatSync(line).mtimeMs;
    const tookMs = lastKeyToLine(this.#master, line);
    this.#moved = fstatSync(line).mtimeMs !== before;
    return tookMs;
  }

  async finish(): Promise<void> {
    if (this.#moved) await this.#doors.pass(this.#now.slot, reachMs);
  }
}
