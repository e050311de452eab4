import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { millis, slotId } from '../../../src/base/brand.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const a = booking('a', 1);

/** The door falls shut, swings back so often, and rests. */
const bounces = (box: BenchBox, times: number): void => {
  for (let n = 0; n < times; n += 1) {
    for (const door of ['shut', 'open'] as const) {
      box.feed({ type: 'door-changed', slot: slotId(1), door });
      box.after(0.2);
    }
  }
  box.shutsDoor(1);
  box.after(3);
};

for (const unsensed of [false, true] as const)
  for (const times of [1, 4])
    describe(`a door ${unsensed ? 'without' : 'with'} presence that bounces ${times} times`, () => {
      const site = unsensed ? ({ unsensed: 'all' } as const) : {};
      const faultless = (box: BenchBox): void => {
        const types = box.told();
        assert.equal(types.filter(type => type === 'door-closed').length, 1, `${types}`);
        for (const bad of [
          'door-forced',
          'door-shut',
          'custody-mismatch',
          'sensor-suspect',
          'box-full',
        ] as const)
          assert.ok(!types.includes(bad), `${types}`);
      };

      test('a take, its return, and the next take', () => {
        const box = new BenchBox(site);
        for (const [who, seen] of [
          [a, false],
          [a, true],
          [booking('b', 1), false],
        ] as const) {
          box.types(who);
          box.after(0.4);
          box.opensDoor(1);
          if (!unsensed && seen) box.keySeen(1);
          else if (!unsensed) box.keyGone(1);
          bounces(box, times);
          faultless(box);
          assert.equal(box.key('slot-1').place.at, seen ? 'slot' : 'out');
        }
      });

      test('a technician looks inside: nothing is disturbed by the bounce', () => {
        const box = new BenchBox(site);
        box.command({ verb: 'open', slot: slotId(1) });
        box.after(0.4);
        box.opensDoor(1);
        bounces(box, times);
        faultless(box);
      });
    });

test('a key taken while the door stands open by a bounce is the take of that opening', () => {
  const box = new BenchBox();
  box.types(a);
  box.after(0.4);
  box.opensDoor(1);
  box.shutsDoor(1);
  box.opensDoor(1);
  box.keyGone(1);
  box.after(5);
  box.shutsDoor(1);
  assert.equal(box.key('slot-1').place.at, 'out');
  assert.ok(!box.told().includes('door-forced'));
});

describe('what is done and undone while a door stands open by a bounce is settled when it is shut', () => {
  /** The driver of the take has opened the door, and it has bounced: it stands open. */
  const ajar = (box: BenchBox, slot = 1): void => {
    box.after(0.4);
    box.opensDoor(slot);
    box.shutsDoor(slot);
    box.opensDoor(slot);
  };
  const told = (box: BenchBox): readonly string[] =>
    box.told().filter(type => type.startsWith('key-') || type === 'custody-mismatch' || type === 'not-taken');

  test('a take: out, and in again', () => {
    const box = new BenchBox();
    box.types(a);
    ajar(box);
    box.keyGone(1);
    box.keySeen(1);
    box.shutsDoor(1);
    assert.deepEqual(told(box), ['not-taken', 'key-taken', 'key-returned']);
    assert.equal(box.key('slot-1').place.at, 'slot');
    box.types(booking('b', 1));
    assert.equal(box.heard()[0]?.for, 'take');
  });

  test('a take after more than a minute', () => {
    const box = new BenchBox();
    box.types(a);
    ajar(box);
    box.after(90);
    box.keyGone(1);
    box.shutsDoor(1);
    assert.deepEqual(told(box), ['not-taken', 'key-taken']);
    box.types(a);
    assert.equal(box.heard().find(({ type }) => type === 'granted')?.for, 'return');
  });

  test('a return: in, and out again, and in', () => {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    box.heard();
    box.types(a);
    ajar(box);
    box.keySeen(1);
    box.keyGone(1);
    box.shutsDoor(1);
    assert.deepEqual(told(box), ['key-returned', 'key-taken']);
    assert.equal(box.state.uses[0]?.life, 'out', 'still with whoever brought it');
    box.types(a);
    ajar(box);
    box.keySeen(1);
    box.keyGone(1);
    box.keySeen(1);
    box.shutsDoor(1);
    assert.deepEqual(told(box), ['key-returned']);
    assert.equal(box.key('slot-1').place.at, 'slot');
  });

  test('another key, whose driver has the wrong door: named, and recorded where it is', () => {
    const box = new BenchBox();
    box.types(a);
    box.takesFrom(1);
    box.types(booking('c', 2));
    box.after(0.4);
    box.opensDoor(2);
    box.keyGone(2);
    box.shutsDoor(2);
    box.opensDoor(2);
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.heard();
    box.keySeen(2);
    assert.deepEqual(box.screen, { text: 'wrong-slot', right: 1 });
    box.shutsDoor(2);
    assert.deepEqual(told(box), ['key-returned']);
    assert.deepEqual(box.key('slot-1').place, { at: 'slot', slot: 2, proof: 'sensor' });
    assert.equal(box.key('slot-2').place.at, 'out');
  });

  test('a door that nobody may open: what is put in is the key at home there', () => {
    const box = new BenchBox({ empty: [1] });
    box.opensDoor(1);
    box.shutsDoor(1);
    box.opensDoor(1);
    box.keySeen(1);
    box.shutsDoor(1);
    assert.equal(box.key('slot-1').place.at, 'slot');
  });
});

test('later than doorSettleMs, or with none, it is forced', () => {
  for (const [settleMs, afterS] of [
    [1_500, 1.6],
    [0, 0.1],
    [300, 0.4],
  ] as const) {
    const box = new BenchBox({ rules: { doorSettleMs: millis(settleMs) } });
    box.types(a);
    box.takesFrom(1);
    box.types(a);
    box.after(0.4);
    box.opensDoor(1);
    box.feed({ type: 'door-changed', slot: slotId(1), door: 'shut' });
    box.after(afterS);
    box.feed({ type: 'door-changed', slot: slotId(1), door: 'open' });
    assert.ok(box.told().includes('door-forced'), `${settleMs}`);
  }
});

describe('a door that bounces while the daemon is started again', () => {
  const bad = ['door-forced', 'door-shut', 'custody-mismatch', 'sensor-suspect', 'box-full'] as const;
  const table = [
    // When the daemon ends: the door stands open, has been shut, or is in the middle of its bounce; and how it is found.
    ['open, found shut', [], { shut: [1] }],
    ['shut, found shut', ['shut'], {}],
    ['shut, found open', ['shut'], { open: [1] }],
    ['swung back, found open', ['shut', 'open'], {}],
    ['swung back, found shut', ['shut', 'open'], { shut: [1] }],
  ] as const;
  for (const unsensed of [false, true])
    for (const reason of ['crash', 'restart'])
      for (const [what, moves, meanwhile] of table)
        test(`${what}, ${unsensed ? 'without' : 'with'} presence, ${reason}`, () => {
          const box = new BenchBox(unsensed ? { unsensed: 'all' } : {});
          box.types(a);
          box.after(0.4);
          box.opensDoor(1);
          if (!unsensed) box.keyGone(1);
          for (const door of moves) box[door === 'shut' ? 'shutsDoor' : 'opensDoor'](1);
          box.reboots({ open: [], shut: [], ...meanwhile }, { reason, awayS: 1 });
          box.after(0.3);
          bounces(box, 2);
          assert.equal(box.key('slot-1').place.at, 'out');
          const types = box.told();
          assert.ok(!bad.some(each => types.includes(each)), `${types}`);
          assert.equal(types.filter(type => type === 'door-closed').length, 1, `${types}`);
          // The return, and the next take.
          box.types(a);
          box.bringsTo(1);
          assert.equal(box.key('slot-1').place.at, 'slot');
          box.types(booking('b', 1));
          box.takesFrom(1);
          assert.equal(box.key('slot-1').place.at, 'out');
        });

  for (const reason of ['crash', 'restart'])
    for (const when of ['after the start', 'meanwhile', 'meanwhile, and the door is shut'])
      test(`a key that goes ${when} is the take of the opening whose door bounces, ${reason}`, () => {
        const box = new BenchBox();
        box.types(a);
        box.after(0.4);
        box.opensDoor(1);
        box.shutsDoor(1);
        box.opensDoor(1);
        const gone = when === 'after the start' ? {} : { gone: [1] };
        const shut = when.endsWith('shut') ? [1] : [];
        box.reboots({ open: [], ...gone, shut }, { reason, awayS: 1 });
        box.after(0.3);
        if (when === 'after the start') box.keyGone(1);
        box.after(2);
        if (shut.length === 0) box.shutsDoor(1);
        const types = box.told();
        assert.ok(!bad.some(each => types.includes(each)), `${types}`);
        assert.equal(types.filter(type => type === 'key-taken').length, 1, `${types}`);
        box.types(a);
        box.bringsTo(1);
        assert.equal(box.key('slot-1').place.at, 'slot');
      });

  for (const reason of ['crash', 'restart'])
    test(`a key that is back by then has come by an opening that nobody wrote down, ${reason}`, () => {
      const box = new BenchBox();
      box.types(a);
      box.takesFrom(1);
      box.told();
      box.reboots({ seen: [1] }, { reason, awayS: 1 });
      box.after(2);
      const back = box.heard().filter(({ type }) => type === 'key-returned');
      assert.deepEqual(
        back.map(({ proof }) => proof),
        ['boot'],
      );
      box.types(a);
      assert.deepEqual(box.pulsed().length, 1, 'its code is used');
    });

  test('after a power cut, or a longer while, or a door that was forced, it is no bounce', () => {
    for (const [reason, awayS, forced] of [
      ['power', 1, false],
      ['crash', 11, false],
      ['crash', 1, true],
    ] as const) {
      const box = new BenchBox();
      box.types(a);
      box.takesFrom(1);
      if (forced) {
        box.opensDoor(1);
        box.shutsDoor(1);
      }
      box.heard();
      box.reboots({}, { reason, awayS });
      box.after(0.3);
      box.opensDoor(1);
      assert.ok(box.told().includes('door-forced'), `${reason}, ${awayS} s`);
    }
  });
});
