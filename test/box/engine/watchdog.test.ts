import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, millis } from '../../../src/base/brand.ts';
import { silent } from '../../../src/base/log.ts';
import { startWatchdog, watchdogLimits } from '../../../src/box/engine/watchdog.ts';
import type { Time } from '../../../src/box/ports.ts';
import { FakeTime } from '../../fake-time.ts';

const watchdogMs = 20_000;

function scene(waits: boolean = true) {
  const fake = new FakeTime();
  /** By how much every wake comes late. */
  const late = { ms: 0 };
  const time: Time = {
    mono: () => after(fake.mono(), millis(late.ms)),
    wall: () => fake.wall(),
    at: (at, wake) => fake.at(at, wake),
  };
  const seen = { fed: 0, tests: 0, trouble: null as string | null, said: [] as string[] };
  const stop = startWatchdog({
    service: {
      watchdogMs: waits ? millis(watchdogMs) : null,
      restarts: true,
      ready: () => {},
      stopping: () => {},
      alive: () => {
        seen.fed += 1;
        return true;
      },
    },
    time,
    selfTest: () => {
      seen.tests += 1;
      return seen.trouble;
    },
    log: { ...silent, error: fields => seen.said.push(JSON.stringify(fields)) },
  });
  return { time: fake, late, seen, stop };
}

test('a box whose self-test is good is heard of four times in the time that systemd waits', () => {
  const { time, seen, stop } = scene();
  assert.equal(seen.fed, 1, 'at once');
  time.advance(watchdogMs);
  assert.equal(seen.fed, 1 + watchdogLimits.testsEach);
  stop();
  time.advance(watchdogMs);
  assert.equal(seen.fed, 1 + watchdogLimits.testsEach);
});

test('while the self-test fails nothing is fed, and its reason is said once', () => {
  const { time, seen } = scene();
  seen.trouble = 'the guard process is away';
  time.advance(watchdogMs);
  assert.equal(seen.fed, 1);
  assert.ok(seen.tests > watchdogLimits.testsEach);
  assert.equal(seen.said.length, 1);
  assert.match(seen.said.join(), /guard process is away/);
  seen.trouble = null;
  time.advance(watchdogMs / watchdogLimits.testsEach);
  assert.equal(seen.fed, 2, 'what has passed is forgiven');
});

test('a test that comes late is no test', () => {
  const { time, late, seen } = scene();
  late.ms = watchdogLimits.lateMaxMs + 1;
  time.advance(watchdogMs / watchdogLimits.testsEach);
  assert.deepEqual([seen.fed, seen.tests], [1, 1]);
  assert.match(seen.said.join(), /1001 ms late/);
  late.ms = 0;
  time.advance(watchdogMs);
  assert.ok(seen.fed > 1);
});

test('where no watchdog waits nothing is tested', () => {
  const { time, seen } = scene(false);
  time.advance(10 * watchdogMs);
  assert.deepEqual([seen.fed, seen.tests], [0, 0]);
});
