/** What bad-disk.test.ts leaves out: longer outages, and other ends of the run before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause, until } from '../../scripts/rig/until.ts';
import {
  bringsBack,
  fillUp,
  makeRoom,
  onSmallDisk,
  other,
  overReadOnlyDisk,
  taker,
  takes,
  verifies,
  writesAgain,
} from './bad-disk.ts';
import { fill } from './small-disk.ts';

test('a key that comes back on a full disk after hundreds of loose doors is in what is written later', {
  timeout: 120_000,
}, async t => {
  const made = await onSmallDisk(t, 2, { slots: 12, pulseMs: 50 });
  if (made === null) return;
  const { rig } = made;
  await takes(rig, 1, taker);
  await fillUp(made);
  // Each opening is lines of its own, so that folding alone does not make room.
  for (let n = 0; n < 12; n += 1) {
    await rig.must(['open-all', '--why', `looking for a key, ${n}`]);
    await pause(900);
  }
  await bringsBack(rig);
  makeRoom(made);
  await writesAgain(rig);
  const events = await rig.events();
  const moves = events.filter(
    ({ type, reason }) => reason !== 'seen' && (type === 'key-taken' || type === 'key-returned'),
  );
  assert.deepEqual(
    moves.map(({ type, late }) => [type, late]),
    [
      ['key-taken', undefined],
      ['key-returned', true],
    ],
  );
  assert.ok(events.filter(({ late }) => late === true).length <= 256);
  assert.ok((events.findLast(({ type }) => type === 'storage-good')?.count ?? 0) > 0, 'some were dropped');
  await verifies(rig);
});

test('a box starts on a full disk, so that keys can come back', async t => {
  const made = await onSmallDisk(t, 2);
  if (made === null) return;
  const { rig, disk } = made;
  await takes(rig, 1, taker);
  fill(disk);
  await rig.stop('SIGKILL');
  await rig.start();
  rig.type(`${taker}#`);
  await rig.lines.powered(1);
});

test('a key that came back on a full disk before the box was killed is in its slot by the next start', async t => {
  const made = await onSmallDisk(t, 1);
  if (made === null) return;
  const { rig } = made;
  const before = (await rig.events()).length;
  await takes(rig, 1, taker);
  await fillUp(made);
  await bringsBack(rig);
  await rig.stop('SIGKILL');
  makeRoom(made);
  await rig.start();
  const events = await rig.events();
  const moves = events.slice(before).filter(({ type }) => type === 'key-taken' || type === 'key-returned');
  assert.deepEqual(
    moves.map(({ type, proof }) => [type, proof]),
    [
      ['key-taken', 'sensor'],
      ['key-returned', 'boot'],
    ],
  );
  rig.type(`${taker}#`);
  await until('the used code refused', async () =>
    (await rig.events()).some(({ type, reason }) => type === 'denied' && reason === 'used'),
  );
  await takes(rig, 1, other);
  await verifies(rig);
});

test('a box starts on a read-only disk after SIGTERM, takes keys back, and writes it all down later', t =>
  overReadOnlyDisk(t, 'SIGTERM'));
