/** What the timers of the domain are for. */
import { type WallMs, wall } from '../../base/brand.ts';
import { accountOfBooking, advanceBooking } from '../domain/booking-timer.ts';
import type { AtRest, Random } from '../ports.ts';
import type { TimerWork } from './timers.ts';

export function timerWorkIn(kit: {
  readonly atRest: AtRest;
  readonly random: Random;
}): Readonly<Record<string, TimerWork>> {
  return {
    booking: async (tx, subject, now) => {
      const account = await accountOfBooking({ tx }, subject);
      if (account === null) return;
      const at: WallMs = wall(now);
      await advanceBooking({ ...kit, tx, account, who: 'timer', now: at }, subject);
    },
  };
}
