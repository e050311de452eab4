import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import sodium from 'libsodium-wrappers';
import { chainReady, eventLine, noHash, rangeLine } from '../../src/wire/chain.ts';
import { chainOf, exported, keys, sealed } from '../wire/export-lines.ts';
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
  assert.deepEqual([json.code, json.stdout, JSON.parse(json.stderr).error.code], [1, '', 'not-a-journal']);
  writeFileSync(file, 'box:\n  id: depot-a\n');
  const yaml = await run(['events', 'verify', file]);
  assert.equal(yaml.code, 1);
  assert.match(yaml.stderr, /export\.jsonl is not a journal/);
  assert.doesNotMatch(yaml.stderr, /edited|do not rely/i);
  assert.equal((await run(['events', 'verify', join(dir, 'none')])).code, 1);
  const key = join(dir, 'key');
  assert.equal((await run(['events', 'verify', file, '--key', key])).code, 2);
  writeFileSync(key, 'not a key\n');
  assert.match((await run(['events', 'verify', file, '--key', key])).stderr, /holds no public key/);
});

test('verify says of a copy that begins late what is proven and what is only claimed', async t => {
  await chainReady;
  const file = join(folder(t), 'copy.ndjson');
  const all = chainOf(1, 9);
  const write = (lines: readonly string[]): void =>
    writeFileSync(file, lines.map(each => `${each}\n`).join(''));
  const copyFrom = (seq: number): void => {
    const kept = all.slice(seq - 1);
    const prev = kept[0]?.prev ?? all.at(-1)?.hash ?? noHash;
    write([...kept.map(eventLine), rangeLine({ type: 'range', box: 'box-1', from: seq, prev }), sealed(all)]);
  };
  const verify = async () => {
    const { code, stdout } = await run(['events', 'verify', file]);
    const { whole, parts } = JSON.parse((await run(['events', 'verify', file, '--json'])).stdout);
    return { code, stdout, whole, leftOut: parts[0].leftOut };
  };
  // What somebody makes who cuts the first three events off and writes a line of their own beneath: the relay’s looks no other.
  copyFrom(4);
  const cut = await verify();
  assert.deepEqual([cut.code, cut.whole, cut.leftOut], [0, false, { from: 1, to: 3 }]);
  assert.match(cut.stdout, /^whole from event 4 on: 6 events of box-1, 4 to 9\n/);
  assert.match(
    cut.stdout,
    /Not proven is that it was meant to begin at 4: .*\bEvents 1 to 3, which the box has signed, are not/,
  );
  copyFrom(10);
  assert.match((await verify()).stdout, /^whole from event 10 on: no events; .*ended with event 9/);
  const [third, sixth] = [all[2], all[5]];
  const time = {
    type: 'range',
    box: 'box-1',
    from: 3,
    prev: third?.prev ?? '',
    to: 6,
    head: sixth?.hash ?? '',
  } as const;
  write([...all.slice(2).map(eventLine), rangeLine(time), sealed(all)]);
  assert.match(
    (await verify()).stdout,
    /^whole from event 3 on: 4 events of box-1, 3 to 6\nIt ends at 6 .* 7 to 9 stand/,
  );
  write(exported(all));
  const whole = await verify();
  assert.deepEqual([whole.code, whole.whole, whole.leftOut], [0, true, null]);
  assert.match(whole.stdout, /^whole: 9 events of box-1, 1 to 9\n/);
  assert.doesNotMatch(whole.stdout, /[Pp]roven/);
});

test('verify takes the keys of a box that was replaced: by a flag each, or a line each in one file', async t => {
  await chainReady;
  const dir = folder(t);
  const [file, oldKey, newKey, both] = ['copy.ndjson', 'old', 'new', 'both'].map(name => join(dir, name)) as [
    ...[string, string, string, string],
  ];
  const second = sodium.crypto_sign_seed_keypair(new Uint8Array(32).fill(8));
  const [first, replaced] = [sodium.to_hex(keys().publicKey), sodium.to_hex(second.publicKey)];
  writeFileSync(
    file,
    [
      ...exported(chainOf(1, 9)),
      ...chainOf(1, 4, noHash, 2).map(eventLine),
      sealed(chainOf(1, 4, noHash, 2), {}, second),
    ]
      .map(each => `${each}\n`)
      .join(''),
  );
  writeFileSync(oldKey, `${first}\n`);
  writeFileSync(newKey, replaced.toUpperCase());
  writeFileSync(both, `${first}\r\n\n${replaced}\n`);
  for (const given of [
    ['--key', oldKey, '--key', newKey],
    ['--key', both],
  ]) {
    const { code, stdout } = await run(['events', 'verify', file, ...given]);
    assert.equal(code, 0);
    assert.match(stdout, /signed by keys that you gave/);
  }
  for (const key of [oldKey, newKey])
    assert.match((await run(['events', 'verify', file, '--key', key])).stderr, /^smartbox: other-key: /);
  writeFileSync(both, `${first}\n${replaced.slice(1)}\n`);
  assert.equal((await run(['events', 'verify', file, '--key', both])).code, 2);
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
