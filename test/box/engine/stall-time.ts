import type { Prng } from '../../../scripts/rig/prng.ts';
import { type MonoMs, mono, type WallMs, wall } from '../../../src/base/brand.ts';
import type { Time } from '../../../src/box/ports.ts';

interface Wake {
  readonly at: number;
  readonly wake: () => void;
}

/** Time in which a process may stand still: what falls due meanwhile is done afterwards, in any order. */
export class StallTime implements Time {
  readonly #random: Prng;
  readonly #startWall: number;
  #now = 1_000;
  #wakes: Wake[] = [];
  /** What happens outside the process, at its instants, whether that stands still or not. */
  #outside: Wake[] = [];

  constructor(random: Prng, startWall: number) {
    this.#random = random;
    this.#startWall = startWall;
  }

  mono(): MonoMs {
    return mono(this.#now);
  }

  wall(): WallMs {
    return wall(this.#startWall + this.#now);
  }

  at(at: MonoMs, wake: () => void): () => void {
    const entry = { at, wake };
    this.#wakes.push(entry);
    return () => {
      this.#wakes = this.#wakes.filter(one => one !== entry);
    };
  }

  /** In so many milliseconds somebody does something. */
  outside(inMs: number, wake: () => void): void {
    this.#outside.push({ at: this.#now + inMs, wake });
  }

  /** The process stands still. */
  skip(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#first(this.#outside);
      if (next === undefined || next.at > until) break;
      this.#now = Math.max(this.#now, next.at);
      this.#outside = this.#outside.filter(one => one !== next);
      next.wake();
    }
    this.#now = Math.max(this.#now, until);
  }

  pass(ms: number): void {
    const until = this.#now + ms;
    for (let left = 100_000; left > 0; left -= 1) {
      const due = this.#wakes.filter(one => one.at <= this.#now);
      if (due.length > 0) {
        const one = this.#random.pick(due);
        this.#wakes = this.#wakes.filter(each => each !== one);
        one.wake();
        continue;
      }
      const next = this.#first([...this.#wakes, ...this.#outside]);
      if (next === undefined || next.at > until) break;
      this.skip(next.at - this.#now);
    }
    if (this.#now < until) this.#now = until;
  }

  #first(of: readonly Wake[]): Wake | undefined {
    return [...of].sort((a, b) => a.at - b.at)[0];
  }
}
