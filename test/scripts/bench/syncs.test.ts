import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countSyncs } from '../../../scripts/bench/syncs.ts';

const grant = (slot: number): readonly string[] => [
  '41 read(21</dev/pts/3>, "#", 65536) = 1',
  '40 pwrite64(18</b/data/box.db-wal>, "\\0\\0"..., 24, 0) = 24',
  '40 pwrite64(18</b/data/box.db-wal>, "\\0\\0"..., 4096, 24) = 4096',
  '40 fdatasync(18</b/data/box.db-wal>) = 0',
  `40 pwrite64(22</dev/shm/l/lock/${slot}>, "1\\n", 2, 0) = 2`,
];

const afterwards = [
  '40 pwrite64(18</b/data/box.db-wal>, "\\0\\0"..., 4096, 24) = 4096',
  '40 fdatasync(18</b/data/box.db-wal>) = 0',
  '40 pwrite64(22</dev/shm/l/lock/1>, "0\\n", 2, 0) = 2',
];

const count = (...lines: readonly string[]) => countSyncs(lines.join('\n'));

test('one commit before each lock, and those that come after are not among it', () => {
  const digits = '41 read(21</dev/pts/3>, "1234567", 65536) = 7';
  const counted = count(digits, ...grant(1), ...afterwards, digits, ...grant(2), ...afterwards);
  assert.deepEqual(counted, {
    grants: 2,
    syncsBefore: 2,
    mostSyncsBefore: 1,
    commitsBefore: 2,
    databaseWritesBefore: 0,
    syncsInAll: 4,
    databaseWritesInAll: 0,
  });
});

test('a second sync and a checkpoint before the lock are seen', () => {
  const [read = '', ...rest] = grant(1);
  const sync = '40 fsync(17</b/data/box.db>) = 0';
  const checkpoint = '40 pwrite64(17</b/data/box.db>, "S"..., 4096, 0) = 4096';
  const counted = count(read, checkpoint, sync, ...rest);
  assert.equal(counted.mostSyncsBefore, 2);
  assert.equal(counted.databaseWritesBefore, 1);
});

test('a read that another thread interrupts counts when it ends', () => {
  const [, ...rest] = grant(1);
  const counted = count(
    '41 read(21</dev/pts/3>,  <unfinished ...>',
    '42 read(9</proc/stat>,  <unfinished ...>',
    '42 <... read resumed>"#", 10) = 1',
    '40 fdatasync(18</b/data/box.db-wal>) = 0',
    '41 <... read resumed>"#", 65536) = 1',
    ...rest,
  );
  assert.equal(counted.syncsBefore, 1);
});
