import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchBox } from './bench-box.ts';
import { booking, subject } from './bench-site.ts';
import { nothing } from './typed.ts';

const a = booking('a', 1);
const b = booking('b', 2);
const p = subject('phone', 'p');

function atPrompt(): BenchBox {
  const box = new BenchBox({ empty: [3] });
  box.phones('p', a);
  assert.deepEqual(box.screen, { text: 'pin', again: false });
  return box;
}

function atList(): BenchBox {
  const box = new BenchBox({ empty: [3] });
  box.types(a, b);
  assert.equal(box.screen.text, 'choose');
  return box;
}

/** Somebody presses so many digits. */
function presses(box: BenchBox, count: number): void {
  for (let length = 1; length <= count; length += 1) box.feed({ type: 'keypad-touched', length });
}

describe('3. a prompt lets go', () => {
  const leaves: readonly (readonly [string, (box: BenchBox) => void])[] = [
    ['*', box => box.feed({ type: 'keypad-cleared', by: 'key', length: 0 })],
    ['* after some digits', box => box.feed({ type: 'keypad-cleared', by: 'key', length: 5 })],
    ["a key's tag", box => box.tag('slot-3')],
    ['a tag of nobody, read twice', box => box.tag(null)],
    ['30 s', box => box.after(30)],
  ];
  for (const [what, leave] of leaves)
    for (const [mode, open] of [
      ['a prompt', atPrompt],
      ['a list', atList],
    ] as const)
      test(`${mode} is left by ${what}, and the next code is judged as a code`, () => {
        const box = open();
        leave(box);
        assert.equal(box.state.panel.mode, 'idle');
        assert.ok(!['pin', 'choose'].includes(box.screen.text), box.screen.text);
        box.pulsed();
        box.types(b);
        box.after(1);
        assert.ok(box.pulsed().includes(box.slot(2).id));
        assert.equal(box.state.attempts.wrongs, 0);
      });

  test('a badge leaves it for its own', () => {
    const box = atPrompt();
    box.badge('card', b);
    box.pin(subject('badge', 'card'), [b], [b]);
    assert.deepEqual(box.pulsed(), [2]);
  });

  test('a badge that was tapped and left: the next driver’s code is a code', () => {
    const box = new BenchBox();
    box.badge('card', a);
    box.pin(subject('badge', 'card'), [a], [], [b]);
    assert.deepEqual(box.pulsed(), [2]);
    assert.deepEqual(box.heard()[0]?.by, 'code');
    assert.equal(box.state.attempts.wrongs, 0);
    assert.equal(box.state.attempts.phones.length, 0, 'nor is it a wrong PIN of that badge');
  });

  test('a code at the prompt that may not take now says why, as a code does', () => {
    const box = atPrompt();
    box.pin(p, [a], [], [{ ...b, cancelled: true }]);
    assert.deepEqual(box.screen, { text: 'denied', reason: 'cancelled' });
    assert.equal(box.state.attempts.wrongs, 0);
  });

  test('what is neither is one wrong entry and one wrong PIN', () => {
    const box = atPrompt();
    box.pin(p, [a], [], []);
    assert.deepEqual(box.heard(), [{ type: 'denied', reason: 'pin-wrong', by: 'phone' }]);
    assert.equal(box.state.attempts.wrongs, 1);
    assert.equal(box.state.attempts.phones[0]?.wrongs, 1);
  });

  test('a right PIN goes before a code of the same digits', () => {
    const box = atPrompt();
    box.pin(p, [a], [a], [b]);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('nine digits and more are no PIN: another phone begins anew, a code of ten opens', () => {
    const box = atPrompt();
    box.phones('q', b);
    assert.deepEqual(box.state.attempts.phones, []);
    box.pin(subject('phone', 'q'), [b], [b]);
    assert.deepEqual(box.pulsed(), [2]);
    const other = atPrompt();
    other.enters({ code: other.known([b]), phone: null }, 10);
    assert.deepEqual(other.pulsed(), [2]);
  });

  test('the code of a list that was left standing is a code', () => {
    const box = atList();
    box.types(booking('c', 2));
    assert.deepEqual(box.pulsed(), [2]);
  });

  test('one frame of a tag that nobody has leaves nothing', () => {
    const box = atPrompt();
    const read = subject('badge', 'noise');
    box.feed({ type: 'tag-read', frames: 1, fingerprint: read.fingerprint, key: null, badge: [] });
    assert.deepEqual(box.screen, { text: 'pin', again: false });
    assert.deepEqual(box.told(), []);
  });

  test('a PIN whose prompt ended while it was typed is judged as nothing', () => {
    const box = atPrompt();
    box.after(28);
    presses(box, 3);
    box.after(2);
    assert.equal(box.state.panel.mode, 'idle');
    box.feed({ type: 'keypad-touched', length: 4 });
    box.enters(nothing, 4);
    assert.deepEqual(box.told(), []);
    assert.deepEqual(box.screen, { text: 'begin-again' });
    assert.equal(box.state.attempts.wrongs, 0);
  });

  test('a PIN that fast fingers begin before its prompt is there answers it', () => {
    const box = new BenchBox();
    presses(box, 2);
    box.state = { ...box.state, panel: atPrompt().state.panel };
    box.feed({ type: 'keypad-touched', length: 4 });
    box.feed({ type: 'entered', length: 4, choice: null });
    assert.equal(box.effects.at(-1)?.type, 'check-pin');
  });
});

describe('3. silence', () => {
  const silence = { type: 'keypad-cleared', by: 'silence', length: 4 } as const;

  test('or noise, that clears digits is heard and read; that clears none is not', () => {
    for (const by of ['silence', 'noise'] as const) {
      const box = new BenchBox();
      presses(box, 4);
      box.after(9);
      box.feed({ ...silence, by });
      assert.deepEqual(box.effects.at(-1), { type: 'signal', signal: 'cleared' });
      assert.deepEqual(box.screen, { text: 'begin-again' });
    }
    const quiet = new BenchBox();
    const before = quiet.effects.length;
    quiet.feed({ ...silence, length: 0 });
    assert.equal(quiet.effects.length, before);
    assert.deepEqual(quiet.screen, { text: 'ready' });
  });

  test('what was typed while the box stood still is told as well, held or not, and a PIN is not waited for', () => {
    const stall = { type: 'keypad-cleared', by: 'stall', length: 0 } as const;
    const box = new BenchBox();
    box.feed(stall);
    assert.deepEqual(box.effects.at(-1), { type: 'signal', signal: 'cleared' });
    assert.deepEqual(box.screen, { text: 'begin-again' });
    const checking = atPrompt();
    checking.feed({ type: 'entered', length: 4, choice: null });
    assert.deepEqual(checking.screen, { text: 'checking' });
    checking.feed(stall);
    assert.deepEqual(checking.screen, { text: 'begin-again' });
  });

  test('at a prompt or a list says so there, and the prompt lives on to its own end', () => {
    for (const open of [atPrompt, atList]) {
      const box = open();
      presses(box, 1);
      box.after(10);
      box.feed(silence);
      assert.ok('again' in box.screen && box.screen.again, box.screen.text);
      box.after(19.9);
      assert.notEqual(box.state.panel.mode, 'idle');
      box.after(0.1);
      assert.equal(box.state.panel.mode, 'idle');
    }
  });

  test('of a pad that was lost in the middle of an entry ends its echo too', () => {
    const box = new BenchBox();
    presses(box, 4);
    box.after(11);
    assert.deepEqual(box.screen, { text: 'ready' });
  });
});

describe('3, 18. screen and prompt agree', () => {
  test('what is said meanwhile waits until the prompt is over', () => {
    const box = atPrompt();
    box.command({ verb: 'open', slot: box.slot(2).id });
    assert.deepEqual(box.screen, { text: 'pin', again: false });
    box.feed({ type: 'keypad-cleared', by: 'key', length: 0 });
    assert.deepEqual(box.screen, { text: 'open', slot: 2 });
  });

  test('digits of a PIN are shown as such, those of a code as such', () => {
    const box = atPrompt();
    presses(box, 2);
    assert.deepEqual(box.screen, { text: 'entering', length: 2, what: 'pin' });
    const list = atList();
    presses(list, 1);
    assert.deepEqual(list.screen, { text: 'entering', length: 1, what: 'number' });
    const idle = new BenchBox();
    presses(idle, 3);
    assert.deepEqual(idle.screen, { text: 'entering', length: 3, what: 'code' });
  });

  test('a door that speaks is read although somebody types; the next press shows the entry again', () => {
    const box = new BenchBox();
    presses(box, 2);
    box.command({ verb: 'open', slot: box.slot(2).id });
    assert.deepEqual(box.screen, { text: 'open', slot: 2 });
    box.feed({ type: 'keypad-touched', length: 3 });
    assert.deepEqual(box.screen, { text: 'entering', length: 3, what: 'code' });
  });

  test('a wrong number at a list leaves it standing', () => {
    const box = atList();
    const { screen } = box;
    box.chooses(9);
    assert.deepEqual(box.screen, screen);
    box.chooses(1);
    assert.equal(box.pulsed().length, 1);
  });
});
