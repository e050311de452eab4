import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { DiskReserve, type Room } from '../../../src/relay/app/disk-reserve.ts';
import { FakeTime } from '../../fake-time.ts';

const mib = 1_024 * 1_024;

function reserve(room: Room) {
  const time = new FakeTime();
  const said: string[] = [];
  const problems = {
    raise: (kind: string, _subject: string, detail: string) => void said.push(`raise ${kind}: ${detail}`),
    clear: (kind: string) => void said.push(`clear ${kind}`),
  };
  const now = { ...room };
  const disk = new DiskReserve({
    folder: '/srv',
    time,
    log: silent,
    problems,
    roomOf: async () => ({ ...now }),
  });
  const become = async (freeBytes: number): Promise<void> => {
    now.freeBytes = freeBytes;
    time.advance(10_000);
    await new Promise(resolve => setImmediate(resolve));
  };
  return { disk, said, become };
}

test('of a large disk 256 MiB are kept; below it a Problem, above half as much again it goes', async () => {
  const { disk, said, become } = reserve({ freeBytes: 10_000 * mib, sizeBytes: 100_000 * mib });
  await disk.start();
  assert.ok(disk.hasRoom);
  await become(255 * mib);
  assert.ok(!disk.hasRoom);
  await become(300 * mib);
  assert.ok(!disk.hasRoom, 'not a few at a time');
  await become(400 * mib);
  assert.ok(disk.hasRoom);
  assert.deepEqual(said, [
    'clear disk-low',
    'raise disk-low: 255 MiB are left on the disk of the database.',
    'clear disk-low',
  ]);
  disk.close();
});

test('of a small disk a twentieth', async () => {
  const { disk, become } = reserve({ freeBytes: 8 * mib, sizeBytes: 8 * mib });
  await disk.start();
  await become(mib);
  assert.ok(disk.hasRoom);
  await become(0.3 * mib);
  assert.ok(!disk.hasRoom);
  disk.close();
});
