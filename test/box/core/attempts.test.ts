import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { limits } from '../../../src/box/core/model.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const a = booking('a', 1);

function wrong(box: BenchBox, times: number): void {
  for (let n = 0; n < times; n += 1) box.types();
}

function lockedOut(): BenchBox {
  const box = new BenchBox();
  wrong(box, 5);
  box.heard();
  return box;
}

describe('18. guessing', () => {
  test('after 5 wrong: lockout, said once', () => {
    const box = new BenchBox();
    wrong(box, 4);
    assert.ok(!box.told().includes('lockout'));
    wrong(box, 1);
    assert.deepEqual(box.told(), ['denied', 'lockout']);
    box.after(31);
    wrong(box, 1);
    assert.deepEqual(box.told(), ['denied']);
  });

  const harmless: readonly [string, (box: BenchBox) => void][] = [
    ['too-early', box => box.types({ ...a, start: a.end ?? a.start })],
    ['too-late', box => box.types({ ...a, end: a.start })],
    ['cancelled', box => box.types({ ...a, cancelled: true })],
    ['key-elsewhere', box => box.types(booking('x', 9))],
    ['a grant', box => box.types(a)],
    ['an empty wake', box => box.feed({ type: 'woke' })],
    ['typing and clearing', box => box.feed({ type: 'keypad-touched', length: 0 })],
  ];
  for (const [name, act] of harmless) {
    test(`wrong is unknown or pin-wrong; ${name} does not count`, () => {
      const box = new BenchBox();
      wrong(box, 4);
      for (let n = 0; n < 3; n += 1) act(box);
      assert.equal(box.state.attempts.wrongs, 4);
    });
  }

  test('during the wait a valid code is locked-out, not judged, and the wait is not begun anew', () => {
    const box = lockedOut();
    for (let n = 0; n < 20; n += 1) {
      box.types(a);
      box.types();
      box.after(1);
    }
    assert.ok(box.heard().every(entry => entry.reason === 'locked-out' && entry.booking === undefined));
    assert.equal(box.state.attempts.wrongs, 5);
    assert.deepEqual(box.pulsed(), []);
    box.after(10);
    box.types(a);
    assert.deepEqual(box.pulsed(), [1], 'nobody with a valid code waits longer than 30 s');
  });

  test('one try per 30 s: only a wrong entry spends it, so a queue of right ones goes through', () => {
    const box = lockedOut();
    box.after(30);
    box.types({ ...a, cancelled: true });
    box.types(a);
    box.types(booking('b', 2));
    box.after(1);
    box.types(booking('c', 3));
    box.after(1);
    assert.deepEqual(box.pulsed(), [1, 2, 3]);
    wrong(box, 1);
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'locked-out');
  });

  test('10 minutes without a wrong one end it', () => {
    const box = lockedOut();
    box.after(599);
    assert.equal(box.state.attempts.wrongs, 5);
    box.after(1);
    box.types(booking('a', 1));
    box.types(booking('b', 2));
    box.after(1);
    assert.deepEqual(box.pulsed(), [1, 2], 'no try is rationed any more');
    wrong(box, 5);
    assert.ok(box.told().includes('lockout'), 'and the next time is told again');
  });

  test('a wrong one after 9 minutes begins the 10 minutes anew', () => {
    const box = lockedOut();
    box.after(540);
    wrong(box, 1);
    box.after(540);
    assert.equal(box.state.attempts.wrongs, 6);
  });

  test('the count survives a restart, which begins the step anew', () => {
    const box = lockedOut();
    box.after(29);
    box.reboots();
    box.heard();
    box.types(a);
    assert.equal(box.heard().at(-1)?.reason, 'locked-out');
    box.after(30);
    box.pulsed();
    box.types(a);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('four wrong ones survive a restart too, and are forgotten in time', () => {
    const box = new BenchBox();
    wrong(box, 4);
    box.reboots();
    wrong(box, 1);
    assert.ok(box.told().includes('lockout'));
    const other = new BenchBox();
    wrong(other, 4);
    other.reboots();
    other.after(600);
    wrong(other, 1);
    assert.ok(!other.told().includes('lockout'));
  });

  test('the wall clock has no say', () => {
    const box = lockedOut();
    box.wall = booking('x', 1).end ?? box.wall;
    box.types(booking('b', 2, { end: null }));
    assert.equal(box.heard().at(-1)?.reason, 'locked-out');
  });

  test('a technician is not locked out', () => {
    const box = lockedOut();
    box.command({ verb: 'open', slot: box.slot(1).id });
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('a flood of entries writes a bounded number of lines, and their sum', () => {
    const box = new BenchBox();
    wrong(box, 400);
    const flood = box.heard();
    assert.ok(flood.length <= limits.denialsEachMinute + 1, `${flood.length} lines`);
    box.after(61);
    const sum = box.heard();
    assert.deepEqual(
      sum.map(entry => [entry.type, entry.count]),
      [['denied', 400 - limits.denialsEachMinute]],
    );
    box.after(120);
    assert.deepEqual(box.told(), []);
  });

  test('a return is looked up at once, then once in 2 s; what is not looked up is said all the same', () => {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    wrong(box, 5);
    box.heard();
    box.effects.length = 0;
    for (let ms = 0; ms < 20_000; ms += 100) {
      wrong(box, 1);
      box.after(0.1);
    }
    const looked = box.effects.filter(({ type }) => type === 'look-up');
    assert.equal(looked.length, 10);
    box.after(60);
    const told = box.heard().filter(({ type }) => type === 'denied');
    assert.equal(
      told.reduce((sum, { count = 1 }) => sum + count, 0),
      200,
    );
  });

  test('a return that is found costs the next one nothing', () => {
    const box = new BenchBox();
    for (const [slot, one] of [a, booking('b', 2), booking('c', 3)].entries()) {
      box.types(one);
      box.takesFrom(slot + 1);
    }
    wrong(box, 5);
    box.pulsed();
    for (const one of [a, booking('b', 2), booking('c', 3)]) box.types(one);
    box.after(1);
    assert.deepEqual(box.pulsed(), [1, 2, 3]);
  });

  test('each wait begins with a look-up at once', () => {
    const box = lockedOut();
    box.after(29);
    wrong(box, 1);
    box.after(1);
    wrong(box, 1);
    box.effects.length = 0;
    wrong(box, 1);
    assert.ok(box.effects.some(effect => effect.type === 'look-up' && effect.scope === 'out'));
  });

  test('tries that were only counted stand in the journal before the grant that follows them', () => {
    const box = lockedOut();
    for (let n = 0; n < 100; n += 1) wrong(box, 1);
    box.after(30);
    box.heard();
    box.types(a);
    const [sum, grant] = box.heard();
    assert.deepEqual([sum?.type, sum?.reason, grant?.type], ['denied', 'locked-out', 'granted']);
    assert.ok((sum?.count ?? 0) > 50);
  });

  test('and before the box stops', () => {
    const box = lockedOut();
    for (let n = 0; n < 100; n += 1) wrong(box, 1);
    box.heard();
    box.feed({ type: 'stopping', reason: 'SIGTERM' });
    assert.deepEqual(box.told(), ['denied', 'stopped']);
  });

  test('what was counted keeps its reason', () => {
    const box = new BenchBox();
    for (let n = 0; n < 50; n += 1) box.types({ ...a, cancelled: true });
    box.after(61);
    const sum = box.heard().at(-1);
    assert.deepEqual([sum?.reason, sum?.count], ['cancelled', 50 - limits.denialsEachMinute]);
  });

  test('entries that come faster than they can be looked up are no guesses, and are said', () => {
    const box = new BenchBox();
    for (let n = 0; n < 9; n += 1) box.feed({ type: 'entry-dropped' });
    assert.equal(box.state.attempts.wrongs, 0);
    assert.equal(box.heard().length, 9);
  });

  test('in a lockout the right and the wrong read one text, that helps both', () => {
    const box = lockedOut();
    const texts = new Set<string>();
    for (const one of [a, { ...a, cancelled: true }, booking('x', 9)]) {
      box.types(one);
      texts.add(JSON.stringify(box.screen));
    }
    wrong(box, 1);
    texts.add(JSON.stringify(box.screen));
    box.chooses(7);
    texts.add(JSON.stringify(box.screen));
    box.phones('nobody');
    texts.add(JSON.stringify(box.screen));
    assert.deepEqual([...texts], [JSON.stringify({ text: 'wait-or-call' })]);
  });
});
