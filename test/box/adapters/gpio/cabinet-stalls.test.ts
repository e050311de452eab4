import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { millis } from '../../../../src/base/brand.ts';
import { one, running, two } from './cabinet-bench.ts';

describe('what is still to be told after a stall', () => {
  test('a level that edges did not tell of is found by looking, and heard once it is believed', () => {
    const { lines, time, cabinet, take } = running();
    assert.equal(cabinet.heard(), true);
    lines.set('c/11', 1, 'lost');
    assert.equal(cabinet.heard(), false);
    time.pass(49);
    assert.deepEqual([cabinet.heard(), take()], [false, []]);
    time.pass(1);
    assert.deepEqual(take(), [{ type: 'door-changed', slot: 1, door: 'open' }]);
    assert.equal(cabinet.heard(), true);
  });

  test('edges right after a stall, of a door that reads as before: it was opened and shut, which is told once', () => {
    const { lines, time, cabinet, take } = running();
    const edge = (): void => lines.hints.get('c/11')?.();
    edge();
    assert.deepEqual(take(), [], 'no stall, no visit');
    time.skip(2_500)();
    assert.equal(cabinet.heard(), false, 'they may still come');
    edge();
    edge();
    assert.deepEqual(take(), [{ type: 'door-stirred', slot: 1 }]);
    time.skip(2_500)();
    time.pass(1_000);
    assert.equal(cabinet.heard(), true);
    edge();
    assert.deepEqual(take(), []);
  });

  test('a pulse whose end is overdue is not heard; one that runs is', () => {
    const { time, cabinet } = running();
    cabinet.pulse(one, millis(300));
    assert.equal(cabinet.heard(), true);
    const stalled = time.skip(300);
    assert.equal(cabinet.heard(), false);
    stalled();
    assert.equal(cabinet.heard(), true);
  });

  test('a door that opens goes before the presence that changed with it, whichever edge came first', () => {
    const { lines, time, take } = running();
    lines.set('c/12', 1);
    time.pass(10);
    lines.set('c/11', 1);
    time.pass(60);
    assert.deepEqual(take(), [
      { type: 'door-changed', slot: 1, door: 'open' },
      { type: 'presence-changed', slot: 1, presence: 'absent' },
    ]);
    lines.set('c/12', 0);
    time.pass(10);
    lines.set('c/11', 0);
    time.pass(60);
    assert.deepEqual(
      take().map(({ type }) => type),
      ['presence-changed', 'door-changed'],
      'a door that shuts waits for its turn',
    );
  });

  test('edges of a door that was open and is shut again go along with the presence that changed', () => {
    const { lines, time, take } = running();
    lines.levels.set('c/12', 1);
    lines.hints.get('c/11')?.();
    lines.hints.get('c/12')?.();
    time.pass(60);
    assert.deepEqual(take(), [{ type: 'presence-changed', slot: 1, presence: 'absent', doorStirred: true }]);
    time.pass(2_000);
    lines.set('c/12', 0);
    time.pass(60);
    assert.deepEqual(take(), [{ type: 'presence-changed', slot: 1, presence: 'present' }], 'long after');
  });
});

describe('a pulse that no guard would watch over', () => {
  test('no guard, no pulse: it is waited for, then missed, and the lock is not blamed', () => {
    const { lines, time, guard, cabinet, take } = running();
    guard.alive = false;
    cabinet.pulse(one, millis(300));
    time.pass(2_800);
    assert.deepEqual([take(), cabinet.heard()], [[], false]);
    time.pass(200);
    assert.deepEqual(take(), [{ type: 'pulse-missed', slot: 1, reason: 'no-guard' }]);
    assert.deepEqual([lines.written, cabinet.guardHealthy()], [[], false]);
    cabinet.pulse(two, millis(300));
    time.pass(400);
    guard.alive = true;
    time.pass(50);
    assert.deepEqual(take(), [{ type: 'pulse-begun', slot: 2, ms: 300 }]);
    time.pass(300);
    assert.deepEqual(take(), [{ type: 'pulse-ended', slot: 2 }]);
  });

  test('a process that stood still before the lock was powered gives it a whole pulse, under a guard that watches', () => {
    const { lines, time, guard, cabinet, take } = running();
    lines.writeMs = () => time.pass(250);
    cabinet.pulse(one, millis(300));
    lines.writeMs = () => {};
    assert.deepEqual([take(), lines.levels.get('c/10')], [[], 0]);
    time.pass(50);
    assert.deepEqual([take(), lines.levels.get('c/10')], [[{ type: 'pulse-begun', slot: 1, ms: 300 }], 1]);
    assert.deepEqual(guard.said, ['pulse 0 300', 'end', 'pulse 0 300']);
    time.pass(300);
    assert.deepEqual(take(), [{ type: 'pulse-ended', slot: 1 }]);
    lines.writeMs = () => time.pass(5_000);
    cabinet.pulse(one, millis(300));
    lines.writeMs = () => {};
    time.pass(50);
    assert.deepEqual(
      take(),
      [
        { type: 'pulse-begun', slot: 1, ms: 300 },
        { type: 'pulse-ended', slot: 1 },
      ],
      'nobody waits for ever: the guard has ended it, and the door may be open',
    );
    assert.equal(lines.levels.get('c/10'), 0);
  });

  test('a guard that has to prove first that it lives: nothing is powered before', () => {
    const { lines, time, guard, cabinet, take } = running();
    guard.stale = true;
    cabinet.pulse(one, millis(300));
    time.pass(20);
    assert.deepEqual([take(), lines.levels.get('c/10'), cabinet.heard()], [[], 0, false]);
    guard.answer(true);
    assert.deepEqual([take(), lines.levels.get('c/10')], [[{ type: 'pulse-begun', slot: 1, ms: 300 }], 1]);
    time.pass(300);
    assert.deepEqual(take(), [{ type: 'pulse-ended', slot: 1 }]);
    guard.answer(true);
    guard.answer(false);
    assert.deepEqual([take(), lines.levels.get('c/10')], [[], 0], 'what comes later is about nothing');
  });

  test('a guard that falls silent during a pulse: the lock is off at once, and that was the pulse', () => {
    const { lines, time, guard, cabinet, take } = running();
    cabinet.pulse(one, millis(1_000));
    assert.deepEqual(take(), [{ type: 'pulse-begun', slot: 1, ms: 1_000 }]);
    time.pass(400);
    guard.answer(false);
    assert.deepEqual([take(), lines.levels.get('c/10')], [[{ type: 'pulse-ended', slot: 1 }], 0]);
    time.pass(2_000);
    assert.deepEqual([take(), lines.levels.get('c/10')], [[], 0]);
  });

  test('an answer that comes before it is asked anew is enough, once', () => {
    const { time, guard, cabinet, take } = running();
    guard.stale = true;
    cabinet.pulse(one, millis(300));
    guard.answer(false);
    time.pass(20);
    guard.answer(true);
    time.pass(400);
    const told = take().map(({ type }) => type);
    assert.deepEqual(told, ['pulse-begun', 'pulse-ended']);
  });

  test('none that answers: nothing is powered, and nobody waits for ever', () => {
    const { lines, time, guard, cabinet, take } = running();
    guard.stale = true;
    cabinet.pulse(one, millis(300));
    for (let n = 0; n < 70; n += 1) {
      guard.answer(false);
      time.pass(50);
    }
    assert.deepEqual(take(), [{ type: 'pulse-missed', slot: 1, reason: 'no-guard' }]);
    assert.deepEqual(lines.written, []);
  });

  test('an answer that comes late is of a guard that lives, and is asked for anew', () => {
    const { lines, time, guard, cabinet, take } = running();
    guard.stale = true;
    cabinet.pulse(one, millis(300));
    time.pass(600);
    guard.stale = false;
    guard.answer(true);
    assert.equal(lines.levels.get('c/10'), 0);
    time.pass(50);
    assert.deepEqual([take(), lines.levels.get('c/10')], [[{ type: 'pulse-begun', slot: 1, ms: 300 }], 1]);
  });

  test('the guard is asked with each key that is typed', () => {
    const { guard, cabinet } = running();
    cabinet.signal('key');
    assert.deepEqual(guard.said, ['ask']);
  });
});
