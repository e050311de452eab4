/** The secrets of a box are lost, one after the other: it starts, says so, and takes back what it can. */
import assert from 'node:assert/strict';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Rig } from '../../scripts/rig/box-rig.ts';
import type { Finding } from '../../src/wire/report.ts';
import { code, onBox, takesKey, today } from './box.ts';

const findings = async (rig: Rig): Promise<readonly Finding[]> =>
  JSON.parse((await rig.cli(['doctor', '--json'])).stdout) as readonly Finding[];

const said = async (rig: Rig, name: string): Promise<number> =>
  (await rig.events()).filter(({ type, reason }) => type === 'storage-degraded' && reason === `${name}-lost`)
    .length;

async function takes(rig: Rig): Promise<void> {
  await takesKey(rig, code, 1);
}

test('signing.key deleted, zeroed, pepper cut short: an event each, doctor says it, the box goes on', {
  timeout: 90_000,
}, async t => {
  const rig = await onBox(t, { slots: 2 });
  await rig.book({ code, slot: 1, ...today() });
  const keys: string[] = [];
  const key = async (): Promise<string> => JSON.parse(await rig.must(['status', '--json']).catch(String)).key;
  await takes(rig);
  assert.equal(
    (await findings(rig)).some(({ what }) => /was lost/.test(what)),
    false,
  );

  const signing = join(rig.data, 'signing.key');
  keys.push(await key());
  await rig.stop();
  rmSync(signing);
  await rig.start();
  keys.push(await key());
  assert.equal(await said(rig, 'signing-key'), 1);
  const told = (await findings(rig)).find(({ what }) => /signing-key of this box was lost/.test(what));
  assert.equal(told?.level, 'warn');
  assert.match(told?.hint ?? '', /note it/);

  await rig.stop('SIGKILL');
  writeFileSync(signing, Buffer.alloc(32));
  await rig.start();
  keys.push(await key());
  assert.equal(new Set(keys).size, 3);
  assert.equal(await said(rig, 'signing-key'), 2);
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  await rig.lines.released(1);

  await rig.stop();
  truncateSync(join(rig.data, 'pepper'), 7);
  await rig.start();
  assert.deepEqual([await said(rig, 'signing-key'), await said(rig, 'pepper')], [2, 1]);
  assert.ok((await findings(rig)).some(({ what }) => /pepper of this box was lost/.test(what)));
  await rig.book({ code, slot: 2, ...today() });
  rig.type(`${code}#`);
  await rig.lines.powered(2);
  await rig.stop();
  await rig.start();
  assert.deepEqual([await said(rig, 'signing-key'), await said(rig, 'pepper')], [2, 1], 'and says each once');
});
