import { assert } from '../../../base/assert.ts';
import { after, type Millis, type MonoMs, millis, type SlotId } from '../../../base/brand.ts';
import type { Log } from '../../../base/log.ts';
import type { Report, Time } from '../../ports.ts';
import { guardLimits } from './guard.ts';
import type { HolderNews } from './line-holder.ts';
import { guardRetryMs, guardWaitMs, type LockPulses } from './locks.ts';

const holderLockLimits = {
  /** The last moments of the hard maximum belong to the helper's guard (CUT_MS of hardware/gpio-lines.c): no pulse is longer. */
  longestMs: 980,
  /** A pulse that was not begun so soon is not begun at all. */
  beginMs: 300,
  /** Looks at a helper that is late; each leaves time for an answer that waited while this process stood still. */
  looks: 3,
  /** After the end that was asked for: by then the guard of the helper has acted, and the helper is gone or has told. */
  endLateMs: 500,
} as const;

/** This much is needed of the helper that holds the lines. */
export interface PulsingHolder {
  readonly ready: boolean;
  pulse(n: number, ms: Millis, withinMs: Millis): void;
  onNews(listener: (news: HolderNews) => void): void;
  /** A helper that is stuck makes place for another; `gone` is told. */
  replace(reason: string): void;
}

interface HolderLock {
  readonly slot: SlotId;
  /** Its number with the holder. */
  readonly n: number;
}

interface HolderLocksOptions {
  readonly locks: readonly HolderLock[];
  readonly holder: PulsingHolder;
  /** Ends the holder, which makes every output idle. */
  readonly close: () => void;
  readonly time: Time;
  readonly report: Report;
  readonly log: Log;
}

/** A pulse that was asked for, and until when it may begin. */
interface Asked {
  readonly lock: HolderLock;
  readonly ms: Millis;
  readonly giveUpAt: MonoMs;
}

/** `endsAt` null: not begun yet, as far as we know. */
interface Running {
  readonly asked: Asked;
  readonly endsAt: MonoMs | null;
  readonly cancel: () => void;
}

/** Locks whose pulses a helper process times, one at a time (rules.md 14). It is told of a pulse when the helper has begun it. */
export class HolderLocks implements LockPulses {
  readonly #options: HolderLocksOptions;
  readonly #bySlot: ReadonlyMap<SlotId, HolderLock>;
  #running: Running | null = null;

  constructor(options: HolderLocksOptions) {
    this.#options = options;
    this.#bySlot = new Map(options.locks.map(lock => [lock.slot, lock]));
    options.holder.onNews(news => this.#heard(news));
  }

  pulse(slot: SlotId, ms: Millis): void {
    assert(Number.isInteger(ms) && ms > 0 && ms <= guardLimits.pulseMaxMs, `pulse of ${ms} ms`);
    assert(this.#running === null, `slot ${slot}: a lock is powered already`);
    const lock = this.#bySlot.get(slot);
    if (lock === undefined) {
      this.#fail(slot, 'its lock line could not be set up');
      return;
    }
    // What is told is what the lock has.
    const heldMs = millis(Math.min(ms, holderLockLimits.longestMs));
    this.#begin({ lock, ms: heldMs, giveUpAt: after(this.#options.time.mono(), millis(guardWaitMs)) });
  }

  owing(): boolean {
    if (this.#running === null) return false;
    const { endsAt } = this.#running;
    return endsAt === null || this.#options.time.mono() >= endsAt;
  }

  close(): void {
    this.#running?.cancel();
    this.#running = null;
    this.#options.close();
  }

  #begin(asked: Asked): void {
    const { holder } = this.#options;
    if (!holder.ready) {
      this.#again(asked, 'no-guard');
      return;
    }
    holder.pulse(asked.lock.n, asked.ms, millis(holderLockLimits.beginMs));
    this.#running = { asked, endsAt: null, cancel: this.#watch(holderLockLimits.beginMs) };
  }

  #again(asked: Asked, reason: string): void {
    const { time, log, report } = this.#options;
    const { slot } = asked.lock;
    const now = time.mono();
    if (now >= asked.giveUpAt) {
      this.#running = null;
      log.error({ slot, reason }, 'no pulse');
      report({ type: 'pulse-missed', slot, reason });
      return;
    }
    const cancel = time.at(after(now, millis(guardRetryMs)), () => {
      this.#running = null;
      this.#begin(asked);
    });
    this.#running = { asked, endsAt: null, cancel };
  }

  /** A helper that has said nothing so long after it should have is stuck. */
  #watch(waitMs: number): () => void {
    const { time, holder } = this.#options;
    let looks = 0;
    const look = (): void => {
      looks += 1;
      if (looks === holderLockLimits.looks) holder.replace('it tells nothing of a pulse');
      else cancel = time.at(after(time.mono(), millis(waitMs / holderLockLimits.looks)), look);
    };
    let cancel = time.at(after(time.mono(), millis(waitMs / holderLockLimits.looks)), look);
    return () => cancel();
  }

  #heard(news: HolderNews): void {
    const running = this.#running;
    if (running === null) return;
    if (news.type === 'gone') this.#holderGone(running);
    else if (news.type !== 'ready' && news.n === running.asked.lock.n) this.#told(running, news);
  }

  /** A pulse that the guard ended is a pulse; of one that was not begun nobody knows, and it is asked for again. */
  #holderGone({ asked, endsAt, cancel }: Running): void {
    cancel();
    if (endsAt === null) this.#again(asked, 'no-guard');
    else this.#ended(asked.lock.slot);
  }

  #told(running: Running, news: Extract<HolderNews, { readonly n: number }>): void {
    const { asked, endsAt, cancel } = running;
    const { slot } = asked.lock;
    const { time, report } = this.#options;
    switch (news.type) {
      case 'begun': {
        if (endsAt !== null) return;
        cancel();
        const watch = this.#watch(asked.ms + holderLockLimits.endLateMs);
        this.#running = { asked, endsAt: after(time.mono(), asked.ms), cancel: watch };
        report({ type: 'pulse-begun', slot, ms: asked.ms });
        return;
      }
      case 'ended':
        if (endsAt === null) return;
        cancel();
        this.#ended(slot);
        return;
      case 'refused':
        cancel();
        this.#refused(asked, news.reason);
        return;
      case 'stuck':
        cancel();
        this.#running = null;
        this.#fail(slot, `its line would not go idle: ${news.reason}`);
    }
  }

  #ended(slot: SlotId): void {
    this.#running = null;
    this.#options.report({ type: 'pulse-ended', slot });
  }

  #refused(asked: Asked, reason: string): void {
    if (reason === 'late' || reason === 'busy') {
      this.#again(asked, 'stood-still');
      return;
    }
    this.#running = null;
    this.#fail(
      asked.lock.slot,
      reason === 'dead' ? 'its lock line could not be set up' : `its line refuses: ${reason}`,
    );
  }

  #fail(slot: SlotId, reason: string): void {
    this.#options.log.error({ slot, reason }, 'pulse failed');
    this.#options.report({ type: 'pulse-failed', slot, reason });
  }
}
