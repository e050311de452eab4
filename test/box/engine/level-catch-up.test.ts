import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mono, wall } from '../../../src/base/brand.ts';
import type { Input } from '../../../src/box/core/input.ts';
import { catchUpLimits, LevelCatchUp } from '../../../src/box/engine/level-catch-up.ts';
import { BenchBox } from '../core/bench-box.ts';
import { booking } from '../core/bench-site.ts';

/** A box that waits for a door until `due`. */
function waiting() {
  const box = new BenchBox();
  box.types(booking('a', 1));
  box.after(1);
  const due = box.slot(1).opening?.until ?? 0;
  const input = (type: 'woke' | 'stopping', late: number): Input => ({
    ...(type === 'woke' ? { type } : { type, reason: 'test' }),
    at: { mono: mono(due + late), wall: wall(0) },
  });
  return { state: box.state, input };
}

test('lines are looked at only when a deadline of a door or a lock has passed', () => {
  const { state, input } = waiting();
  let looks = 0;
  const catchUp = new LevelCatchUp(() => {
    looks += 1;
    return true;
  });
  catchUp.of(state, input('woke', -1));
  assert.equal(looks, 0);
  assert.equal(catchUp.of(state, input('woke', 0)).at.unheard, undefined);
  assert.equal(looks, 1);
});

test('while they have something to tell deadlines wait, and the next look comes a little later', () => {
  const { state, input } = waiting();
  let heard = false;
  const catchUp = new LevelCatchUp(() => heard);
  assert.equal(catchUp.notBefore(mono(500)), 500);
  assert.equal(catchUp.of(state, input('woke', 3)).at.unheard, true);
  assert.equal(catchUp.notBefore(mono(500)), 500 + catchUpLimits.againMs);
  assert.equal(catchUp.of(state, input('stopping', 4)).at.unheard, true);
  heard = true;
  assert.equal(catchUp.of(state, input('woke', 30)).at.unheard, undefined);
  assert.equal(catchUp.notBefore(mono(500)), 500);
});

test('lines that never come to rest hold no deadline up for ever', () => {
  const { state, input } = waiting();
  const catchUp = new LevelCatchUp(() => false);
  const looks = Array.from(
    { length: 30 },
    (_, n) => catchUp.of(state, input('woke', n * 20)).at.unheard === true,
  );
  assert.equal(looks.indexOf(false), catchUpLimits.looksMax);
  for (let n = 0; n < 100; n += 1) catchUp.of(state, input('stopping', 700));
  assert.equal(catchUp.of(state, input('woke', 800)).at.unheard, true, 'only wakes count as looks');
});

test('the slots of a box at rest are never looked at', () => {
  const catchUp = new LevelCatchUp(() => assert.fail('looked'));
  const at = { mono: mono(9_000_000), wall: wall(0) };
  catchUp.of(new BenchBox().state, { type: 'woke', at });
});
