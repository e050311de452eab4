import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { getTasks } from 'node-cron';
import { type MonoMs, mono, type WallMs, wall } from '../../../src/base/brand.ts';
import { type Log, silent } from '../../../src/base/log.ts';
import { type JobStore, type JobsOptions, lookEveryMs, startJobs } from '../../../src/box/adapters/jobs.ts';
import type { Time } from '../../../src/box/ports.ts';

/** Two clocks that go apart when the test says so. */
class Clocks implements Time {
  monoMs = 0;
  wallMs = Date.now();
  #wakes: (() => void)[] = [];

  mono(): MonoMs {
    return mono(this.monoMs);
  }

  wall(): WallMs {
    return wall(this.wallMs);
  }

  at(_at: MonoMs, wake: () => void): () => void {
    this.#wakes.push(wake);
    return () => {
      this.#wakes = this.#wakes.filter(each => each !== wake);
    };
  }

  look(): void {
    this.monoMs += lookEveryMs;
    this.wallMs += lookEveryMs;
    for (const wake of this.#wakes.splice(0)) wake();
  }

  get waiting(): number {
    return this.#wakes.length;
  }
}

const store: JobStore = {
  backupNightly: () => Promise.resolve(),
  purge: () => Promise.resolve({}),
  check: () => Promise.resolve(null),
};

async function start(t: TestContext, clocks: Clocks, more: Partial<JobsOptions> = {}) {
  const stop = await startJobs({
    store,
    timezone: 'Europe/Amsterdam',
    time: clocks,
    trustedNow: () => clocks.wall(),
    damaged: () => {},
    log: silent,
    ...more,
  });
  t.after(stop);
  return stop;
}

const upcoming = () => [...getTasks().values()];

/** Hour and minute in a zone. */
const clockIn = (timeZone: string, date: Date | null): string =>
  date === null ? 'never' : new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(date);

describe('jobs', () => {
  it('come at the same time of the night in whatever zone the site is', async t => {
    for (const zone of ['Europe/Amsterdam', 'Asia/Kolkata', 'America/Los_Angeles']) {
      const stop = await start(t, new Clocks(), { timezone: zone });
      assert.deepEqual(
        upcoming().map(task => `${task.name} ${clockIn(zone, task.getNextRun())}`),
        ['backup 04:10', 'retention 04:40', 'integrity-check 05:20'],
      );
      stop();
    }
  });

  it('are made anew when the clock is set, and only then', async t => {
    const clocks = new Clocks();
    let armed = 0;
    const log: Log = { ...silent, info: (_, message) => (armed += message.includes('armed anew') ? 1 : 0) };
    await start(t, clocks, { log });
    clocks.look();
    clocks.wallMs += 1_500;
    clocks.look();
    assert.equal(armed, 0, 'a small step is nothing');
    clocks.wallMs += 86_400_000;
    clocks.look();
    assert.equal(armed, 1);
    clocks.look();
    assert.equal(armed, 1, 'the new difference is the usual one now');
    clocks.wallMs -= 400 * 86_400_000;
    clocks.look();
    assert.equal(armed, 2);
  });

  it('stop for good', async t => {
    const clocks = new Clocks();
    const stop = await start(t, clocks);
    assert.equal(upcoming().length, 3);
    stop();
    assert.deepEqual(upcoming(), []);
    assert.equal(clocks.waiting, 0);
  });
});
