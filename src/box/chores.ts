import { after, millis } from '../base/brand.ts';
import { reasonOf } from '../base/fault.ts';
import type { BoxStore } from './adapters/sqlite/store.ts';
import { watchTimesync } from './adapters/system/clock-source.ts';
import type { DaemonLog } from './adapters/system/log.ts';
import type { BoxConfig } from './config.ts';
import type { BoxState } from './core/model.ts';
import type { Loop } from './loop.ts';
import type { Phones, Time } from './ports.ts';

export interface ChoreParts {
  readonly config: BoxConfig;
  readonly loop: Loop;
  readonly time: Time;
  readonly store: BoxStore;
  readonly phones: () => Promise<Phones>;
  readonly log: DaemonLog;
}

/** How often it is looked whether the write-ahead log can be moved while nobody is at the box. */
const tidyEveryMs = millis(15_000);
/** How long after READY the heavier chores wait, so that they do not stand in the way of a first driver. */
const settleMs = millis(2_000);

/** What a running box does besides, once it is ready: nothing of it opens a door. Returns what stops it. */
export function startChores(parts: ChoreParts): () => void {
  const { time, loop, store, log } = parts;
  const stops: (() => void)[] = [watchTimesync(time, loop.report), tidyLog(parts)];
  const soon = time.at(after(time.mono(), settleMs), () => {
    void parts
      .phones()
      .catch(error => log.error({ reason: reasonOf(error) }, 'phone numbers cannot be read'));
    void checkDatabase(store, loop, log);
  });
  stops.push(soon);
  void log.usePino('info').catch(error => {
    log.flush();
    process.stderr.write(`pino does not load: ${reasonOf(error)}\n`);
  });
  return () => {
    for (const stop of stops) stop();
  };
}

async function checkDatabase(store: BoxStore, loop: Loop, log: DaemonLog): Promise<void> {
  try {
    const damage = await store.check('quick');
    if (damage !== null) loop.report({ type: 'database-suspect', reason: 'quick-check' });
  } catch (error) {
    log.warn({ reason: reasonOf(error) }, 'the database could not be checked');
  }
}

const atRest = (state: BoxState): boolean =>
  state.powered === null && state.queue.length === 0 && state.panel.mode === 'idle' && state.shown === null;

/** Moves the write-ahead log only while nobody types and no lock is powered. */
function tidyLog({ time, loop, store }: ChoreParts): () => void {
  let cancel = (): void => {};
  const look = (): void => {
    if (atRest(loop.state)) store.checkpointIfIdle();
    cancel = time.at(after(time.mono(), tidyEveryMs), look);
  };
  look();
  return () => cancel();
}
