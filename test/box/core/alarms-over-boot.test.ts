import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hours, wall } from '../../../src/base/brand.ts';
import type { InputBody } from '../../../src/box/core/input.ts';
import { BenchBox } from './bench-box.ts';
import { t0 } from './bench-site.ts';

const day = hours(24);
const lost = (device: string, up = false): InputBody => ({ type: 'port-changed', device, up });
const powerLow: InputBody = { type: 'alarm-changed', line: 'power-low', active: true };

/** The words of `types` since the box was last asked. */
const said = (box: BenchBox, ...types: readonly string[]): readonly string[] =>
  box.heard().flatMap(({ type, device }) => (types.includes(type) ? [`${type} ${device ?? ''}`.trim()] : []));

describe('16. an alarm that ends while the box is off is taken back by the next run', () => {
  for (const [name, off] of [
    ['1970', -(t0 as number)],
    ['a day behind', -day],
    ['a year ahead', 365 * day],
  ] as const) {
    test(`the clock, ${name} in one run and right in the next`, () => {
      const box = new BenchBox();
      box.wall = wall(t0 + off);
      box.feed({ type: 'woke' });
      assert.deepEqual(said(box, 'clock-untrusted', 'clock-good'), ['clock-untrusted']);
      box.wall = wall(t0 + hours(1));
      box.reboots();
      assert.deepEqual(said(box, 'clock-untrusted', 'clock-good'), ['clock-good']);
      box.reboots();
      assert.deepEqual(said(box, 'clock-untrusted', 'clock-good'), [], 'and says it once');
    });
  }

  test('a clock that is as wrong in the next run is not said again, and is good when it is set', () => {
    const box = new BenchBox();
    box.wall = wall(t0 - day);
    box.feed({ type: 'woke' });
    box.heard();
    box.reboots();
    assert.deepEqual(said(box, 'clock-untrusted', 'clock-good'), []);
    box.feed({ type: 'clock-synced', synced: true });
    assert.deepEqual(said(box, 'clock-good'), ['clock-good']);
  });

  test('power-low, then the power went: power-good', () => {
    const box = new BenchBox();
    box.feed(powerLow);
    box.reboots();
    box.after(1);
    assert.deepEqual(said(box, 'power-good'), [], 'the line may still say so');
    box.after(20);
    assert.deepEqual(said(box, 'power-good'), ['power-good']);
  });

  test('power-low in both runs is taken back when it ends', () => {
    const box = new BenchBox();
    box.feed(powerLow);
    box.reboots();
    box.feed(powerLow);
    box.after(60);
    assert.deepEqual(said(box, 'power-good'), []);
    box.feed({ ...powerLow, active: false });
    assert.deepEqual(said(box, 'power-good'), ['power-good']);
  });

  test('readers that were plugged in again while it was off are back, one that is still away is not', () => {
    const box = new BenchBox();
    for (const device of ['front', 'back', 'keypad']) box.feed(lost(device));
    box.reboots();
    box.feed(lost('back'));
    box.after(20);
    assert.deepEqual(said(box, 'reader-back'), ['reader-back front', 'reader-back keypad']);
    box.feed(lost('back', true));
    assert.deepEqual(said(box, 'reader-back'), ['reader-back back']);
  });

  test('a power cut before it was taken back loses nothing', () => {
    const box = new BenchBox();
    box.feed(lost('front'));
    for (let boots = 0; boots < 3; boots += 1) {
      box.reboots();
      box.after(2);
    }
    assert.deepEqual(said(box, 'reader-back'), []);
    box.after(20);
    assert.deepEqual(said(box, 'reader-back'), ['reader-back front']);
  });
});
