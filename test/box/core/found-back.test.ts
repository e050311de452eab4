import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { slotId } from '../../../src/base/brand.ts';
import { BenchBox } from './bench-box.ts';
import { booking } from './bench-site.ts';

const b = booking('b', 1);

/** What no disk ever took is lost with the process: the books know of the take, and of nothing after it (rules.md 13). */
describe('7, 13. a key that came back while nothing could be written', () => {
  /** Slots 1–4, each the home of one key; `out`: taken before, by the booking of the slot's number. */
  const after = ({
    out,
    unsensed = [],
  }: {
    readonly out: readonly number[];
    readonly unsensed?: number[];
  }) => {
    const box = new BenchBox({ slots: 4, unsensed, empty: [4], keys: homes });
    for (const slot of out) {
      box.types(booking(`of ${slot}`, slot));
      box.takesFrom(slot);
    }
    box.heard();
    return box;
  };
  const homes = { 'slot-1': 1, 'slot-2': 2, 'slot-3': 3 };
  /** `slot key` of each return; `slot ?` where something is in there and nobody knows what. */
  const found = (box: BenchBox) =>
    box.heard().flatMap(({ type, slot, key, proof, reason }) => {
      if (type === 'key-returned') return [`${slot} ${key} ${proof}`];
      return type === 'custody-mismatch' && reason === 'unexpected' ? [`${slot} ?`] : [];
    });

  test('is back by the next start: its code is used up, and the next driver takes it', () => {
    const box = after({ out: [1] });
    box.reboots({ seen: [1] });
    const back = box.heard().find(({ type }) => type === 'key-returned');
    assert.deepEqual(
      [back?.slot, back?.key, back?.booking, back?.who, back?.proof],
      [1, 'slot-1', 'of 1', 'driver-of 1', 'boot'],
    );
    box.types(booking('of 1', 1));
    assert.equal(box.heard().at(-1)?.reason, 'used');
    box.types(b);
    const { type, for: purpose } = box.heard()[0] ?? {};
    assert.deepEqual([type, purpose], ['granted', 'take']);
    box.reboots();
    assert.deepEqual(found(box), [], 'and is said once');
  });

  test('may be taken again by a booking that may', () => {
    const box = new BenchBox();
    const often = booking('often', 1, { reuse: true });
    box.types(often);
    box.takesFrom(1);
    box.reboots({ seen: [1] });
    box.heard();
    box.types(often);
    assert.equal(box.heard()[0]?.for, 'take');
  });

  test('is seen behind a door that stands open, and taken from there again it is missing', () => {
    const box = after({ out: [1] });
    box.reboots({ seen: [1], open: [1] });
    assert.deepEqual(found(box), ['1 slot-1 boot']);
    box.keyGone(1);
    box.shutsDoor(1);
    assert.equal(box.key('slot-1').place.at, 'missing');
  });

  const jam = (box: BenchBox, slot: number) =>
    box.remembers({
      slots: box.state.slots.map(each => (each.id === slot ? { ...each, jammed: true } : each)),
    });
  const rows: readonly {
    readonly name: string;
    readonly out: readonly number[];
    readonly seen: number[];
    readonly jammed?: number;
    readonly unsensed?: number[];
    readonly says: readonly string[];
  }[] = [
    { name: 'several out, one came', out: [1, 2, 3], seen: [2], says: ['2 slot-2 boot'] },
    { name: 'several out, two came', out: [1, 2, 3], seen: [1, 3], says: ['1 slot-1 boot', '3 slot-3 boot'] },
    {
      name: 'its home was jammed, one slot was free',
      out: [2],
      seen: [4],
      jammed: 2,
      says: ['4 slot-2 boot'],
    },
    {
      name: 'another home is jammed, so that this may be the other key',
      ...{ out: [1, 2], seen: [1], jammed: 2, says: ['1 ?'] },
    },
    { name: 'home is free: whatever is elsewhere is not known', out: [2], seen: [4], says: ['4 ?'] },
    { name: 'nothing is out', out: [], seen: [4], says: ['4 ?'] },
    { name: 'a slot that nobody watches says nothing', out: [1], seen: [], unsensed: [1], says: [] },
    {
      name: 'another home has no sensor and is known to be empty',
      ...{ out: [1, 2], seen: [1], unsensed: [2], says: ['1 slot-1 boot'] },
    },
  ];
  for (const { name, out, seen, jammed, unsensed, says } of rows) {
    test(name, () => {
      const box = after({ out, ...(unsensed === undefined ? {} : { unsensed }) });
      if (jammed !== undefined) jam(box, jammed);
      box.reboots({ seen });
      assert.deepEqual(found(box), says);
    });
  }

  for (const deed of ['a technician', 'the relay'] as const)
    test(`${deed} was opening a slot when the box ended: two keys that came meanwhile are back, one that went is gone`, () => {
      const box = after({ out: [1, 2] });
      const by = deed === 'the relay' ? 'remote' : 'technician';
      for (const slot of [2, 3].map(slotId))
        box.feed({
          ...{ type: 'command', id: slot, who: 'ada', why: 'test', by },
          command: { verb: 'open', slot },
        });
      box.after(1);
      box.heard();
      box.reboots({ seen: [1, 2], gone: [3] });
      const said = box.heard();
      assert.deepEqual(
        said.flatMap(({ type, slot, key, reason }) =>
          /^key-|^custody/.test(type) ? [`${type} ${slot} ${key} ${reason ?? ''}`.trim()] : [],
        ),
        ['key-returned 1 slot-1', 'key-returned 2 slot-2', 'custody-mismatch 3 slot-3 gone'],
      );
      for (const slot of [1, 2]) box.types(booking(`of ${slot}`, slot));
      assert.deepEqual(
        box.heard().map(({ type, reason }) => [type, reason]),
        [
          ['denied', 'used'],
          ['denied', 'used'],
        ],
      );
    });

  test('two slots may be where a key without a home came to: neither is said', () => {
    const box = new BenchBox({ slots: 5, empty: [4, 5], keys: homes });
    box.types(booking('of 2', 2));
    box.takesFrom(2);
    jam(box, 2);
    box.heard();
    box.reboots({ seen: [4, 5] });
    assert.deepEqual(found(box), ['4 ?', '5 ?']);
  });

  test('two keys are at home in one slot: both may be it, and no other key is in doubt', () => {
    for (const [seen, says] of [
      [[1], ['1 ?']],
      [
        [1, 2],
        ['1 ?', '2 slot-2 boot'],
      ],
    ] as const) {
      const box = new BenchBox({ empty: [1, 3], keys: { one: 1, other: 1, 'slot-2': 2 } });
      box.types(booking('of 2', 2));
      box.takesFrom(2);
      box.heard();
      box.reboots({ seen: [...seen] });
      assert.deepEqual(found(box), says);
    }
  });
});
