import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { codeOf } from '../../../src/base/fault.ts';
import { Secret } from '../../../src/base/secret.ts';
import { openAtRest } from '../../../src/relay/secrets/at-rest.ts';
import { checkAtRestKey } from '../../../src/relay/secrets/check-value.ts';
import { atRestKey, keyName, keyVariable } from '../../../src/relay/secrets/key-source.ts';
import { onBothStores } from '../stores.ts';

const faults = (code: string) => (error: unknown) => {
  assert.equal(codeOf(error), code, String(error));
  return true;
};
const hexKey = 'ab'.repeat(32);

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-key-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the key: credential before variable before file, which is made on the first start for its owner alone', t => {
  const folder = folderOf(t);
  const file = join(folder, 'relay.key');
  const made = atRestKey({ file, env: {} });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(atRestKey({ file, env: {} }).reveal(), made.reveal());
  const withVariable = { [keyVariable]: Buffer.from(hexKey, 'hex').toString('base64') };
  assert.equal(atRestKey({ file, env: withVariable }).reveal(), hexKey);
  const credentials = join(folder, 'credentials');
  mkdirSync(credentials);
  const env = { ...withVariable, CREDENTIALS_DIRECTORY: credentials };
  assert.equal(atRestKey({ file, env }).reveal(), hexKey);
  writeFileSync(join(credentials, keyName), `${'CD'.repeat(32)}\n`);
  assert.equal(atRestKey({ file, env }).reveal(), 'cd'.repeat(32));
});

test('a key that is none, or that others can read, is refused by name', t => {
  const file = join(folderOf(t), 'relay.key');
  assert.throws(
    () => atRestKey({ file, env: { [keyVariable]: 'xyzzy' } }),
    error => codeOf(error) === 'secret-key' && !JSON.stringify(error).includes('xyzzy'),
  );
  writeFileSync(file, 'short', { mode: 0o600 });
  assert.throws(() => atRestKey({ file, env: {} }), faults('secret-key'));
  writeFileSync(file, hexKey);
  chmodSync(file, 0o640);
  assert.throws(() => atRestKey({ file, env: {} }), /can be read by others/);
});

test('what is sealed opens in its own place, under its own key, and nowhere else', async () => {
  const [mine, other] = [await openAtRest(new Secret(hexKey)), await openAtRest(new Secret('00'.repeat(32)))];
  const sealed = mine.seal('code', 'b1', '40718265');
  assert.equal(mine.open('code', 'b1', sealed), '40718265');
  assert.notEqual(mine.seal('code', 'b1', '40718265'), sealed);
  assert.ok(!Buffer.from(sealed.slice(3), 'base64').includes('40718265'));
  const spoilt = `${sealed.slice(0, -6)}${sealed.at(-6) === 'A' ? 'B' : 'A'}${sealed.slice(-5)}`;
  const wrong = [
    () => mine.open('code', 'b2', sealed),
    () => mine.open('tag', 'b1', sealed),
    () => other.open('code', 'b1', sealed),
    () => mine.open('code', 'b1', spoilt),
    () => mine.open('code', 'b1', sealed.slice(3)),
    () => mine.open('code', 'b1', ''),
  ];
  for (const open of wrong) assert.throws(open, faults('at-rest'));
  assert.equal(mine.hash('code', 'x'), mine.hash('code', 'x'));
  assert.equal(new Set([mine.hash('code', 'x'), mine.hash('tag', 'x'), other.hash('code', 'x')]).size, 3);
});

onBothStores('the check value', source => {
  test('a wrong key is told before anything is opened with it', async () => {
    const store = await source.fresh();
    const mine = await openAtRest(new Secret(hexKey));
    await checkAtRestKey(store, mine);
    await checkAtRestKey(store, mine);
    await assert.rejects(
      checkAtRestKey(store, await openAtRest(new Secret('00'.repeat(32)))),
      faults('secret-key'),
    );
  });
});

test('a key that cannot be made, or lies there as something else, is a fault that says where', t => {
  const folder = folderOf(t);
  assert.throws(() => atRestKey({ file: join(folder, 'none', 'relay.key'), env: {} }), faults('secret-key'));
  writeFileSync(join(folder, 'file'), '');
  assert.throws(() => atRestKey({ file: join(folder, 'file', 'relay.key'), env: {} }), faults('secret-key'));
  for (const mode of [0o700, 0o755]) {
    const file = join(folder, `${mode}`);
    mkdirSync(file, { mode });
    assert.throws(() => atRestKey({ file, env: {} }), faults('secret-key'));
  }
});
