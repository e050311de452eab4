import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../src/box/core/model.ts';
import { pauseLimits, whenDamaged, whenNobodyIsHere } from '../../../src/box/engine/between-drivers.ts';
import type { Watcher } from '../../../src/box/ports.ts';
import { FakeTime } from '../../fake-time.ts';
import { BenchBox } from '../core/bench-box.ts';
import { booking } from '../core/bench-site.ts';

/** A box and its driver; `passes` is time for both, and says whether the box would have ended by then. */
function scene() {
  const box = new BenchBox({ unsensed: 'all' });
  const time = new FakeTime({ monoMs: box.mono });
  let ended = 0;
  const giveUp = whenNobodyIsHere({ time, state: () => box.state }, () => {
    ended += 1;
  });
  const passes = (ms: number): boolean => {
    for (let left = ms; left > 0; left -= 500) {
      box.after(0.5);
      time.advance(box.mono - time.mono());
    }
    return ended > 0;
  };
  return { box, passes, giveUp, ended: () => ended };
}

const { quietMs, patienceMs } = pauseLimits;

test('a box that nobody is at ends after a quiet moment, once', () => {
  const { passes, ended } = scene();
  assert.equal(passes(quietMs - 1_000), false);
  assert.equal(passes(2_000), true);
  passes(60_000);
  assert.equal(ended(), 1);
});

test('from the first digit to a minute after the door nobody is cut off', () => {
  const { box, passes } = scene();
  box.feed({ type: 'keypad-touched', length: 1 });
  assert.equal(passes(8_000), false, 'typing');
  box.types(booking('monday', 1));
  assert.equal(passes(15_000), false, 'in front of a door that is unlocked');
  box.opensDoor(1);
  assert.equal(passes(40_000), false, 'at an open door');
  box.shutsDoor(1);
  assert.equal(passes(limits.foundEmptyMs - 2_000), false, 'may still say that nothing was in it');
  assert.equal(passes(quietMs + 4_000), true);
});

test('a door that is left open is nobody’s after a while', () => {
  const { box, passes } = scene();
  box.types(booking('monday', 1));
  box.opensDoor(1);
  assert.equal(passes(box.state.rules.doorHeldMs - 2_000), false);
  assert.equal(passes(quietMs + 4_000), true);
});

test('a keypad that babbles holds it up for ten minutes at most', () => {
  const { box, passes } = scene();
  let ended = false;
  let ms = 0;
  for (; !ended && ms < 2 * patienceMs; ms += 5_000) {
    box.feed({ type: 'keypad-touched', length: 3 });
    ended = passes(5_000);
  }
  assert.ok(ended && ms >= patienceMs, `${ms} ms`);
});

test('whoever gives it up is not ended', () => {
  const { passes, giveUp } = scene();
  giveUp();
  assert.equal(passes(60_000), false);
});

/** A box whose database may turn out to be damaged. */
function damageable() {
  const box = new BenchBox();
  const time = new FakeTime({ monoMs: box.mono });
  const watchers = new Set<Watcher>();
  let ended = 0;
  const loop = {
    get state() {
      return box.state;
    },
    watch: (watcher: Watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
  whenDamaged({ time, loop }, () => {
    ended += 1;
  });
  const passes = (ms: number): number => {
    for (let left = ms; left > 0; left -= 500) {
      box.after(0.5);
      for (const watcher of watchers) watcher.changed(box.state);
      time.advance(box.mono - time.mono());
    }
    return ended;
  };
  return { box, passes };
}

test('a box whose database is damaged ends when nobody is there, once, and not before that is known', () => {
  const { box, passes } = damageable();
  assert.equal(passes(60_000), 0);
  box.types(booking('monday', 1));
  box.opensDoor(1);
  box.feed({ type: 'database-suspect', reason: 'quick-check' });
  assert.equal(passes(20_000), 0, 'a driver is at the door');
  box.shutsDoor(1);
  assert.equal(passes(limits.foundEmptyMs + quietMs + 4_000), 1);
  assert.equal(passes(60_000), 1);
});

test('while the disk refuses as well, the only run that knows of returns goes on', () => {
  const { box, passes } = damageable();
  box.feed({ type: 'database-suspect', reason: 'quick-check' });
  box.feed({ type: 'storage-changed', storage: 'degraded', reason: 'full' });
  assert.equal(passes(120_000), 0);
  box.feed({ type: 'storage-changed', storage: 'good', reason: 'writes succeed' });
  assert.equal(passes(2 * quietMs + 2_000), 1);
});
