import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { DiskServer, type Request } from './disk-server.ts';

const mib = 1_048_576;
const skip = existsSync('/usr/bin/qemu-io')
  ? {}
  : { skip: 'SKIPPED: qemu-io (Debian package qemu-utils) is missing' };

test('QEMU reads what it has written, and all of it is told in order', skip, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-disk-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const content = Buffer.alloc(mib, 0x11);
  const seen: Request[] = [];
  const disk = await DiskServer.on(join(folder, 'socket'), content, request => seen.push(request));
  t.after(() => disk.close());
  const commands = [
    'read -P 0x11 0 1M',
    'write -P 0x22 4k 8k',
    'flush',
    'write -P 0x33 512k 256k',
    'read -P 0x22 4k 8k',
  ];
  const { stdout } = await promisify(execFile)('qemu-io', [
    ...['-t', 'writeback', '-f', 'raw'],
    ...commands.flatMap(command => ['-c', command]),
    `nbd+unix:///?socket=${join(folder, 'socket')}`,
  ]);
  assert.doesNotMatch(stdout, /failed|error/i);
  const told = seen.map(each =>
    each.do === 'write' ? `${each.at} ${each.bytes.length} ${each.bytes[0]}` : 'flush',
  );
  // It flushes once more as it ends.
  assert.deepEqual(told.slice(0, 3), ['4096 8192 34', 'flush', '524288 262144 51']);
  assert.equal(content[mib / 2], 0x33);
});
