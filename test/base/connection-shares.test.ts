import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../scripts/rig/prng.ts';
import { ConnectionShares } from '../../src/base/connection-shares.ts';
import { originOf } from '../../src/base/origin.ts';

const [a, b] = [originOf('192.0.2.1'), originOf('192.0.2.2')];

test('while there is room nobody goes', () => {
  const shares = new ConnectionShares<number>(2);
  assert.deepEqual([shares.add(a, 1), shares.add(a, 2)], [null, null]);
});

test('the oldest of the busiest origin makes room, for itself and for others', () => {
  const shares = new ConnectionShares<number>(3);
  for (const each of [1, 2, 3]) shares.add(a, each);
  assert.equal(shares.add(b, 4), 1);
  assert.equal(shares.add(b, 5), 2);
  assert.equal(shares.add(a, 6), 4, 'now the other one has more');
});

test('whoever has shown who it is takes no place', () => {
  const shares = new ConnectionShares<number>(1);
  shares.add(a, 1);
  shares.delete(1);
  assert.equal(shares.add(b, 2), null);
});

test('any history (seeds 1–50): never more than there are places, and one origin never pushes out a smaller one', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const random = new Prng(seed);
    const max = random.int(1, 8);
    const shares = new ConnectionShares<number>(max);
    const here = new Map<number, string>();
    for (let next = 0; next < 200; next += 1) {
      if (random.chance(0.3)) {
        const [first] = here.keys();
        if (first !== undefined) shares.delete(first);
        if (first !== undefined) here.delete(first);
        continue;
      }
      const origin = originOf(`192.0.2.${random.int(0, 3)}`);
      const count = (of: string): number => [...here.values()].filter(each => each === of).length;
      const loser = shares.add(origin, next);
      if (loser !== null) {
        const its = here.get(loser) ?? '';
        for (const other of new Set(here.values())) assert.ok(count(its) >= count(other), `seed ${seed}`);
        here.delete(loser);
      }
      here.set(next, origin);
      assert.ok(shares.size <= max && shares.size === here.size, `seed ${seed}`);
    }
  }
});
