import { after, millis } from '../../base/brand.ts';
import { every, repeat } from '../../base/every.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { type Memory, tidyMemory } from '../../base/memory.ts';
import { unreadable } from '../core/health.ts';
import type { BookingStaging, Time } from '../ports.ts';
import { isFree } from './between-drivers.ts';
import type { Loop } from './loop.ts';

export interface BackgroundDeps {
  readonly loop: Pick<Loop, 'state' | 'report' | 'watch'>;
  readonly time: Time;
  readonly log: Log;
  readonly store: {
    checkpointIfIdle(): void;
    /** Gives what is damaged, or null. */
    check(depth: 'quick' | 'full'): Promise<string | null>;
    readonly incoming: Pick<BookingStaging, 'settle'>;
    /** There is a copy from which a damaged database gets its bookings back. */
    hasCopy(): boolean;
    backupNightly(): Promise<void>;
  };
  /** Things to load once nobody has to wait for them, each by a name for the log. */
  readonly later: Readonly<Record<string, () => Promise<unknown>>>;
  readonly memory: Memory;
}

/** How often it is looked whether the write-ahead log can be moved while nobody waits for the box. */
const tidyEveryMs = millis(15_000);
/** While somebody does: a box in steady use would else let its log grow until a key press has to move it. */
const tidySoonMs = millis(250);
/** How long after READY the heavier work waits, so that they do not stand in the way of a first driver. */
const settleMs = millis(2_000);

/** Starts what a running box does besides, once it is ready: nothing of it opens a door. Returns what stops it. */
export function startBackground(deps: BackgroundDeps): () => void {
  const { time } = deps;
  const cancelSettled = time.at(after(time.mono(), settleMs), () => {
    for (const [what, load] of Object.entries(deps.later)) {
      load().catch((error: unknown) =>
        deps.log.error({ what, reason: reasonOf(error) }, 'could not be loaded'),
      );
    }
    void checkDatabase(deps, 'quick');
  });
  const cancelLook = lookAgain(deps);
  const cancelIncoming = settleIncoming(deps);
  const cancelCopy = copySoon(deps);
  const cancelTidy = tidyLog(deps);
  const isQuiet = (): boolean => isFree(deps.loop.state);
  const cancelMemory = tidyMemory({ ...deps, isQuiet, firstMs: millis(2 * settleMs) });
  return () => {
    cancelSettled();
    cancelLook();
    cancelIncoming();
    cancelCopy();
    cancelTidy();
    cancelMemory();
  };
}

async function checkDatabase({ store, loop, log }: BackgroundDeps, depth: 'quick' | 'full'): Promise<void> {
  try {
    if ((await store.check(depth)) !== null)
      loop.report({ type: 'database-suspect', reason: `${depth}-check` });
  } catch (error) {
    log.warn({ reason: reasonOf(error) }, 'the database could not be checked');
  }
}

/** A driver's entry met what cannot be read: whether that is the file or the disk, only a check can tell, which compares indexes with their tables too. */
function lookAgain(deps: BackgroundDeps): () => void {
  return deps.loop.watch({
    events: events => {
      if (events.some(({ type, reason }) => type === 'storage-degraded' && reason === unreadable))
        void checkDatabase(deps, 'full');
    },
    changed: () => {},
  });
}

/** The rest of an import that a kill or a full disk has held up; tried again while it cannot be kept. */
function settleIncoming({ time, store, log }: BackgroundDeps): () => void {
  const settle = (): void => {
    store.incoming.settle().catch((error: unknown) => {
      log.warn({ reason: reasonOf(error) }, 'an import is not wholly kept yet');
    });
  };
  return every(time, tidyEveryMs, settle, settleMs);
}

/** After what changes keys, or brings the first bookings: so long until it is copied, for others may follow. */
const copyAfterMs = millis(5_000);

/** The first night may be the one too late: the first bookings, and every change of the keys, are copied at once. */
function copySoon({ time, loop, store, log }: BackgroundDeps): () => void {
  let cancel = (): void => {};
  const copy = (): void => {
    store.backupNightly().catch((error: unknown) => {
      log.warn(
        { reason: reasonOf(error) },
        'the database could not be copied yet; it is tried again at night',
      );
    });
  };
  const unwatch = loop.watch({
    events: events => {
      const due = events.some(
        ({ type, what }) =>
          what === 'keys-changed' || what === 'learn' || (type === 'bookings-changed' && !store.hasCopy()),
      );
      if (!due) return;
      cancel();
      cancel = time.at(after(time.mono(), copyAfterMs), copy);
    },
    changed: () => {},
  });
  return () => {
    unwatch();
    cancel();
  };
}

function tidyLog({ time, loop, store }: BackgroundDeps): () => void {
  return repeat(time, () => {
    const free = isFree(loop.state);
    if (free) store.checkpointIfIdle();
    return free ? tidyEveryMs : tidySoonMs;
  });
}
