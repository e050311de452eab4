import { assert } from '../../../base/assert.ts';
import { after, type Millis, millis, type SlotId } from '../../../base/brand.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { Level, OutputLine, Report, Time } from '../../ports.ts';
import { type Guard, guardLimits } from './guard.ts';

export interface Lock {
  readonly slot: SlotId;
  readonly line: OutputLine;
  readonly active: Level;
  /** Its place among the guard's safe paths. */
  readonly guarded: number;
}

interface LocksSetup {
  readonly locks: readonly Lock[];
  readonly guard: Guard;
  readonly time: Time;
  readonly report: Report;
  readonly log: Log;
}

/** A line that would not go idle is tried again so often, until it does. */
export const idleRetryMs = 1_000;

const idleOf = (lock: Lock): Level => (lock.active === 1 ? 0 : 1);

/** Powers one lock at a time, for a bounded time (rules.md 14). */
export class Locks {
  readonly #setup: LocksSetup;
  readonly #bySlot: ReadonlyMap<SlotId, Lock>;
  #running: { readonly lock: Lock; readonly cancel: () => void } | null = null;
  readonly #stuck = new Set<Lock>();
  #cancelRetry: (() => void) | null = null;

  constructor(setup: LocksSetup) {
    this.#setup = setup;
    this.#bySlot = new Map(setup.locks.map(lock => [lock.slot, lock]));
  }

  /** Reports `pulse-begun` before it returns, or `pulse-failed` and nothing was powered. */
  pulse(slot: SlotId, ms: Millis): void {
    assert(Number.isInteger(ms) && ms > 0 && ms <= guardLimits.pulseMaxMs, `pulse of ${ms} ms`);
    assert(this.#running === null, `slot ${slot}: a lock is powered already`);
    const { guard, time, report } = this.#setup;
    const lock = this.#bySlot.get(slot);
    if (lock === undefined) {
      this.#fail(slot, 'its lock line could not be set up');
      return;
    }
    if (!guard.begin(lock.guarded, ms)) {
      this.#fail(slot, 'the guard process is not running');
      return;
    }
    const end = after(time.mono(), ms);
    try {
      lock.line.write(lock.active);
    } catch (error) {
      // Half a write may have worked: the line is made idle all the same.
      this.#makeIdle(lock);
      this.#fail(slot, reasonOf(error));
      return;
    }
    this.#running = { lock, cancel: time.at(end, () => this.#end(lock)) };
    report({ type: 'pulse-begun', slot, ms });
  }

  /** Every lock idle, now; a pulse that runs ends unreported. */
  close(): void {
    this.#running?.cancel();
    this.#running = null;
    this.#cancelRetry?.();
    for (const lock of this.#setup.locks) this.#write(lock);
  }

  #end(lock: Lock): void {
    this.#running = null;
    const trouble = this.#makeIdle(lock);
    if (trouble !== null) this.#fail(lock.slot, trouble);
    else this.#setup.report({ type: 'pulse-ended', slot: lock.slot });
  }

  /** While a line will not go idle the guard hears of no end, so that it tries in its turn. */
  #makeIdle(lock: Lock): string | null {
    const trouble = this.#write(lock);
    if (trouble !== null) this.#stuck.add(lock);
    if (this.#stuck.size === 0) this.#setup.guard.end();
    else this.#retryLater();
    return trouble;
  }

  #retryLater(): void {
    const { time, guard } = this.#setup;
    this.#cancelRetry ??= time.at(after(time.mono(), millis(idleRetryMs)), () => {
      this.#cancelRetry = null;
      for (const lock of this.#stuck) if (this.#write(lock) === null) this.#stuck.delete(lock);
      if (this.#stuck.size > 0) this.#retryLater();
      else if (this.#running === null) guard.end();
    });
  }

  #write(lock: Lock): string | null {
    try {
      lock.line.write(idleOf(lock));
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  #fail(slot: SlotId, reason: string): void {
    this.#setup.log.error({ slot, reason }, 'pulse failed');
    this.#setup.report({ type: 'pulse-failed', slot, reason });
  }
}
