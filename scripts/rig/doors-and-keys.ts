import type { SimLines } from './sim-lines.ts';
import { pause } from './until.ts';

/** Longer than the daemon debounces its sensors, with what it needs besides. */
const settleMs = 62;

/** Doors and keys of a box as its drivers move them: each takes the key of a slot, or brings back the one that is out. */
export class DoorsAndKeys {
  readonly #lines: SimLines;
  readonly #out = new Set<number>();

  constructor(lines: SimLines) {
    this.#lines = lines;
  }

  /** Does what a driver does once the lock was powered. @param reachMs between the door and the key */
  async pass(slot: number, reachMs: number = settleMs): Promise<void> {
    const isOut = this.#out.has(slot);
    this.#lines.door(slot, 'open');
    await pause(reachMs);
    this.#lines.key(slot, isOut ? 'in' : 'out');
    await pause(settleMs);
    this.#lines.door(slot, 'shut');
    await pause(settleMs);
    if (isOut) this.#out.delete(slot);
    else this.#out.add(slot);
  }
}
