/** Whether this process can still lead a code to a lock: what systemd's watchdog is fed by. */
import { fingerprint } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Cabinet, Store } from '../ports.ts';
import type { Loop } from './loop.ts';

interface SelfTestDeps {
  readonly loop: Pick<Loop, 'state' | 'report' | 'watch'>;
  readonly store: { readonly bookings: Pick<Store['bookings'], 'byCode'> };
  readonly cabinet: Pick<Cabinet, 'inspect' | 'guardHealthy'>;
}

/** No text has this hash, so that the look-up goes the whole way and finds nothing. */
const nobodysCode = fingerprint('0'.repeat(64));

const isLock = (name: string): boolean => /^slot \d{1,3} lock$/.test(name);

/**
 * Null when all is well, else what is not. It asks only for what a new process could put right: one dead line takes its own slot out
 * of service and no more (rules.md 15), and while the disk refuses, returns are remembered in this process alone (rules.md 13).
 */
export function selfTest({ loop, store, cabinet }: SelfTestDeps): string | null {
  if (!judges(loop)) return 'no input is judged';
  const { storage, databaseSuspect } = loop.state.health;
  if (storage === 'good' && !databaseSuspect) {
    try {
      store.bookings.byCode(nobodysCode, loop.state.clock.judged);
    } catch (error) {
      return `bookings cannot be looked up: ${reasonOf(error)}`;
    }
  }
  const locks = cabinet.inspect().filter(({ name }) => isLock(name));
  if (locks.length > 0 && locks.every(({ trouble }) => trouble !== null))
    return `no lock can be driven: ${locks[0]?.trouble}`;
  return cabinet.guardHealthy() ? null : 'the guard process is away';
}

/** An input goes through the whole loop and comes out at its end. */
function judges(loop: SelfTestDeps['loop']): boolean {
  let heard = false;
  const unwatch = loop.watch({
    events: () => {},
    changed: () => {
      heard = true;
    },
  });
  loop.report({ type: 'woke' });
  unwatch();
  return heard;
}
