import { after, type MonoMs, millis } from '../../base/brand.ts';
import { Fault } from '../../base/fault.ts';
import type { Time } from '../ports.ts';

/** So many things may wait for a client that reads slowly; one that is further behind is let go. */
const feedMax = 1_000;

/** Things that happen, for somebody who takes them one at a time. */
export class Feed<T> {
  readonly #time: Time;
  readonly #gone: AbortSignal;
  #queue: T[] = [];
  #overflowed = false;
  #wake: () => void = () => {};

  constructor(time: Time, gone: AbortSignal) {
    this.#time = time;
    this.#gone = gone;
    gone.addEventListener('abort', () => this.#wake(), { once: true });
  }

  readonly push = (value: T): void => {
    if (this.#queue.length >= feedMax) this.#overflowed = true;
    else this.#queue.push(value);
    this.#wake();
  };

  /**
   * The next thing, or null at `until` or when the client has gone.
   * @throws Fault `too-slow`
   */
  async next(until: MonoMs): Promise<T | null> {
    while (this.#queue.length === 0) {
      if (this.#overflowed) {
        throw new Fault(
          'too-slow',
          `more than ${feedMax} lines wait to be read`,
          'Read faster, or ask again.',
        );
      }
      if (this.#gone.aborted || this.#time.mono() >= until) return null;
      await this.#happens(until);
    }
    return this.#queue.shift() ?? null;
  }

  #happens(until: MonoMs): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#time.at(until, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** Instants further away than any client waits. */
export const dayFrom = (time: Time): MonoMs => after(time.mono(), millis(86_400_000));
