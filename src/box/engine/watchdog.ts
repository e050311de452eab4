import { after, millis } from '../../base/brand.ts';
import { repeat } from '../../base/every.ts';
import type { Log } from '../../base/log.ts';
import type { Service } from '../../base/service.ts';
import type { Time } from '../ports.ts';

export const watchdogLimits = {
  /** Tests in the time that systemd waits: three may fail for a passing reason, the fourth has still to be heard. */
  testsEach: 4,
  /** The test itself must come in time: keys would wait as long. */
  lateMaxMs: 1_000,
} as const;

interface WatchdogDeps {
  readonly service: Service;
  readonly time: Time;
  /** Null when all is well, else what is not. */
  readonly selfTest: () => string | null;
  readonly log: Log;
}

/**
 * Feeds systemd's watchdog as long as the self-test is good, and never otherwise: a process whose timers run while nobody can open a
 * door is to be started anew. Does nothing where no watchdog waits. Returns what stops it.
 */
export function startWatchdog({ service, time, selfTest, log }: WatchdogDeps): () => void {
  const { watchdogMs } = service;
  if (watchdogMs === null) return () => {};
  const everyMs = millis(Math.floor(watchdogMs / watchdogLimits.testsEach));
  let said: string | null = null;
  let due = time.mono();
  return repeat(time, () => {
    const lateMs = time.mono() - due;
    const trouble = lateMs > watchdogLimits.lateMaxMs ? `this test came ${lateMs} ms late` : selfTest();
    if (trouble === null && !service.alive()) log.warn({}, 'systemd did not hear that all is well');
    if (trouble !== null && trouble !== said)
      log.error({ reason: trouble, watchdogMs }, 'the watchdog is not fed: the self-test failed');
    said = trouble;
    due = after(time.mono(), everyMs);
    return everyMs;
  });
}
