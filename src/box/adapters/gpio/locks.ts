import { assert } from '../../../base/assert.ts';
import { after, type Millis, type MonoMs, millis, type SlotId } from '../../../base/brand.ts';
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

export interface LocksDeps {
  readonly locks: readonly Lock[];
  readonly guard: Guard;
  readonly time: Time;
  readonly report: Report;
  readonly log: Log;
}

/** A cabinet asks this of its locks, whoever times their pulses. */
export interface LockPulses {
  /**
   * Reports `pulse-begun`, then `pulse-ended`; or `pulse-failed` and nothing was powered; or `pulse-missed` when the process that
   * watches over it cannot be had for a while: a helper that died is no fault of the lock.
   */
  pulse(slot: SlotId, ms: Millis): void;
  /** A pulse that is over, or waits, has still to be told of. */
  owing(): boolean;
  /** Every lock idle, now; a pulse that runs ends unreported. */
  close(): void;
}

/** A line that would not go idle is tried again so often, until it does. */
const idleRetryMs = 1_000;
/** A pulse that no guard would watch over is tried again so often, and for so long; then somebody must ask again. */
export const guardRetryMs = 50;
export const guardWaitMs = 3_000;

/** The locks are busy with this pulse; `endsAt` is null while it waits for a guard. */
interface Running {
  readonly asked: Asked;
  readonly endsAt: MonoMs | null;
  readonly cancel: () => void;
}

/** A pulse that was asked for, and until when it may begin. */
interface Asked {
  readonly lock: Lock;
  readonly ms: Millis;
  readonly giveUpAt: MonoMs;
}

const idleOf = (lock: Lock): Level => (lock.active === 1 ? 0 : 1);

/** Powers one lock at a time, for a bounded time (rules.md 14). */
export class Locks implements LockPulses {
  readonly #deps: LocksDeps;
  readonly #bySlot: ReadonlyMap<SlotId, Lock>;
  #running: Running | null = null;
  readonly #stuck = new Set<Lock>();
  #cancelRetry: (() => void) | null = null;

  constructor(deps: LocksDeps) {
    this.#deps = deps;
    this.#bySlot = new Map(deps.locks.map(lock => [lock.slot, lock]));
  }

  /**
   * Reports `pulse-begun`, or `pulse-failed` and nothing was powered; before it returns where the guard has just proved that it
   * lives. Without a guard it is tried again for a while: a helper that died is no fault of the lock.
   */
  pulse(slot: SlotId, ms: Millis): void {
    assert(Number.isInteger(ms) && ms > 0 && ms <= guardLimits.pulseMaxMs, `pulse of ${ms} ms`);
    assert(this.#running === null, `slot ${slot}: a lock is powered already`);
    const { time } = this.#deps;
    const lock = this.#bySlot.get(slot);
    if (lock === undefined) {
      this.#fail(slot, 'its lock line could not be set up');
      return;
    }
    this.#begin({ lock, ms, giveUpAt: after(time.mono(), millis(guardWaitMs)) });
  }

  #begin(asked: Asked): void {
    const { guard, time } = this.#deps;
    const begunAt = time.mono();
    // Nobody is told before `begin` has returned: an answer takes a turn of the loop.
    const told = guard.begin(asked.lock.guarded, asked.ms, answered =>
      this.#answered(asked, begunAt, answered),
    );
    if (told === 'now') this.#power(asked, begunAt);
    else if (told === 'none') this.#again(asked, 'no-guard');
    else this.#running = { asked, endsAt: null, cancel: () => {} };
  }

  /**
   * The worth of the guard's answer depends on how far the pulse has come. Where there is none nobody would switch the lock off in
   * our place: so it is off at once.
   */
  #answered(asked: Asked, begunAt: MonoMs, answered: boolean): void {
    if (this.#running?.asked !== asked) return;
    const { endsAt, cancel } = this.#running;
    if (answered && endsAt !== null) return;
    cancel();
    if (endsAt !== null) {
      this.#end(asked.lock);
      return;
    }
    // An answer that was long in coming is of a guard that lives, but whose timer for this pulse runs already.
    const isLate = this.#deps.time.mono() - begunAt >= guardLimits.lateMs;
    if (answered && !isLate) this.#power(asked, begunAt);
    else {
      this.#deps.guard.end();
      this.#again(asked, answered ? 'stood-still' : 'no-guard');
    }
  }

  #power(asked: Asked, begunAt: MonoMs): void {
    const { time, report } = this.#deps;
    const { lock, ms } = asked;
    this.#running = null;
    const endsAt = after(time.mono(), ms);
    try {
      lock.line.write(lock.active);
    } catch (error) {
      // Half a write may have worked: the line is made idle all the same.
      this.#makeIdle(lock);
      this.#fail(lock.slot, reasonOf(error));
      return;
    }
    if (time.mono() - begunAt >= guardLimits.lateMs) {
      this.#begunTooLate(asked);
      return;
    }
    this.#running = { asked, endsAt, cancel: time.at(endsAt, () => this.#end(lock)) };
    report({ type: 'pulse-begun', slot: lock.slot, ms });
  }

  /**
   * The process stood still just before the lock was powered, or just after: its guard may have stopped watching, and its time is
   * nearly over. Where it is too late to try again it was a pulse, which its guard has ended: the door may be open by now.
   */
  #begunTooLate(asked: Asked): void {
    const { lock, ms, giveUpAt } = asked;
    const isOver = this.#deps.time.mono() >= giveUpAt;
    if (isOver) this.#deps.report({ type: 'pulse-begun', slot: lock.slot, ms });
    const trouble = this.#makeIdle(lock);
    if (trouble !== null) this.#fail(lock.slot, trouble);
    else if (isOver) this.#deps.report({ type: 'pulse-ended', slot: lock.slot });
    else this.#again(asked, 'stood-still');
  }

  #again(asked: Asked, reason: string): void {
    const { time, log, report } = this.#deps;
    const { lock, giveUpAt } = asked;
    const now = time.mono();
    if (now >= giveUpAt) {
      log.error({ slot: lock.slot, reason }, 'no pulse');
      this.#running = null;
      report({ type: 'pulse-missed', slot: lock.slot, reason });
      return;
    }
    const cancel = time.at(after(now, millis(guardRetryMs)), () => {
      this.#running = null;
      this.#begin(asked);
    });
    this.#running = { asked, endsAt: null, cancel };
  }

  /** A pulse that is over, or waits, has still to be told of. */
  owing(): boolean {
    const { endsAt } = this.#running ?? { endsAt: undefined };
    return endsAt !== undefined && (endsAt === null || this.#deps.time.mono() >= endsAt);
  }

  /** Every lock idle, now; a pulse that runs ends unreported. */
  close(): void {
    this.#running?.cancel();
    this.#running = null;
    this.#cancelRetry?.();
    for (const lock of this.#deps.locks) this.#write(lock);
  }

  #end(lock: Lock): void {
    this.#running = null;
    const trouble = this.#makeIdle(lock);
    if (trouble !== null) this.#fail(lock.slot, trouble);
    else this.#deps.report({ type: 'pulse-ended', slot: lock.slot });
  }

  /** While a line will not go idle the guard hears of no end, so that it tries in its turn. */
  #makeIdle(lock: Lock): string | null {
    const trouble = this.#write(lock);
    if (trouble !== null) this.#stuck.add(lock);
    if (this.#stuck.size === 0) this.#deps.guard.end();
    else this.#retryLater();
    return trouble;
  }

  #retryLater(): void {
    const { time, guard } = this.#deps;
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
    this.#deps.log.error({ slot, reason }, 'pulse failed');
    this.#deps.report({ type: 'pulse-failed', slot, reason });
  }
}
