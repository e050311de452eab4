/** Handlers of the domain's work that is done later. */

import { type WallMs, wall } from '../../base/brand.ts';
import type { Random } from '../../base/random.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import type { WorkHandlers } from '../work/runner.ts';
import { accountOfBooking, advanceBooking } from './booking-timer.ts';

export function bookingWork(kit: { readonly atRest: AtRest; readonly random: Random }): WorkHandlers {
  return {
    booking: async (tx, subject, now) => {
      const account = await accountOfBooking({ tx }, subject);
      if (account === null) return;
      const at: WallMs = wall(now);
      await advanceBooking({ ...kit, tx, account, who: 'timer', now: at }, subject);
    },
  };
}
