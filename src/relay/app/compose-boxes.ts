/** The fleet put together: which boxes this copy serves, and what it does later. */

import { randomBytes } from 'node:crypto';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { Shutdown } from '../../base/shutdown.ts';
import { systemTime } from '../../base/system-time.ts';
import type { OpenLink } from '../../wire/mqtt/link.ts';
import { Fleet } from '../boxes/fleet.ts';
import type { RelayConfig } from '../config/model.ts';
import { bookingWork } from '../domain/booking-work.ts';
import type { Pulse } from '../http/health.ts';
import { type WorkHandlers, WorkRunner } from '../work/runner.ts';
import { Shares } from '../work/shares.ts';
import type { Opened } from './open-store.ts';
import type { OperatorProblems } from './operator-problems.ts';
import { retentionWork } from './retention-timer.ts';

interface FleetServing {
  readonly opened: Opened;
  readonly openLink: OpenLink;
  readonly log: Log;
  readonly copy: string;
  readonly hasRoom: () => boolean;
  /** Other rooms do this later. */
  readonly more: WorkHandlers;
  readonly problems: Pick<OperatorProblems, 'raise' | 'clear'>;
}

export interface RunningFleet {
  readonly fleet: Fleet;
  readonly sharesHeld: () => number;
  /** Of all copies one has the first share, and does what one alone may do. */
  readonly leads: () => boolean;
}

const random: Random = bytes => randomBytes(bytes);

/** Several copies divide the boxes where they have one database and one broker; else this one has them all. */
export const isShared = ({ store, broker }: RelayConfig): boolean =>
  store.kind === 'postgres' && broker !== null;

export async function beginFleet(
  config: RelayConfig,
  { opened, openLink, log, copy, hasRoom, more, problems }: FleetServing,
  shutdown: Shutdown,
): Promise<RunningFleet> {
  const { store, atRest } = opened;
  const parts = { store, atRest, time: systemTime, random, log, hasRoom };
  const serve = isShared(config) ? 'shares' : 'all';
  const fleet = await Fleet.start({ ...parts, openLink, copy, serve });
  shutdown.add('fleet', fleet, each => each.close());
  const handlers = { ...bookingWork({ atRest, random }), ...retentionWork({ atRest, random }), ...more };
  const runner = new WorkRunner({
    ...{ store, time: systemTime, log, copy, handlers },
    setAside: ({ kind, subject }) =>
      problems.raise('work-set-aside', kind, `${kind} of ${subject} has failed again and again.`),
    revived: kind => problems.clear('work-set-aside', kind),
  });
  runner.start();
  shutdown.add('queue', runner, each => each.close());
  if (serve === 'all') return { fleet, sharesHeld: () => Shares.all, leads: () => true };
  const held = new Shares({
    ...{ store, time: systemTime, log, copy },
    taken: share => fleet.serveShare(share),
    lost: share => fleet.leaveShare(share),
  });
  await held.start();
  shutdown.add('shares', held, each => each.close());
  return { fleet, sharesHeld: () => held.held.size, leads: () => held.held.has(0) };
}

export const pulseOf = ({ fleet, sharesHeld }: RunningFleet): Pulse => ({
  brokerUp: fleet.up,
  shares: { mine: sharesHeld(), all: Shares.all },
  queues: {},
  counters: { ...fleet.counts },
});
