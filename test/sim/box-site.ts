/** What a simulated box is configured to, and what it says of itself. */
import { minutes, seconds, type WallMs } from '../../src/base/brand.ts';
import { judgedTime } from '../../src/box/core/clock.ts';
import type { BoxState, Rules } from '../../src/box/core/model.ts';
import type { Store, Time } from '../../src/box/ports.ts';
import type { UpDocument } from '../../src/box/relay-client/state-document.ts';

export const rules: Rules = {
  ...{
    leadMs: minutes(15),
    openWithinMs: seconds(20),
    doorHeldMs: seconds(60),
    doorSettleMs: seconds(1.5),
    dueSoonMs: minutes(15),
  },
  ...{ overdueGraceMs: minutes(0), maxSyncAgeMs: null, badgeNeedsPin: true, hasDisplay: true },
};

export const judgedIn = (state: BoxState, clock: Pick<Time, 'mono' | 'wall'>): WallMs =>
  judgedTime(state, { mono: clock.mono(), wall: clock.wall() });

export function documentOf(store: Store, at: number): UpDocument {
  const { epoch, rev } = store.synced.standing();
  return {
    ...{ link: 'up', v: 1, at, program: '0', epoch, rev, syncAgeS: null },
    ...{ takes: 'all', returns: 'all', troubles: [], slots: [] },
  };
}
