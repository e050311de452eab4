/** The life of a box whose disk takes no writes (rules.md 13). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../../src/base/fault.ts';
import { LoopRig, refused } from './loop-rig.ts';

const degraded = (): LoopRig => {
  const rig = new LoopRig();
  rig.refusal = refused();
  rig.types();
  return rig;
};

test('the reserve is freed first, and then the same input goes through as ever', () => {
  const rig = new LoopRig();
  rig.reserves = 1;
  rig.refusal = refused('storage-full');
  rig.onReserve = () => {
    rig.refusal = null;
  };
  rig.types();
  assert.ok(rig.acts.includes('pulse 1'));
  assert.equal(rig.loop.state.health.storage, 'good');
});

test('without a reserve no key is given out, and none of the events is lost while the power is on', () => {
  const rig = degraded();
  assert.equal(rig.loop.state.health.storage, 'degraded');
  assert.ok(!rig.acts.includes('pulse 1'));
  rig.refusal = null;
  rig.time.advance(4_000);
  assert.deepEqual(rig.commits, [], 'it is not tried at once');
  rig.time.advance(1_000);
  assert.equal(rig.loop.state.health.storage, 'good');
  assert.deepEqual(rig.events, ['late storage-degraded', 'late denied', 'storage-good']);
  assert.ok(rig.acts.includes('reserve'), 'it has its reserve again');
});

test('it is tried again every five seconds, once each time, however busy the box is', () => {
  const rig = degraded();
  let tries = 0;
  rig.onCommit = () => {
    tries += 1;
  };
  for (let s = 0; s < 50; s += 1) {
    rig.time.advance(1_000);
    rig.types();
  }
  assert.equal(tries, 10);
});

test('rows of others are refused meanwhile, and nothing is tried on a box that stops', () => {
  const rig = degraded();
  assert.throws(
    () => rig.loop.write({ type: 'woke' }, () => {}),
    error => codeOf(error) === 'storage-degraded',
  );
  rig.loop.stop('SIGTERM');
  assert.equal(rig.time.armed, 0);
});
