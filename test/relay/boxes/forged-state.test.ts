/** Whoever can write to the broker puts a state of theirs in the place of a box's: it raises no alarm and hides none. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';
import { topic } from '../../../src/wire/topics.ts';
import { Rig } from './rig.ts';

const bad = ['storage-degraded'];

async function scene(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-forged-'));
  const store = await openSqliteStore({ file: join(folder, 'relay.db'), log: silent });
  const rig = await Rig.on(store);
  t.after(async () => {
    await rig.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { box: one } = await rig.enrolled('b1');
  const { box: two } = await rig.enrolled('b2');
  await rig.start();
  one.signsState = true;
  one.connect();
  await rig.until('in step', () => one.model.rev > 0);
  return { rig, store, one, two };
}

test('forged and old states of a box change nothing; a forged will cuts its link until its next word', async t => {
  const { rig, store, one, two } = await scene(t);
  const broken = async (): Promise<boolean> => {
    const open = store.db.selectFrom('problem').select('kind').where('cleared', 'is', null);
    return (await open.where('kind', '=', 'storage-degraded').execute()).length > 0;
  };
  const link = async (): Promise<string | undefined> =>
    (await store.db.selectFrom('box').select('link').where('id', '=', 'b1').executeTakeFirst())?.link;
  const says = async (payload: Uint8Array): Promise<void> => {
    rig.broker.say(topic('b1', 'state'), payload, true);
    await rig.pass(1_000);
  };

  const good = one.state(3, []);
  await says(good);
  const wrong = one.state(5, bad);
  for (const forged of [one.state(4, bad, two), one.unsignedState(bad)]) await says(forged);
  assert.equal(await broken(), false, 'nobody but the box raises it');
  await says(wrong);
  assert.equal(await broken(), true);
  for (const forged of [good, one.state(6, [], two), one.unsignedState([]), two.state(7, [])]) {
    await says(forged);
    assert.equal(await broken(), true, 'nobody but the box ends it');
  }
  await says(one.state(6, []));
  assert.equal(await broken(), false);
  await says(wrong);
  assert.equal(await broken(), false, 'what was true once');

  await says(Buffer.from('{"link":"lost","v":1}'));
  assert.equal(await link(), 'lost');
  await says(wrong);
  assert.equal(await link(), 'lost', 'an old state is no sign of life');
  one.say(one.model.receipt('nothing'));
  await rig.pass(1_000);
  assert.equal(await link(), 'up');
});
