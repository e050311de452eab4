import { type MonoMs, mono, type WallMs, wall } from '../../../../src/base/brand.ts';
import type { Time } from '../../../../src/box/ports.ts';

interface Wake {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes when the test says so; wakes come in the order of their instants. */
export class FakeTime implements Time {
  #now = 0;
  #wakes: Wake[] = [];

  mono(): MonoMs {
    return mono(this.#now);
  }

  wall(): WallMs {
    return wall(1_800_000_000_000 + this.#now);
  }

  at(at: MonoMs, wake: () => void): () => void {
    const entry = { at, wake };
    this.#wakes.push(entry);
    return () => {
      this.#wakes = this.#wakes.filter(one => one !== entry);
    };
  }

  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#wakes.filter(one => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#wakes = this.#wakes.filter(one => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = until;
  }

  /** The process stands still: time passes and nothing wakes, until the returned function lets it. */
  skip(ms: number): () => void {
    this.#now += ms;
    return () => this.pass(0);
  }

  get waiting(): number {
    return this.#wakes.length;
  }
}

/** The clock of the machine, for tests of what really happens on it. */
export const realTime: Time = {
  mono: () => mono(performance.now()),
  wall: () => wall(Date.now()),
  at: (at, wake) => {
    const timer = setTimeout(wake, Math.max(0, Math.ceil(at - performance.now())));
    return () => clearTimeout(timer);
  },
};
