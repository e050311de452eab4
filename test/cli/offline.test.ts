import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { run } from './bench.ts';

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-offline-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('verify needs no daemon, and tells its troubles apart', async t => {
  const dir = folder(t);
  const file = join(dir, 'export.jsonl');
  writeFileSync(file, '');
  const empty = await run(['events', 'verify', file]);
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /^smartbox: truncated: /);
  writeFileSync(file, '{"a":1}\n');
  const json = await run(['events', 'verify', file, '--json']);
  assert.deepEqual([json.code, json.stdout, JSON.parse(json.stderr).error.code], [1, '', 'edited']);
  assert.equal((await run(['events', 'verify', join(dir, 'none')])).code, 1);
  const key = join(dir, 'key');
  assert.equal((await run(['events', 'verify', file, '--key', key])).code, 2);
  writeFileSync(key, 'not a key\n');
  assert.match((await run(['events', 'verify', file, '--key', key])).stderr, /holds no public key/);
});

test('config check passes the daemon’s words and exit code on', async t => {
  const dir = folder(t);
  const file = join(dir, 'box.yaml');
  writeFileSync(file, 'box: 1\ncolour: red\n');
  const human = await run(['config', 'check', file]);
  assert.equal(human.code, 2);
  assert.match(human.stderr, /colour/);
  assert.equal(human.stdout, '');
  const json = await run(['config', 'check', file, '--json']);
  assert.deepEqual([json.code, JSON.parse(json.stderr).error.code], [2, 'config-invalid']);
  const doctor = await run(['doctor', '--config', file, '--json'], { SMARTBOX_SOCKET: '/nonexistent/s' });
  assert.match(JSON.parse(doctor.stdout)[0].what, /box\.yaml/);
});

test('restore needs a why, a configuration, and passes on why it could not', async t => {
  const dir = folder(t);
  const env = { SMARTBOX_SOCKET: join(dir, 'none.sock') };
  const copy = join(dir, 'copy.db');
  assert.equal((await run(['restore', copy], env)).code, 2);
  const config = join(dir, 'box.yaml');
  const { code, stderr } = await run(['restore', copy, '--config', config, '--why', 'new card'], env);
  assert.equal(code, 2);
  assert.match(stderr, /box\.yaml/);
});
