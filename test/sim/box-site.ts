/** What a simulated box is configured to, and what it says of itself. */
import { minutes, seconds } from '../../src/base/brand.ts';
import type { Rules } from '../../src/box/core/model.ts';
import type { Store } from '../../src/box/ports.ts';

export const rules: Rules = {
  ...{ leadMs: minutes(15), openWithinMs: seconds(20), doorHeldMs: seconds(60), dueSoonMs: minutes(15) },
  ...{ overdueGraceMs: minutes(0), maxSyncAgeMs: null, badgeNeedsPin: true, hasDisplay: true },
};

export function documentOf(store: Store, at: number): Uint8Array {
  const { epoch, rev } = store.synced.standing();
  const rest = { program: '0', syncAgeS: null, takes: 'all', returns: 'all', troubles: [], slots: [] };
  return Buffer.from(JSON.stringify({ link: 'up', v: 1, at, epoch, rev, ...rest }));
}
