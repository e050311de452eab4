import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hours, mono, seconds, type WallMs, wall } from '../../../src/base/brand.ts';
import { clockLevel, estimate } from '../../../src/box/core/clock.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking, t0 } from './bench-site.ts';

const a = booking('a', 1);
const jump = (box: BenchBox, ms: number): void => {
  box.wall = wall(box.wall + ms);
  box.feed({ type: 'woke' });
};
const levelOf = (box: BenchBox) => clockLevel(box.state, { mono: mono(box.mono), wall: box.wall });

describe('23. clock levels', () => {
  const table: readonly [string, number, boolean, string][] = [
    ['as the floor says', 0, false, 'plausible'],
    ['a little back, as NTP does', -seconds(4), false, 'plausible'],
    ['a minute back', -seconds(60), false, 'behind'],
    ['a day back', -hours(24), false, 'behind'],
    ['24 h ahead', hours(24), false, 'plausible'],
    ['over 24 h ahead', hours(24) + 1, false, 'ahead'],
    ['a year ahead', hours(24 * 365), false, 'ahead'],
    ['a year ahead and vouched for', hours(24 * 365), true, 'synced'],
    ['years back and vouched for', -hours(24 * 3_650), true, 'synced'],
  ];
  for (const [name, ms, vouched, level] of table) {
    test(`${name}: ${level}`, () => {
      const box = new BenchBox();
      jump(box, ms);
      if (vouched) box.feed({ type: 'clock-synced', synced: true });
      assert.equal(levelOf(box), level);
    });
  }

  test('no floor yet: what the clock says is plausible', () => {
    assert.equal(levelOf(new BenchBox()), 'plausible');
  });

  test('clock-untrusted and clock-good are said once each', () => {
    const box = new BenchBox();
    jump(box, -hours(24));
    assert.deepEqual(box.heard(), [{ type: 'clock-untrusted', reason: 'behind' }]);
    assert.deepEqual(box.screen, { text: 'denied', reason: 'clock-untrusted' });
    jump(box, -hours(1));
    jump(box, hours(24 * 900));
    assert.deepEqual(box.told(), []);
    box.feed({ type: 'clock-synced', synced: true });
    assert.deepEqual(box.told(), ['clock-good']);
    assert.deepEqual(box.screen, { text: 'ready' });
  });

  test('a restart with the clock in 1970: said, and the floor goes on', () => {
    const box = new BenchBox();
    box.after(3_600);
    box.feed({ type: 'keypad-touched', length: 0 });
    box.wall = wall(0);
    box.reboots();
    assert.ok(box.told().includes('clock-untrusted'));
    const now = estimate(box.state, { mono: mono(box.mono), wall: box.wall });
    assert.ok(Math.abs(now - (t0 + hours(1))) < 1_000, `${new Date(now).toISOString()}`);
  });

  test('only a synced clock moves the floor by more than 24 h', () => {
    const box = new BenchBox();
    jump(box, hours(24 * 365));
    assert.ok((box.floor ?? 0) < at(1));
    box.feed({ type: 'clock-synced', synced: true });
    assert.ok((box.floor ?? 0) >= at(24 * 365));
  });

  test('clock set by a technician is believed from then on, whatever the system says', () => {
    const box = new BenchBox();
    jump(box, -hours(24 * 365));
    box.command({ verb: 'clock-set', wall: t0 });
    assert.equal(levelOf(box), 'synced');
    box.types(a);
    assert.deepEqual(box.pulsed(), [1]);
  });
});

describe('23. smartbox clock set', () => {
  test('without a time: the system’s clock is right as it stands, whatever was set before', () => {
    const box = new BenchBox();
    box.command({ verb: 'clock-set', wall: at(5) });
    box.command({ verb: 'clock-set', wall: null });
    box.types({ ...a, end: at(2) });
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('a clock that is synced later takes the place of what was set', () => {
    const box = new BenchBox();
    box.command({ verb: 'clock-set', wall: at(5) });
    box.feed({ type: 'clock-synced', synced: true });
    box.types({ ...a, end: at(2) });
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('set back: the floor gives way, and what had ended has not', () => {
    const box = new BenchBox();
    jump(box, hours(20));
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'too-late');
    box.command({ verb: 'clock-set', wall: at(1) });
    box.types(a);
    assert.deepEqual(box.pulsed(), [1]);
  });
});

describe('23. clock set: a slip is asked about', () => {
  const box = (): BenchBox => {
    const found = new BenchBox();
    found.after(600);
    found.heard();
    return found;
  };
  const set = (to: BenchBox, wallAt: WallMs | null, force?: true) =>
    to.command({ verb: 'clock-set', wall: wallAt, ...(force === undefined ? {} : { force }) });

  for (const [name, hoursOff, distance] of [
    ['six years before', -24 * 365 * 6, /2190 days \(5 years\) before/],
    ['two days before', -48, /2 days before/],
    ['a day and an hour before', -25, /1 day before/],
    ['six weeks after', 24 * 42, /42 days after/],
    ['thirty years after', 24 * 365 * 30, /\(29 years\) after/],
  ] as const) {
    test(`${name} the last that is known: refused with the distance, done with force`, () => {
      const one = box();
      const outcome = set(one, at(hoursOff));
      assert.ok(!outcome.done && outcome.code === 'clock-far-off', JSON.stringify(outcome));
      assert.match(outcome.message, distance);
      assert.match(outcome.hint, /--force/);
      assert.deepEqual(one.told(), [], 'nothing is said of it');
      assert.equal(levelOf(one), 'plausible');
      assert.equal(set(one, at(hoursOff), true).done, true);
      assert.equal(levelOf(one), 'synced');
      assert.equal(set(one, at(hoursOff)).done, true, 'and from there it is near');
    });
  }

  for (const [name, hoursOff] of [
    ['an hour before', -1],
    ['a day before, nearly', -23],
    ['a fortnight after: it was off', 24 * 14],
  ] as const) {
    test(`${name}: done at once`, () => assert.equal(set(box(), at(hoursOff)).done, true));
  }

  test('the clock as it stands is looked at the same way', () => {
    const one = box();
    jump(one, -hours(24 * 400));
    const outcome = set(one, null);
    assert.ok(!outcome.done && /400 days before/.test(outcome.message));
    assert.equal(levelOf(one), 'behind');
    assert.equal(set(one, null, true).done, true);
  });

  test('a new box whose system began years before any box ran: as it stands, and near that, it is asked about', () => {
    for (const began of ['1970-01-01', '2020-02-20', '2025-11-30']) {
      const one = new BenchBox();
      one.wall = wall(Date.parse(began));
      one.floor = one.wall;
      one.reboots();
      for (const told of [null, wall(one.wall + hours(1)), wall(one.wall - hours(1))]) {
        const outcome = set(one, told);
        assert.ok(!outcome.done && /before .*2026-01-01/.test(outcome.message), `${began} ${told}`);
      }
      assert.equal(levelOf(one), 'plausible');
      assert.equal(set(one, null, true).done, true);
    }
  });

  test('after a restart too, by what the file remembers', () => {
    const one = box();
    one.reboots();
    assert.equal(set(one, at(-24 * 365)).done, false);
  });
});

describe('23. behind and ahead: takes only while floor + monotonic lies inside the window', () => {
  for (const [name, ms] of [
    ['1970', -(t0 as number)],
    ['+1 year', hours(24 * 365)],
    ['−1 day', -hours(24)],
  ] as const) {
    test(`${name}: inside by the floor, it takes; outside, clock-untrusted`, () => {
      const box = new BenchBox();
      box.after(60);
      jump(box, ms);
      box.types({ ...a, start: at(1) });
      assert.equal(box.heard().at(-1)?.reason, 'clock-untrusted');
      box.types({ ...a, end: t0 });
      assert.equal(box.heard().at(-1)?.reason, 'clock-untrusted');
      box.types({ ...a, start: at(0.1), conflicting: true });
      assert.equal(box.heard().at(-1)?.reason, 'clock-untrusted');
      box.types(a);
      assert.deepEqual(box.pulsed(), [1]);
    });
  }

  test('other reasons stay what they are', () => {
    const box = new BenchBox();
    jump(box, -hours(24));
    box.types({ ...a, cancelled: true });
    assert.equal(box.heard().at(-1)?.reason, 'cancelled');
  });

  test('a key that is out is not overdue because the clock leapt a year', () => {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    box.heard();
    jump(box, hours(24 * 365));
    box.after(60);
    assert.deepEqual(box.told(), ['clock-untrusted']);
  });

  test('synced and plausible: ordinary reasons', () => {
    const box = new BenchBox();
    jump(box, hours(20));
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'too-late');
  });
});

describe('24. durations are monotonic', () => {
  test('a leap of the wall clock neither ends nor begins a wait', () => {
    const box = new BenchBox();
    box.types(a);
    box.after(1);
    jump(box, hours(20));
    assert.ok(!box.told().includes('not-opened'));
    box.after(20);
    assert.ok(box.told().includes('not-opened'));
  });
});
