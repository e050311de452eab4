import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const a = booking('a', 1);
const b = booking('b', 1);

/** a took the key and only seemed to bring it back; b has opened and shut the empty slot. */
function cheated(): BenchBox {
  const box = new BenchBox({ unsensed: 'all' });
  box.types(a);
  box.takesFrom(1);
  box.types(a);
  box.bringsTo(1);
  box.types(b);
  box.takesFrom(1);
  box.heard();
  return box;
}

describe('11. found empty, without a presence sensor', () => {
  test('0# within 60 s of the closing: custody goes back to the last holder, and it is told', () => {
    const box = cheated();
    box.chooses(0);
    assert.deepEqual(box.heard(), [
      {
        type: 'custody-mismatch',
        slot: 1,
        key: 'slot-1',
        booking: 'b',
        who: 'driver-b',
        reason: 'found-empty',
      },
    ]);
    assert.deepEqual(box.screen, { text: 'found-empty', slot: 1 });
    const { place } = box.key('slot-1');
    assert.ok(place.at === 'out' && place.holder.booking === 'a');
  });

  test('the last holder may bring it back, and whoever found it empty may take it then', () => {
    const box = cheated();
    box.chooses(0);
    box.types(b);
    assert.equal(box.heard().at(-1)?.reason, 'key-absent');
    box.types(a);
    assert.equal(box.heard()[0]?.for, 'return');
    box.bringsTo(1);
    box.heard();
    box.types(b);
    assert.equal(box.heard()[0]?.for, 'take');
  });

  test('the same after a restart', () => {
    const box = cheated();
    box.chooses(0);
    box.reboots();
    box.heard();
    box.types(a);
    assert.equal(box.heard()[0]?.for, 'return');
  });

  const not: readonly [string, (box: BenchBox) => void][] = [
    ['later than 60 s', box => box.after(60)],
    ['a second time', box => box.chooses(0)],
    [
      'once the key is back',
      box => {
        box.types(b);
        box.bringsTo(1);
      },
    ],
    ['when the slot was opened again since', box => void box.command({ verb: 'open', slot: box.slot(1).id })],
  ];
  for (const [name, before] of not) {
    test(`0# ${name} says nothing about a slot and is an unknown entry`, () => {
      const box = cheated();
      before(box);
      box.heard();
      const { keys } = box.state;
      box.chooses(0);
      assert.deepEqual(box.heard(), [{ type: 'denied', reason: 'unknown', by: 'code' }]);
      assert.deepEqual(box.state.keys, keys);
    });
  }

  test('0# exactly 60 s after the closing still counts', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.feed({ type: 'door-changed', slot: box.slot(1).id, door: 'shut' });
    box.after(60);
    box.heard();
    box.chooses(0);
    assert.deepEqual(box.told(), ['custody-mismatch']);
  });

  test('with a presence sensor the sensor tells, and 0# is an unknown entry', () => {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    box.heard();
    box.chooses(0);
    assert.deepEqual(box.told(), ['denied']);
  });

  test('nobody had it before: nobody is accused, the tag still brings it back', () => {
    const box = new BenchBox({ unsensed: 'all' });
    box.types(a);
    box.takesFrom(1);
    box.chooses(0);
    const { place } = box.key('slot-1');
    assert.ok(place.at === 'out' && place.holder.booking === null && place.holder.who === null);
    box.pulsed();
    box.tag('slot-1');
    assert.deepEqual(box.pulsed(), [1]);
  });

  test('said of a slot that somebody has forced since: it is not known to be empty', () => {
    const box = cheated();
    box.opensDoor(1);
    box.shutsDoor(1);
    box.chooses(0);
    box.pulsed();
    box.types(a);
    assert.deepEqual(box.pulsed(), []);
    assert.equal(box.screen.text, 'box-full');
  });
});
