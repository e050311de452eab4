/** The small machines that both daemons are built of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { millis } from '../../src/base/brand.ts';
import { every } from '../../src/base/every.ts';
import { silent } from '../../src/base/log.ts';
import { tidyMemory } from '../../src/base/memory.ts';
import { retryMs } from '../../src/base/retry.ts';
import { Shutdown } from '../../src/base/shutdown.ts';
import { FakeTime } from '../fake-time.ts';

test('each failure doubles the wait, up to the longest, however often it fails', () => {
  const waits = [0, 1, 2, 3, 4, 1_000_000].map(failures =>
    retryMs({ firstMs: 5_000, mostMs: 60_000 }, failures),
  );
  assert.deepEqual(waits, [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

test('what is done every so often may begin at another time, and ends when it is ended, by its own work too', () => {
  const [time, ran] = [new FakeTime(), [] as number[]];
  const end = every(time, millis(1_000), () => ran.push(time.mono()), millis(300));
  time.advance(2_500);
  assert.deepEqual(ran, [300, 1_300, 2_300]);
  end();
  time.advance(5_000);
  assert.equal(ran.length, 3);
  const endAtOnce = every(time, millis(1_000), () => {
    ran.push(0);
    endAtOnce();
  });
  time.advance(5_000);
  assert.equal(ran.length, 4);
});

test('what was begun ends in reverse order; an end that throws or rejects is logged by its name and stops no other', async () => {
  const [ended, failed] = [[] as string[], [] as object[]];
  const shutdown = new Shutdown({ ...silent, error: fields => failed.push(fields) });
  const end = (name: string): void => void ended.push(name);
  assert.equal(shutdown.add('first', 'first', end), 'first');
  shutdown.add('throws', 'throws', () => {
    throw new Error('no');
  });
  shutdown.add('rejects', 'rejects', () => Promise.reject(new Error('never')));
  shutdown.add('last', 'last', end);
  await shutdown.run();
  assert.deepEqual(ended, ['last', 'first']);
  assert.deepEqual(failed, [
    { what: 'rejects', reason: 'never' },
    { what: 'throws', reason: 'no' },
  ]);
  await shutdown.run();
  assert.equal(ended.length, 2, 'nothing ends twice');
});

test('memory is given back while it is quiet, and again only for 8 MiB more than the last time left', () => {
  const time = new FakeTime();
  let [residentBytes, given, isQuiet] = [100 * 1_048_576, 0, false];
  const giveBack = (): void => {
    given += 1;
  };
  const memory = { residentBytes: () => residentBytes, giveBack };
  const end = tidyMemory({ time, memory, isQuiet: () => isQuiet });
  const after10s = (): number => {
    time.advance(10_000);
    return given;
  };
  assert.equal(after10s(), 0);
  isQuiet = true;
  assert.equal(after10s(), 1);
  residentBytes += 8 * 1_048_576;
  assert.equal(after10s(), 1);
  residentBytes += 1;
  assert.equal(after10s(), 2);
  end();
  residentBytes *= 2;
  assert.equal(after10s(), 2);
});
