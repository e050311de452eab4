import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { limits } from '../../../src/box/core/model.ts';
import { BenchBox } from './bench-box.ts';
import { at, booking, subject } from './bench-site.ts';

const a = booking('a', 1);
const alone = booking('a', 1, { needsPin: false });
const p = subject('phone', 'p');
const card = subject('badge', 'card');

function tries(box: BenchBox, right: boolean, who = a): string | undefined {
  box.phones('p', who);
  box.heard();
  box.pin(p, [who], right ? [who] : []);
  const last = box.heard()[0];
  return last?.type === 'denied' ? last.reason : last?.for;
}

describe('20. phone, then PIN', () => {
  test('the right PIN takes, and later returns', () => {
    const box = new BenchBox();
    box.phones('p', a);
    assert.deepEqual(box.screen, { text: 'pin', again: false });
    assert.deepEqual(box.pulsed(), []);
    box.feed({ type: 'entered', length: 4, choice: null });
    assert.deepEqual(box.effects.at(-1), { type: 'check-pin', subject: p });
    box.feed({ type: 'pin-checked', subject: p, length: 4, found: box.known([a]), matched: [a.booking] });
    box.takesFrom(1);
    assert.equal(box.heard().find(entry => entry.type === 'key-taken')?.by, 'phone');
    assert.equal(tries(box, true), 'return');
  });

  test('unknown but phone-shaped: the PIN is asked all the same, and then denied', () => {
    const box = new BenchBox();
    box.phones('p');
    assert.deepEqual(box.screen, { text: 'pin', again: false });
    assert.deepEqual(box.told(), []);
    box.pin(p, []);
    assert.deepEqual(box.heard(), [{ type: 'denied', reason: 'unknown', by: 'phone' }]);
  });

  test('a PIN of another driver opens nothing of this phone’s', () => {
    const box = new BenchBox();
    box.phones('p', a);
    box.pin(p, [a], [booking('b', 2)]);
    assert.equal(box.heard().at(-1)?.reason, 'pin-wrong');
    assert.deepEqual(box.pulsed(), []);
  });

  test('no PIN set: phone alone opens', () => {
    const box = new BenchBox();
    box.phones('p', alone);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('a code goes before a phone of the same digits', () => {
    const box = new BenchBox();
    const phone = { fingerprint: p.fingerprint, found: box.known([booking('b', 2)]) };
    box.enters({ code: box.known([a]), phone });
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('prompts live 30 s', () => {
    const box = new BenchBox();
    box.phones('p', a);
    box.after(29.9);
    assert.equal(box.state.panel.mode, 'pin');
    box.after(0.1);
    assert.equal(box.state.panel.mode, 'idle');
    assert.deepEqual(box.screen, { text: 'ready' });
    box.types(a);
    assert.deepEqual(box.pulsed(), [1], 'the next entry is judged by itself');
  });

  test('5 wrong PINs → 15 min, 1 h, 24 h, for that phone only; that driver’s code still works', () => {
    const box = new BenchBox();
    let locks = 0;
    for (const lockS of [900, 3_600, 86_400, 86_400]) {
      for (let n = 0; n < 5; n += 1) {
        box.after(31);
        assert.equal(tries(box, false, booking('a', 1, { end: null })), 'pin-wrong', `lock ${locks}`);
      }
      locks += 1;
      box.after(31);
      assert.equal(tries(box, true, booking('a', 1, { end: null })), 'locked-out');
      box.after(lockS - 31 - 1);
      assert.equal(tries(box, true, booking('a', 1, { end: null })), 'locked-out');
      box.after(2);
    }
    box.after(600);
    box.phones('q', booking('b', 2, { end: null }));
    box.pin(subject('phone', 'q'), [booking('b', 2, { end: null })], [booking('b', 2)]);
    assert.ok(box.pulsed().includes(box.slot(2).id));
  });

  test('the code of a locked phone’s driver works', () => {
    const box = new BenchBox();
    for (let n = 0; n < 5; n += 1) {
      box.after(601);
      tries(box, false);
    }
    assert.equal(tries(box, true), 'locked-out');
    box.types(a);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('what is tried while it is locked does not count towards the next lock', () => {
    const box = new BenchBox();
    const ever = booking('a', 1, { end: null });
    for (let n = 0; n < 5; n += 1) {
      box.after(601);
      tries(box, false, ever);
    }
    for (let n = 0; n < 6; n += 1) tries(box, false, ever);
    box.after(901);
    assert.equal(tries(box, false, ever), 'pin-wrong');
    assert.equal(tries(box, true, ever), 'take');
  });

  test('a right PIN wipes the slate', () => {
    const box = new BenchBox();
    const ever = booking('a', 1, { end: null, reuse: true });
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 4; n += 1) {
        box.after(601);
        assert.equal(tries(box, false, ever), 'pin-wrong');
      }
      box.after(601);
      assert.equal(tries(box, true, ever), 'take');
      box.after(30);
      box.command({ verb: 'restore-slot', slot: box.slot(1).id });
    }
  });

  test('an unknown phone is locked like a known one', () => {
    const box = new BenchBox();
    for (let n = 0; n < 6; n += 1) {
      box.after(601);
      box.phones('nobody');
      box.pin(subject('phone', 'nobody'), []);
    }
    const last = box.heard().at(-1);
    assert.ok(last?.reason === 'unknown' || last?.reason === 'locked-out');
    assert.equal(box.state.attempts.phones[0]?.locks, 1);
  });

  test('the table of phones is bounded, and invented numbers do not lift a lock', () => {
    const box = new BenchBox();
    for (let n = 0; n < 5; n += 1) {
      box.after(31);
      tries(box, false);
    }
    for (let n = 0; n < 300; n += 1) {
      const fake = subject('phone', `fake-${n}`);
      box.feed({ type: 'pin-checked', subject: fake, length: 4, found: [], matched: [] });
    }
    assert.equal(box.state.attempts.phones.length, limits.phonesRemembered);
    assert.ok(
      box.state.attempts.phones.some(phone => phone.fingerprint === 'p' && phone.lockedUntil !== null),
    );
  });

  test('a phone’s lock survives a restart, which begins it anew', () => {
    const box = new BenchBox();
    const ever = booking('a', 1, { end: null });
    for (let n = 0; n < 5; n += 1) {
      box.after(601);
      tries(box, false, ever);
    }
    box.after(800);
    box.reboots();
    box.after(800);
    assert.equal(tries(box, true, ever), 'locked-out');
    box.after(101);
    assert.equal(tries(box, true, ever), 'take');
  });

  test('a locked phone still brings its key back, but not more often than once in 30 s', () => {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    for (let n = 0; n < 5; n += 1) {
      box.after(601);
      tries(box, false);
    }
    box.after(31);
    assert.equal(tries(box, true), 'return');
  });
});

describe('21. several keys for one credential', () => {
  const b = booking('b', 2, { needsPin: false, start: at(-2) });
  const c = booking('c', 3, { needsPin: false });

  test('a numbered list, returns first, then by their beginning', () => {
    const box = new BenchBox();
    box.types(c);
    box.takesFrom(3);
    box.phones('p', alone, b, c);
    assert.deepEqual(box.screen, {
      text: 'choose',
      again: false,
      options: [
        { number: 1, for: 'return', key: 'slot-3' },
        { number: 2, for: 'take', key: 'slot-2' },
        { number: 3, for: 'take', key: 'slot-1' },
      ],
    });
    box.pulsed();
    box.chooses(2);
    assert.deepEqual(box.pulsed(), [2]);
  });

  test('a number that is not in the list: asked again, nothing opens, nothing counts', () => {
    const box = new BenchBox();
    box.phones('p', alone, b);
    for (const choice of [0, 3, 99]) box.chooses(choice);
    assert.deepEqual(box.told(), []);
    assert.equal(box.state.attempts.wrongs, 0);
    assert.equal(box.screen.text, 'choose');
    box.chooses(1);
    assert.deepEqual(box.pulsed(), [2]);
  });

  test('a list lives 30 s; a number after that is an unknown entry', () => {
    const box = new BenchBox();
    box.phones('p', alone, b);
    box.after(30);
    box.chooses(1);
    assert.equal(box.heard().at(-1)?.reason, 'unknown');
    assert.deepEqual(box.pulsed(), []);
  });

  test('what a list offers is judged anew when it is chosen', () => {
    const box = new BenchBox();
    box.types(alone);
    box.takesFrom(1);
    box.phones('p', alone, b);
    box.tag('slot-1');
    box.bringsTo(1);
    box.heard();
    box.pulsed();
    box.chooses(1);
    assert.notEqual(box.heard()[0]?.for, 'return');
    const late = new BenchBox();
    late.phones('p', alone, b);
    late.command({ verb: 'lockdown', on: true, until: null });
    late.chooses(1);
    assert.equal(late.heard().at(-1)?.reason, 'out-of-service');
  });

  test('without a display: the return, else the booking that began first', () => {
    const box = new BenchBox({ rules: { hasDisplay: false } });
    box.phones('p', alone, b);
    assert.deepEqual(box.pulsed(), [2]);
    box.takesFrom(2);
    box.phones('p', alone, b);
    assert.equal(box.heard().findLast(entry => entry.type === 'granted')?.for, 'return');
  });

  test('one key with two bookings is one line', () => {
    const box = new BenchBox();
    box.phones('p', alone, booking('later', 1, { needsPin: false }), b);
    assert.ok(box.screen.text === 'choose' && box.screen.options.length === 2);
  });

  test('only what can be done now is in the list: one thing left is done at once', () => {
    const box = new BenchBox();
    box.phones('p', alone, { ...b, end: at(-1) }, { ...c, start: at(4) });
    assert.deepEqual(box.pulsed(), [1]);
  });
});

describe('22. badges', () => {
  test('a badge needs the PIN by default', () => {
    const box = new BenchBox();
    box.badge('card', alone);
    assert.deepEqual(box.screen, { text: 'pin', again: false });
    box.pin(card, [alone], [alone]);
    assert.deepEqual(box.pulsed(), [1]);
    assert.equal(box.heard()[0]?.by, 'badge');
  });

  test('badgeNeedsPin: false, and the booking has none: the badge opens', () => {
    const box = new BenchBox({ rules: { badgeNeedsPin: false } });
    box.badge('card', alone);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('badgeNeedsPin: false does not lift the PIN of the booking', () => {
    const box = new BenchBox({ rules: { badgeNeedsPin: false } });
    box.badge('card', a);
    assert.deepEqual(box.pulsed(), []);
    assert.deepEqual(box.screen, { text: 'pin', again: false });
  });
});
