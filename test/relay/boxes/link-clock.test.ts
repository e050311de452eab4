/** The relay's clock is set back while boxes come and go: what is written of a link is what is so. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';
import { Rig } from './rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'smartbox-link-clock-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const linkOf = async (rig: Rig): Promise<string> =>
  (await rig.house.store.db.selectFrom('box').select('link').where('id', '=', 'b1').executeTakeFirstOrThrow())
    .link;

for (const [back, restarts] of [
  [1_000, false],
  [7_068, false],
  [59_000, true],
  [3_600_000, false],
] as const)
  test(`a box that is back after the clock was set back by ${back / 1_000} s is up${restarts ? ', also after a restart' : ''}`, async () => {
    const store = await openSqliteStore({ file: join(folder, `${back}.db`), log: silent });
    const rig = await Rig.on(store);
    const { box } = await rig.enrolled('b1');
    await rig.start();
    box.connect();
    await rig.until('up', async () => (await linkOf(rig)) === 'up');
    await rig.pass(120_000);
    await box.vanish();
    await rig.until('lost', async () => (await linkOf(rig)) === 'lost');
    if (restarts) {
      await rig.fleet?.close();
      await rig.start();
    }
    rig.time.setWall(rig.time.wall() - back);
    box.connect();
    await rig.until('up again', async () => (await linkOf(rig)) === 'up');
    await box.vanish();
    await rig.until('lost again', async () => (await linkOf(rig)) === 'lost');
    assert.equal(rig.fleet?.session('b1')?.state.link, 'lost');
    await rig.stop();
    await store.close();
  });
