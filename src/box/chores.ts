import { after, type Millis, millis } from '../base/brand.ts';
import { reasonOf } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { BoxState } from './core/model.ts';
import type { Loop } from './loop.ts';
import type { Incoming, Time } from './ports.ts';

export interface ChoreParts {
  readonly loop: Pick<Loop, 'state' | 'report'>;
  readonly time: Time;
  readonly log: Log;
  readonly store: {
    checkpointIfIdle(): void;
    /** What is damaged, or null. */
    check(depth: 'quick'): Promise<string | null>;
    readonly incoming: Pick<Incoming, 'settle'>;
  };
  /** Things to load once nobody has to wait for them, each by a name for the log. */
  readonly later: Readonly<Record<string, () => Promise<unknown>>>;
  readonly memory: {
    residentBytes(): number;
    /** Gives what is unused back to the system; blocks for a moment. */
    giveBack(): void;
  };
}

/** How often it is looked whether the write-ahead log can be moved while nobody waits for the box. */
const tidyEveryMs = millis(15_000);
/** While somebody does: a box in steady use would else let its log grow until a key press has to move it. */
const tidySoonMs = millis(250);
/** How long after READY the heavier chores wait, so that they do not stand in the way of a first driver. */
const settleMs = millis(2_000);

/** Loading leaves much behind that is never used again; so does an import, or a week of events on their way. */
const memoryEveryMs = millis(10_000);
const worthBytes = 8 * 1024 * 1024;

/** What a running box does besides, once it is ready: nothing of it opens a door. Returns what stops it. */
export function startChores(parts: ChoreParts): () => void {
  const { time } = parts;
  const cancelSettled = time.at(after(time.mono(), settleMs), () => {
    for (const [what, load] of Object.entries(parts.later)) {
      load().catch((error: unknown) =>
        parts.log.error({ what, reason: reasonOf(error) }, 'could not be loaded'),
      );
    }
    void checkDatabase(parts);
  });
  const cancelIncoming = settleIncoming(parts);
  const cancelTidy = tidyLog(parts);
  const cancelMemory = tidyMemory(parts);
  return () => {
    cancelSettled();
    cancelIncoming();
    cancelTidy();
    cancelMemory();
  };
}

async function checkDatabase({ store, loop, log }: ChoreParts): Promise<void> {
  try {
    if ((await store.check('quick')) !== null)
      loop.report({ type: 'database-suspect', reason: 'quick-check' });
  } catch (error) {
    log.warn({ reason: reasonOf(error) }, 'the database could not be checked');
  }
}

/** The rest of an import that a kill or a full disk has held up; tried again while it cannot be kept. */
function settleIncoming({ time, store, log }: ChoreParts): () => void {
  let cancel = (): void => {};
  const arm = (inMs: Millis): void => {
    cancel = time.at(after(time.mono(), inMs), () => {
      store.incoming.settle().catch((error: unknown) => {
        log.warn({ reason: reasonOf(error) }, 'an import is not wholly kept yet');
      });
      arm(tidyEveryMs);
    });
  };
  arm(settleMs);
  return () => cancel();
}

/** Nobody types, and no lock is powered or about to be. */
const isFree = ({ powered, queue, panel, shown }: BoxState): boolean =>
  powered === null && queue.length === 0 && panel.mode === 'idle' && shown?.screen.text !== 'entering';

function tidyLog({ time, loop, store }: ChoreParts): () => void {
  let cancel = (): void => {};
  const look = (): void => {
    const free = isFree(loop.state);
    if (free) store.checkpointIfIdle();
    cancel = time.at(after(time.mono(), free ? tidyEveryMs : tidySoonMs), look);
  };
  look();
  return () => cancel();
}

/** Only while nobody waits for the box, and where there is more than the last time left. */
function tidyMemory({ time, loop, memory }: ChoreParts): () => void {
  let cancel = (): void => {};
  let least = 0;
  const arm = (inMs: Millis): void => {
    cancel = time.at(after(time.mono(), inMs), () => {
      if (isFree(loop.state) && memory.residentBytes() > least + worthBytes) {
        memory.giveBack();
        least = memory.residentBytes();
      }
      arm(memoryEveryMs);
    });
  };
  arm(millis(2 * settleMs));
  return () => cancel();
}
