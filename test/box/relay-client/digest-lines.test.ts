import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { changedLines, digestOf, linesOf } from '../../../src/box/relay-client/digest-lines.ts';
import { chainReady } from '../../../src/wire/chain.ts';
import { setDigest } from '../../../src/wire/digest.ts';

const pairs = (count: number, rev = 1) =>
  Array.from({ length: count }, (_, n) => ({ id: `b-${(n * 7_919) % 100_003}`, rev }));

before(() => chainReady);

/** Work between two breaths is bounded: whoever counts them knows how long a turn can be. */
class Breaths {
  count = 0;
  readonly yieldTurn = async (): Promise<void> => {
    this.count += 1;
  };
}

for (const count of [0, 1, 999, 1_000, 1_001, 25_000])
  test(`the digest of ${count} records is that of the set, and others get turns meanwhile`, async () => {
    const seen = new Breaths();
    const lines = await linesOf(pairs(count), seen.yieldTurn);
    assert.equal(await digestOf(lines, seen.yieldTurn), setDigest(pairs(count)));
    assert.ok(seen.count >= 3 * Math.floor(count / 1_000), `${seen.count} breaths`);
  });

test('lines of changed sets are those of the set as it is then', async () => {
  const random = new Prng(7);
  const yieldTurn = async (): Promise<void> => {};
  const set = new Map(pairs(5_000).map(pair => [pair.id, pair]));
  let lines = await linesOf(set.values(), yieldTurn);
  for (let rev = 2; rev < 12; rev += 1) {
    const gone = [...set.values()].filter(() => random.chance(0.3));
    const ids = new Set(
      [...gone.filter(() => random.chance(0.5)), ...pairs(9_000).slice(-900)].map(({ id }) => id),
    );
    const replaced = [...ids].flatMap(id => set.get(id) ?? []);
    const come = [...ids].map(id => ({ id, rev }));
    for (const { id } of gone) set.delete(id);
    for (const pair of come) set.set(pair.id, pair);
    lines = await changedLines(lines, [...gone, ...replaced], come, yieldTurn);
    assert.equal(await digestOf(lines, yieldTurn), setDigest(set.values()), `revision ${rev}`);
  }
});
