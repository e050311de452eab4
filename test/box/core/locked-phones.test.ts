import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Candidate } from '../../../src/box/core/model.ts';
import { BenchBox } from './bench-box.ts';
import { booking, subject } from './bench-site.ts';

const a = booking('a', 1);
const p = subject('phone', 'p');

describe('20. a phone that is locked', () => {
  /** A box with a phone, known or not, that five wrong PINs have locked for 15 minutes. */
  function locked(found: readonly Candidate[]): BenchBox {
    const box = new BenchBox();
    for (let n = 0; n < 5; n += 1) {
      box.after(601);
      box.phones('p', ...found);
      box.pin(p, found);
    }
    return box;
  }

  test('a locked phone is told to call, known or not, from the PIN that locked it on', () => {
    for (const found of [[], [a]]) {
      const box = locked(found);
      assert.deepEqual(box.screen, { text: 'pin-locked' });
      box.after(31);
      box.phones('p', ...found);
      assert.deepEqual(box.screen, { text: 'pin', again: false });
      box.pin(p, found, found);
      assert.deepEqual(box.screen, { text: 'pin-locked' });
      assert.equal(box.heard().at(-1)?.reason, 'locked-out');
    }
  });

  test('whose driver’s code works at its prompt too', () => {
    const box = locked([a]);
    box.after(31);
    box.phones('p', a);
    box.pin(p, [a], [], [a]);
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('which is no place to try codes for nothing', () => {
    const box = locked([a]);
    box.after(31);
    box.heard();
    const before = box.state.attempts.wrongs;
    for (let n = 0; n < 3; n += 1) {
      box.phones('p', a);
      box.pin(p, [a], [], []);
    }
    assert.equal(box.state.attempts.wrongs, before + 3);
    box.phones('p', a);
    box.pin(p, [a]);
    assert.equal(box.state.attempts.wrongs, before + 3, 'a PIN that could be no code is no try');
    assert.deepEqual(box.screen, { text: 'pin-locked' });
  });
});
