import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../scripts/rig/until.ts';
import {
  bringsBack,
  fillUp,
  makeRoom,
  onSmallDisk,
  other,
  overReadOnlyDisk,
  taker,
  takes,
  writesAgain,
} from './bad-disk.ts';

test('a full disk stops takes, lets returns in, and keeps their events for later (rules.md 13)', async t => {
  const made = await onSmallDisk(t, 2);
  if (made === null) return;
  const { rig } = made;
  await takes(rig, 1, taker);
  await fillUp(made);
  rig.type(`${other}#`);
  await until('a take refused', () => rig.daemon.stderr.includes('out-of-service'));
  await bringsBack(rig);
  makeRoom(made);
  await writesAgain(rig);
  const events = await rig.events();
  const returned = events.findLast(event => event.type === 'key-returned');
  assert.equal(returned?.late, true);
  const kinds = events.map(event => event.type);
  assert.ok(kinds.indexOf('storage-degraded') < kinds.lastIndexOf('key-returned'));
  assert.equal(kinds.at(-1), 'storage-good');
});

test('a box starts on a read-only disk after SIGKILL, takes keys back, and writes it all down later', t =>
  overReadOnlyDisk(t, 'SIGKILL'));
