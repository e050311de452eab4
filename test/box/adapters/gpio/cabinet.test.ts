import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { millis } from '../../../../src/base/brand.ts';
import { Fault } from '../../../../src/base/fault.ts';
import { silent } from '../../../../src/base/log.ts';
import { openCabinet } from '../../../../src/box/adapters/gpio/cabinet.ts';
import { bench, one, running, spec, two } from './cabinet-bench.ts';
import { FakeGuard, FakeLines } from './fake-lines.ts';
import { FakeTime } from './fake-time.ts';

describe('doors and keys', () => {
  test('the first levels are read from the lines, in the sense of each', () => {
    const { cabinet } = bench(lines => {
      lines.levels.set('c/11', 1);
      lines.levels.set('c/12', 1);
      lines.levels.set('c/21', 1);
    });
    assert.deepEqual(cabinet.levels(), [
      { slot: 1, door: 'open', presence: 'absent' },
      { slot: 2, door: 'shut', presence: 'none' },
    ]);
  });

  test('a level counts once it has been the same for 50 ms', () => {
    const { lines, time, take } = running();
    lines.set('c/11', 1);
    time.pass(49);
    assert.deepEqual(take(), []);
    time.pass(1);
    assert.deepEqual(take(), [{ type: 'door-changed', slot: 1, door: 'open' }]);
    lines.set('c/12', 1);
    time.pass(50);
    assert.deepEqual(take(), [{ type: 'presence-changed', slot: 1, presence: 'absent' }]);
  });

  test('a bounce begins the 50 ms anew, and what goes back is no change', () => {
    const { lines, time, take } = running();
    lines.set('c/11', 1);
    time.pass(30);
    lines.set('c/11', 0);
    time.pass(10);
    lines.set('c/11', 1);
    time.pass(49);
    assert.deepEqual(take(), []);
    time.pass(1);
    assert.equal(take().length, 1);
    lines.set('c/11', 0);
    time.pass(20);
    lines.set('c/11', 1);
    time.pass(5_000);
    assert.deepEqual(take(), []);
  });

  test('edges that change nothing report nothing', () => {
    const { lines, time, take } = running();
    for (let i = 0; i < 100; i += 1) {
      lines.hints.get('c/11')?.();
      time.pass(7);
    }
    assert.deepEqual(take(), []);
  });

  test('a lost edge is found by sampling within 1.1 s', () => {
    const { lines, time, take } = running();
    lines.set('c/21', 0, 'lost');
    time.pass(1_100);
    assert.deepEqual(take(), [{ type: 'door-changed', slot: 2, door: 'open' }]);
  });

  test('alarms: those that are on at the start, then changes', () => {
    const { lines, time, cabinet, take } = bench(fake => fake.levels.set('c/4', 0));
    time.pass(500);
    assert.deepEqual(take(), [], 'nothing before the first levels');
    cabinet.levels();
    assert.deepEqual(take(), [], 'the levels come first');
    time.pass(1);
    assert.deepEqual(take(), [{ type: 'alarm-changed', line: 'tamper', active: true }]);
    lines.set('c/4', 1);
    lines.set('c/5', 1);
    time.pass(60);
    assert.deepEqual(take(), [
      { type: 'alarm-changed', line: 'tamper', active: false },
      { type: 'alarm-changed', line: 'power-low', active: true },
    ]);
  });

  test('sampling costs one read a line and second', () => {
    const { lines, time } = running();
    time.pass(2_000);
    lines.reads = 0;
    time.pass(10_000);
    assert.equal(lines.reads, 5 * 10);
  });
});

describe('lines that fail', () => {
  test('one that cannot be set up takes its slot alone', () => {
    const { lines, time, cabinet, take } = bench(fake => {
      fake.dead.add('c/10');
      fake.dead.add('c/12');
      fake.dead.add('c/1');
    });
    assert.deepEqual(cabinet.levels()[0], { slot: 1, door: 'shut', presence: 'present' });
    time.pass(1);
    assert.deepEqual(take(), [{ type: 'line-faulted', slot: 1, reason: 'c/10 is dead' }]);
    cabinet.signal('granted');
    cabinet.pulse(one, millis(100));
    assert.equal(take()[0]?.type, 'pulse-failed');
    cabinet.pulse(two, millis(100));
    assert.equal(take()[0]?.type, 'pulse-begun');
    assert.equal(lines.levels.get('c/20'), 0);
    const dead = cabinet.inspect().filter(line => line.trouble !== null);
    assert.deepEqual(
      dead.map(line => line.name),
      ['slot 1 lock', 'green', 'slot 1 presence'],
    );
  });

  test('a box without one lock that works does not start, and lets go of its lines', () => {
    const lines = new FakeLines();
    lines.dead.add('c/10').add('c/20');
    const open = () =>
      openCabinet({
        spec,
        lines,
        guard: () => new FakeGuard(),
        time: new FakeTime(),
        report: () => {},
        log: silent,
      });
    assert.throws(open, (error: unknown) => error instanceof Fault && error.code === 'line-setup');
    assert.equal(lines.closed, 1);
  });

  test('one that cannot be read says so once; the others go on; what was known stays', () => {
    const { lines, time, cabinet, take } = running();
    lines.unreadable.add('c/11').add('c/12');
    time.pass(30_000);
    assert.deepEqual(take(), [{ type: 'line-faulted', slot: 1, reason: 'c/11 is mute' }]);
    assert.equal(cabinet.levels()[0]?.door, 'shut');
    lines.set('c/21', 0);
    time.pass(60);
    assert.equal(take()[0]?.type, 'door-changed');
    lines.unreadable.clear();
    lines.levels.set('c/11', 1);
    time.pass(1_100);
    assert.deepEqual(take(), [{ type: 'door-changed', slot: 1, door: 'open' }]);
    time.pass(120_000);
    lines.unreadable.add('c/11');
    time.pass(2_000);
    assert.equal(take()[0]?.type, 'line-faulted', 'a new trouble, long after, is told again');
  });

  test('a line without a readable level keeps what was known', () => {
    const { lines, time, cabinet, take } = running();
    lines.levels.delete('c/11');
    lines.hints.get('c/11')?.();
    time.pass(5_000);
    assert.deepEqual(take(), []);
    assert.equal(cabinet.levels()[0]?.door, 'shut');
  });
});

describe('pulses', () => {
  test('begun after the write, ended after the write back; the guard knows before', () => {
    const { lines, time, guard, cabinet, take } = running();
    cabinet.pulse(two, millis(300));
    assert.deepEqual(take(), [{ type: 'pulse-begun', slot: 2, ms: 300 }]);
    assert.deepEqual([lines.levels.get('c/20'), guard.said], [0, ['pulse 1 300']]);
    time.pass(299);
    assert.deepEqual([take(), lines.levels.get('c/20')], [[], 0]);
    time.pass(1);
    assert.deepEqual(take(), [{ type: 'pulse-ended', slot: 2 }]);
    assert.deepEqual([lines.levels.get('c/20'), guard.said.at(-1)], [1, 'end']);
  });

  test('never longer than 1000 ms, never two at a time, never without a bound', () => {
    const { cabinet } = running();
    for (const ms of [0, -1, 1_001, Number.NaN, Number.POSITIVE_INFINITY, 10.5]) {
      assert.throws(() => cabinet.pulse(one, millis(ms)), { name: 'Bug' }, `${ms} ms`);
    }
    cabinet.pulse(one, millis(1_000));
    assert.throws(() => cabinet.pulse(two, millis(10)), { name: 'Bug' });
  });

  test('a write that fails is made idle again and told', () => {
    const { lines, time, guard, cabinet, take } = running();
    lines.unwritable.add('c/10=1');
    cabinet.pulse(one, millis(300));
    assert.deepEqual(take(), [{ type: 'pulse-failed', slot: 1, reason: 'c/10 refuses' }]);
    assert.deepEqual([lines.written, guard.said.at(-1)], [['c/10=0'], 'end']);
    time.pass(2_000);
    assert.deepEqual(take(), []);
    cabinet.pulse(two, millis(300));
    assert.equal(take()[0]?.type, 'pulse-begun');
  });

  test('a line that will not go idle is tried until it does, and stays with the guard until then', () => {
    const { lines, time, guard, cabinet, take } = running();
    cabinet.pulse(one, millis(300));
    take();
    lines.unwritable.add('c/10=0');
    time.pass(300);
    assert.equal(take()[0]?.type, 'pulse-failed');
    time.pass(3_500);
    assert.ok(!guard.said.includes('end'));
    lines.unwritable.clear();
    time.pass(1_000);
    assert.deepEqual([lines.levels.get('c/10'), guard.said.at(-1)], [0, 'end']);
  });

  test('closing makes locks idle before anything else, and nothing comes afterwards', async () => {
    const { lines, time, guard, cabinet, take } = running();
    cabinet.signal('alarm');
    cabinet.pulse(one, millis(300));
    take();
    lines.written.length = 0;
    await Promise.all([cabinet.close(), cabinet.close()]);
    assert.equal(lines.written[0], 'c/10=0');
    assert.deepEqual([lines.levels.get('c/3'), lines.closed, guard.said.at(-1)], [1, 1, 'close']);
    time.pass(10_000);
    assert.deepEqual([take(), time.waiting], [[], 0]);
  });
});
