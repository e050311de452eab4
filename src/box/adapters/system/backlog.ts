import { after, type Millis, type MonoMs, millis } from '../../../base/brand.ts';
import type { Time } from '../../ports.ts';

const backlogTiming = {
  /** How often the loop proves that it turns. */
  beatMs: 1_000,
  /** A beat may be so late before bytes count as having waited: the next read after an idle second is fresh. */
  lateMs: 1_000,
} as const;

/** How long what is read now may have waited for us in the kernel. */
export interface Backlog {
  /**
   * Zero while the event loop turns as it should. After a stall: the time since it was last seen to turn, in each read until all
   * that was ready has been read once. Nobody can date such bytes better.
   */
  waitedMs(): Millis;
  close(): void;
}

/** `polled` calls back when everything that is ready now has been read: the check phase of the loop follows its poll phase. */
export function watchBacklog(
  time: Time,
  polled: (then: () => void) => void = then => void setImmediate(then),
): Backlog {
  const { beatMs, lateMs } = backlogTiming;
  /** Everything that came before this has been read. */
  let emptyAt: MonoMs = time.mono();
  let closed = false;
  let cancel = arm();
  function arm(): () => void {
    return time.at(after(time.mono(), millis(beatMs)), () => {
      // Timers may come before the reads that waited with them.
      polled(() => {
        if (closed) return;
        emptyAt = time.mono();
        cancel = arm();
      });
    });
  }
  return {
    waitedMs() {
      const sinceMs = time.mono() - emptyAt;
      return millis(sinceMs > beatMs + lateMs ? sinceMs : 0);
    },
    close() {
      closed = true;
      cancel();
    },
  };
}
