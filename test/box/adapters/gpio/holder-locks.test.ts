import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Millis, millis, slotId } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import { HolderLocks, type PulsingHolder } from '../../../../src/box/adapters/gpio/holder-locks.ts';
import type { HolderNews } from '../../../../src/box/adapters/gpio/line-holder.ts';
import { guardWaitMs } from '../../../../src/box/adapters/gpio/locks.ts';
import type { InputBody } from '../../../../src/box/core/input.ts';
import { FakeTime } from './fake-time.ts';

const one = slotId(1);
const two = slotId(2);

/** A helper that says what the test tells it to say. */
class FakeHolder implements PulsingHolder {
  ready = true;
  readonly asked: string[] = [];
  readonly replaced: string[] = [];
  #listener: (news: HolderNews) => void = () => {};

  pulse(n: number, ms: Millis): void {
    this.asked.push(`${n} ${ms}`);
  }

  onNews(listener: (news: HolderNews) => void): void {
    this.#listener = listener;
  }

  replace(reason: string): void {
    this.replaced.push(reason);
    this.says({ type: 'gone' });
  }

  says(news: HolderNews): void {
    this.#listener(news);
  }
}

function bench() {
  const holder = new FakeHolder();
  const time = new FakeTime();
  const told: InputBody[] = [];
  let closed = 0;
  const locks = new HolderLocks({
    locks: [
      { slot: one, n: 0 },
      { slot: two, n: 4 },
    ],
    holder,
    close: () => {
      closed += 1;
    },
    time,
    report: body => told.push(body),
    log: silent,
  });
  return {
    holder,
    time,
    locks,
    told,
    take: () => told.splice(0).map(({ type }) => type),
    closed: () => closed,
  };
}

test('a pulse is told when the helper has begun it, and when it has ended it', () => {
  const { holder, time, locks, take } = bench();
  locks.pulse(two, millis(300));
  assert.deepEqual([holder.asked, take(), locks.owing()], [['4 300'], [], true]);
  holder.says({ type: 'begun', n: 4 });
  assert.deepEqual([take(), locks.owing()], [['pulse-begun'], false]);
  time.pass(300);
  assert.equal(locks.owing(), true, 'its end is to be told');
  holder.says({ type: 'ended', n: 4 });
  assert.deepEqual([take(), locks.owing()], [['pulse-ended'], false]);
  time.pass(10_000);
  assert.deepEqual([take(), holder.replaced], [[], []]);
});

test('a pulse of the hard maximum leaves its last moments to the guard, and is told as it is', () => {
  const { holder, locks, told } = bench();
  locks.pulse(one, millis(1_000));
  holder.says({ type: 'begun', n: 0 });
  assert.deepEqual(holder.asked, ['0 980']);
  assert.deepEqual(told.at(-1), { type: 'pulse-begun', slot: one, ms: 980 });
});

test('one lock at a time', () => {
  const { holder, locks } = bench();
  locks.pulse(one, millis(300));
  assert.throws(() => locks.pulse(two, millis(300)), /powered already/);
  holder.says({ type: 'begun', n: 0 });
  assert.throws(() => locks.pulse(two, millis(300)), /powered already/);
});

test('a helper that died before a code is waited for: no fault of the slot', () => {
  const { holder, time, locks, take } = bench();
  holder.ready = false;
  locks.pulse(one, millis(300));
  time.pass(200);
  assert.deepEqual([holder.asked, take()], [[], []]);
  holder.ready = true;
  holder.says({ type: 'ready' });
  time.pass(60);
  assert.deepEqual(holder.asked, ['0 300']);
});

test('a helper that cannot be had for so long that the pulse is missed: it has not failed', () => {
  const { holder, time, locks, take } = bench();
  holder.ready = false;
  locks.pulse(one, millis(300));
  time.pass(guardWaitMs + 200);
  assert.deepEqual([take(), locks.owing()], [['pulse-missed'], false]);
});

test('a helper that dies before it has begun is asked again; one that dies in mid-pulse has pulsed', () => {
  const { holder, time, locks, take } = bench();
  locks.pulse(one, millis(300));
  holder.says({ type: 'gone' });
  time.pass(60);
  assert.deepEqual([holder.asked, take()], [['0 300', '0 300'], []]);
  holder.says({ type: 'begun', n: 0 });
  holder.says({ type: 'gone' });
  assert.deepEqual([take(), locks.owing()], [['pulse-begun', 'pulse-ended'], false]);
});

test('a helper that tells nothing of a pulse is replaced, and another is asked', () => {
  const { holder, time, locks, take } = bench();
  locks.pulse(one, millis(300));
  time.pass(290);
  assert.deepEqual(holder.replaced, []);
  time.pass(70);
  assert.deepEqual([holder.replaced.length, holder.asked.length, take()], [1, 2, []]);
});

test('a helper that begins and never ends is replaced: its guard has ended the pulse', () => {
  const { holder, time, locks, take } = bench();
  locks.pulse(one, millis(300));
  holder.says({ type: 'begun', n: 0 });
  time.pass(799);
  assert.deepEqual(holder.replaced, []);
  time.pass(10);
  assert.deepEqual([holder.replaced.length, take()], [1, ['pulse-begun', 'pulse-ended']]);
});

test('this process stood still: what was told meanwhile counts, and the helper stays', () => {
  const { holder, time, locks, take } = bench();
  locks.pulse(one, millis(300));
  const resume = time.skip(5_000);
  // Timers that are due come before what waits in the pipe.
  resume();
  holder.says({ type: 'begun', n: 0 });
  holder.says({ type: 'ended', n: 0 });
  assert.deepEqual([holder.replaced, take()], [[], ['pulse-begun', 'pulse-ended']]);
});

test('refused for a reason of its own the slot has failed, for one of the helper it is tried again', () => {
  const { holder, time, locks, take } = bench();
  for (const reason of ['late', 'busy']) {
    locks.pulse(one, millis(300));
    holder.says({ type: 'refused', n: 0, reason });
    time.pass(60);
    assert.equal(holder.asked.splice(0).length, 2, reason);
    holder.says({ type: 'begun', n: 0 });
    holder.says({ type: 'ended', n: 0 });
    assert.deepEqual(take(), ['pulse-begun', 'pulse-ended']);
  }
  for (const reason of ['dead', 'i/o error']) {
    locks.pulse(one, millis(300));
    holder.says({ type: 'refused', n: 0, reason });
    assert.deepEqual([take(), locks.owing()], [['pulse-failed'], false], reason);
  }
});

test('a line that will not go idle has failed, and the helper that makes place for the next one adds nothing', () => {
  const { holder, locks, take } = bench();
  locks.pulse(one, millis(300));
  holder.says({ type: 'begun', n: 0 });
  holder.says({ type: 'stuck', n: 0, reason: 'i/o error' });
  holder.says({ type: 'gone' });
  assert.deepEqual(take(), ['pulse-begun', 'pulse-failed']);
});

test('a slot whose lock could not be set up fails at once', () => {
  const { holder, locks, take } = bench();
  locks.pulse(slotId(9), millis(300));
  assert.deepEqual([holder.asked, take()], [[], ['pulse-failed']]);
});

test('closing ends the holder, and a pulse that runs is told no more', () => {
  const { holder, time, locks, take, closed } = bench();
  locks.pulse(one, millis(300));
  holder.says({ type: 'begun', n: 0 });
  take();
  locks.close();
  holder.says({ type: 'ended', n: 0 });
  time.pass(5_000);
  assert.deepEqual([take(), closed(), holder.replaced], [[], 1, []]);
});
