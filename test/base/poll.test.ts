/** Work that is done again and again: one run at a time, at once when somebody asks, and never after its end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Millis, millis } from '../../src/base/brand.ts';
import { repeat } from '../../src/base/every.ts';
import { Poll } from '../../src/base/poll.ts';
import { FakeTime } from '../fake-time.ts';

/** A look that ends when the test says so, with whether there is more. */
function looking() {
  const ends: ((isMore: boolean) => void)[] = [];
  const time = new FakeTime();
  const poll = new Poll({
    ...{ time, everyMs: millis(1_000) },
    look: () => new Promise<boolean>(resolve => void ends.push(resolve)),
    failed: reason => assert.fail(reason),
  });
  const end = async (isMore = false): Promise<void> => {
    ends.at(-1)?.(isMore);
    await turn();
  };
  return { time, poll, ends, end };
}

test('what is repeated says itself when it runs next, and runs no more when that is over', async () => {
  const time = new FakeTime();
  const at: number[] = [];
  const waits = [millis(10), millis(200)];
  const stop = repeat(time, () => {
    at.push(time.mono());
    return waits[at.length - 1] ?? millis(5);
  });
  time.advance(210);
  assert.deepEqual(at, [0, 10, 210]);
  stop();
  time.advance(1_000);
  assert.equal(at.length, 3);
  const late: ((next: Millis) => void)[] = [];
  const end = repeat(time, () => new Promise<Millis>(resolve => void late.push(resolve)), millis(50));
  assert.equal(late.length, 0);
  time.advance(500);
  assert.equal(late.length, 1, 'it waits for the one before');
  late[0]?.(millis(20));
  await turn();
  time.advance(20);
  assert.equal(late.length, 2);
  end();
  late[1]?.(millis(20));
  await turn();
  assert.equal(time.armed, 0, 'one that ends late arms nothing');
});

test('a poll looks each so often, once more while there is more, and never twice at one time', async () => {
  const { time, poll, ends, end } = looking();
  poll.start();
  time.advance(999);
  assert.equal(ends.length, 0);
  time.advance(1);
  assert.equal(ends.length, 1);
  time.advance(5_000);
  assert.equal(ends.length, 1);
  await end(true);
  assert.equal(ends.length, 2, 'there was more');
  poll.nudge();
  poll.nudge();
  await end();
  assert.equal(ends.length, 3, 'somebody asked meanwhile');
  await end();
  assert.equal(ends.length, 3);
  poll.nudge();
  assert.equal(ends.length, 4, 'it is at once where nothing runs');
  await end();
  time.advance(1_000);
  assert.equal(ends.length, 5);
});

test('a poll that is stopped waits for its look, and looks no more', async () => {
  const { time, poll, ends, end } = looking();
  poll.start(millis(0));
  time.advance(0);
  poll.nudge();
  let isStopped = false;
  const stopping = poll.stop().then(() => {
    isStopped = true;
  });
  await turn();
  assert.equal(isStopped, false);
  await end(true);
  await stopping;
  poll.nudge();
  time.advance(5_000);
  assert.deepEqual([ends.length, time.armed], [1, 0]);
});

test('a poll goes on after a look that failed', async () => {
  const time = new FakeTime();
  const said: string[] = [];
  let looks = 0;
  const look = (): Promise<boolean> => {
    looks += 1;
    return Promise.reject(new Error(`no ${looks}`));
  };
  const poll = new Poll({ time, everyMs: millis(10), look, failed: reason => void said.push(reason) });
  poll.start();
  time.advance(10);
  await turn();
  time.advance(10);
  await turn();
  assert.deepEqual(said, ['no 1', 'no 2']);
  await poll.stop();
});
