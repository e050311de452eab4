import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { until } from '../../scripts/rig/until.ts';
import { ttyReaders } from '../../src/base/tty-readers.ts';
import { folder, noSocat, plug } from '../box/adapters/serial/socat.ts';

/** A user of no programs (Debian: nobody). */
const nobody = 65_534;

function reader(t: TestContext, command: string, path: string): number {
  const child = spawn(command, { shell: '/bin/sh', env: { PORT: path }, stdio: 'ignore' });
  t.after(() => child.kill());
  return child.pid ?? 0;
}

/** What somebody without rights sees, in a process of its own: the user of this one is every other test's as well. */
async function asNobody(path: string): Promise<{ readonly isAll: boolean; readonly found: number }> {
  const source = JSON.stringify(new URL('../../src/base/tty-readers.ts', import.meta.url).href);
  const code = `import { ttyReaders } from ${source};
    process.seteuid(${nobody});
    const seen = await ttyReaders([${JSON.stringify(path)}]);
    console.log(JSON.stringify({ isAll: seen.isAll, found: seen.byPath.size }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  return JSON.parse(stdout) as { readonly isAll: boolean; readonly found: number };
}

test('whoever reads the tty of a box is named; the device behind a pty and one that only writes are not', {
  skip: noSocat,
  timeout: 60_000,
}, async t => {
  const path = join(folder(t), 'keypad');
  await plug(t, path);
  const look = () => ttyReaders([path, '/dev/null-and-void', '/etc/passwd']);
  const found = async () => (await look()).byPath.get(path) ?? [];
  assert.deepEqual(await found(), []);
  reader(t, 'exec sleep 60 > "$PORT"', path);
  const pid = reader(t, 'exec cat "$PORT"', path);
  await until('cat', async () => (await found()).length > 0);
  assert.deepEqual(await found(), [{ pid, name: 'cat' }]);
  assert.deepEqual((await ttyReaders([path], pid)).byPath.get(path) ?? [], [], 'but for the daemon itself');
  if (process.geteuid?.() !== 0) return;
  assert.ok((await look()).isAll, 'root sees all');
  const seen = await asNobody(path);
  assert.deepEqual(
    [seen.isAll, seen.found],
    [false, 0],
    'others do not see it, and know that they may miss one',
  );
});
