import { after, type Millis, type MonoMs, millis } from '../../../base/brand.ts';
import type { Time } from '../../ports.ts';

/** Told once: the guard has answered, or it has not in time and is no guard any more. */
export type Answered = (answered: boolean) => void;

interface Awaited {
  readonly id: number;
  readonly answered: Answered;
}

/** Longest text without an end of line that is kept of a guard. */
const textMax = 64;

/** The orders that a guard has still to answer, and the deadline of the first of them: a process that runs may all the same do nothing. */
export class GuardAnswers {
  readonly #time: Time;
  readonly #silent: () => void;
  #awaited: Awaited[] = [];
  #lastId = 0;
  #text = '';
  #cancel = (): void => {};
  #withinMs: Millis = millis(0);
  #answeredAt: MonoMs | null = null;

  /** `silent`: a deadline has passed without an answer. */
  constructor(time: Time, silent: () => void) {
    this.#time = time;
    this.#silent = silent;
  }

  get waiting(): boolean {
    return this.#awaited.length > 0;
  }

  /** When the guard last answered; null: it never has. */
  get answeredAt(): MonoMs | null {
    return this.#answeredAt;
  }

  /** The number of an order that is sent now. A guard that is slow, and still answers those before, is not silent. */
  expect(withinMs: Millis, answered: Answered): number {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#awaited.push({ id, answered });
    if (this.#awaited.length === 1) this.#arm(withinMs);
    return id;
  }

  #arm(withinMs: Millis): void {
    this.#cancel();
    this.#withinMs = withinMs;
    this.#cancel = this.#time.at(after(this.#time.mono(), withinMs), () => {
      const [first] = this.#awaited;
      // After a stall of our own timers come first: the answer may lie in the pipe, and is read before it is missed.
      setImmediate(() => {
        if (first !== undefined && first === this.#awaited[0]) this.#silent();
      });
    });
  }

  /** Takes in text that the guard wrote: one number a line. */
  heard(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = (lines.pop() ?? '').slice(-textMax);
    const upTo = Math.max(0, ...lines.map(Number).filter(Number.isSafeInteger));
    this.#answeredAt = this.#time.mono();
    this.#settle(({ id }) => id <= upTo, true);
    if (this.#awaited.length > 0) this.#arm(this.#withinMs);
  }

  /** That guard is gone: nothing is answered any more, and the next one begins anew. */
  forget(): void {
    this.#text = '';
    this.#answeredAt = null;
    this.#settle(() => true, false);
  }

  #settle(which: (each: Awaited) => boolean, answered: boolean): void {
    const settled = this.#awaited.filter(which);
    this.#awaited = this.#awaited.filter(each => !which(each));
    if (this.#awaited.length === 0) this.#cancel();
    for (const each of settled) each.answered(answered);
  }
}
