import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { keyName, mono, slotId, wall } from '../../../src/base/brand.ts';
import { OutageJournal, outageMax } from '../../../src/box/engine/outage-journal.ts';
import type { Entry } from '../../../src/wire/journal.ts';

/** Of a key that has a name. */
const isMove = ({ type, key }: Entry): boolean =>
  key !== undefined && (type === 'key-taken' || type === 'key-returned');

/** An outage in which things happen one a second. */
class Outage {
  readonly journal = new OutageJournal();
  /** All that happened, by number. */
  happened = 0;
  /** The first move of each key: what the file has of it before is the other one. */
  readonly #firsts = new Map<string, string>();

  constructor() {
    this.say({ type: 'storage-degraded', reason: 'full' });
  }

  say(...entries: readonly Entry[]): void {
    for (const entry of entries) {
      const at = wall(1_800_000_000_000 + this.happened * 1_000);
      const stamp = { at, mono: mono(this.happened * 1_000), clock: 'plausible' } as const;
      this.journal.add([{ type: 'journal', entry }], stamp);
      this.happened += entry.count ?? 1;
      if (isMove(entry) && !this.#firsts.has(entry.key ?? '')) this.#firsts.set(entry.key ?? '', entry.type);
    }
  }

  get written(): readonly Entry[] {
    return this.journal.content().late.map(({ entry }) => entry);
  }

  /** Every event is a line, one of those that a line stands for, or counted. */
  adds(): void {
    const lines = this.written.reduce((sum, { count = 1 }) => sum + count, 0);
    assert.equal(lines + this.journal.dropped, this.happened);
    const times = this.journal.content().late.map(({ stamp }) => stamp.at);
    assert.deepEqual(times, times.toSorted(), 'in the order of time');
  }

  /** rules.md 6: between two removals of a key always a return, the last one before the outage counted. */
  takesTurns(): void {
    const last = new Map<string, string>();
    for (const entry of this.written) {
      if (!isMove(entry)) continue;
      const { type, key = '' } = entry;
      if (!last.has(key))
        assert.equal(type, this.#firsts.get(key), `${key}: ${type} follows the same before`);
      assert.notEqual(last.get(key), type, `${key}: ${type} twice`);
      last.set(key, type);
    }
  }
}

const one = slotId(1);
const van = keyName('van');
const returned: Entry = { type: 'key-returned', slot: one, key: van, proof: 'sensor' };
const opening = (slot: number, who: string): readonly Entry[] => [
  { type: 'granted', slot: slotId(slot), for: 'technician', who },
  { type: 'pulsed', slot: slotId(slot), ms: 300 },
  { type: 'door-opened', slot: slotId(slot), who },
  { type: 'door-closed', slot: slotId(slot), who },
];

describe('13. what waits in memory for the disk', () => {
  for (const [name, noise] of [
    ['loose doors', (n: number) => [{ type: 'door-forced', slot: slotId((n % 3) + 1) }]],
    ['a technician who opens and shuts', (n: number) => opening((n % 9) + 1, `t-${n}`)],
    ['somebody who guesses', (n: number) => [{ type: 'denied', reason: 'unknown', who: `d-${n}` }]],
    [
      'a reader with a loose plug',
      (n: number) => [{ type: n % 2 === 0 ? 'reader-lost' : 'reader-back', device: 'front' }],
    ],
    [
      'flapping sensors of many slots',
      (n: number) => [{ type: 'sensor-suspect', slot: slotId((n % 400) + 1) }],
    ],
  ] as readonly (readonly [string, (n: number) => readonly Entry[]])[]) {
    test(`${name}, 2,000 times, and then a key comes back: that is what is written`, () => {
      const outage = new Outage();
      for (let n = 0; n < 1_000; n += 1) outage.say(...noise(n));
      outage.say(returned);
      for (let n = 1_000; n < 2_000; n += 1) outage.say(...noise(n));
      const types = outage.written.map(({ type }) => type);
      assert.ok(outage.journal.size <= outageMax);
      assert.equal(types[0], 'storage-degraded', 'and why it is late');
      assert.ok(types.includes('key-returned'));
      outage.adds();
    });
  }

  test('alarms that repeat are one line with their number, which stands where the last was; its pair keeps the last word', () => {
    const outage = new Outage();
    for (let n = 0; n < 40; n += 1)
      outage.say({ type: 'reader-lost', device: 'front' }, { type: 'reader-back', device: 'front' });
    outage.say({ type: 'reader-lost', device: 'front' }, { type: 'reader-lost', device: 'back' });
    assert.deepEqual(
      outage.written.map(({ type, device, count }) => [type, device, count]),
      [
        ['storage-degraded', undefined, undefined],
        ['reader-back', 'front', 40],
        ['reader-lost', 'front', 41],
        ['reader-lost', 'back', undefined],
      ],
    );
    outage.adds();
  });

  test('the story of an opening is told as it was while there is room', () => {
    const outage = new Outage();
    const story = [...opening(1, 'ada'), ...opening(1, 'ada')];
    outage.say(...story);
    assert.deepEqual(
      outage.written.slice(1).map(({ type }) => type),
      story.map(({ type }) => type),
    );
  });

  test('a key that comes and goes too often for the memory loses whole rounds, and its last word is kept', () => {
    const outage = new Outage();
    const move = (type: 'key-taken' | 'key-returned', key: string): Entry => ({
      type,
      key: keyName(key),
      slot: one,
    });
    outage.say(move('key-returned', 'bus'));
    for (let n = 0; n < 500; n += 1) outage.say(move('key-returned', 'van'), move('key-taken', 'van'));
    outage.say(move('key-returned', 'van'));
    assert.ok(outage.journal.size <= outageMax);
    outage.takesTurns();
    outage.adds();
    assert.equal(outage.written.findLast(({ key }) => key === van)?.type, 'key-returned');
    assert.equal(outage.written.filter(({ key }) => key === 'bus').length, 1);
  });

  test('in a box of more keys than that, each keeps its one move', () => {
    const outage = new Outage();
    for (let n = 0; n < 400; n += 1)
      outage.say({ type: 'key-returned', key: keyName(`key-${n}`) }, ...opening(1, `t-${n}`));
    assert.equal(outage.written.filter(({ type }) => type === 'key-returned').length, 400);
    outage.adds();
  });

  test('walks: whatever happens, keys take turns, the last word on each key is kept, and the numbers add up', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = new Prng(seed);
      const outage = new Outage();
      const keys = Array.from({ length: random.int(1, 12) }, (_, n) => keyName(`key-${n}`));
      const last = new Map<string, string>();
      for (let turns = random.int(200, 1_500); turns > 0; turns -= 1) {
        const slot = slotId(random.int(1, 12));
        const key = random.pick(keys);
        const move = last.get(key) === 'key-taken' ? 'key-returned' : 'key-taken';
        const deed = random.int(0, 9);
        if (deed < random.int(0, 9)) {
          last.set(key, move);
          outage.say({ type: move, slot, key });
        } else if (deed < 5) outage.say({ type: random.pick(['door-forced', 'door-shut', 'tamper']), slot });
        else if (deed < 7) outage.say(...opening(slot, `t-${turns}`));
        else if (deed < 8) outage.say({ type: 'key-taken', slot, proof: 'sensor' });
        else outage.say({ type: 'denied', reason: 'unknown', count: random.int(1, 5) });
      }
      try {
        assert.ok(outage.journal.size <= outageMax);
        outage.takesTurns();
        outage.adds();
        for (const [key, type] of last)
          assert.equal(
            outage.written.findLast(each => each.key === key && each.type.startsWith('key-'))?.type,
            type,
          );
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
  });
});
