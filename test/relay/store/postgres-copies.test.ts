import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { noPostgres, type Postgres, startPostgres } from '../../../scripts/rig/postgres-server.ts';
import { until } from '../../../scripts/rig/until.ts';
import { Fault } from '../../../src/base/fault.ts';
import { silent } from '../../../src/base/log.ts';
import { type CopyMode, PostgresCopies } from '../../../src/relay/store/postgres-copies.ts';

describe('copies on one database', { skip: noPostgres }, () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres();
  });
  // A copy that a test lost sight of would look for its server for ever, and the file would never end.
  const entered: PostgresCopies[] = [];
  after(async () => {
    for (const copies of entered) await copies.close();
    await postgres.stop();
  });

  const enter = async (url: string, mode: CopyMode, ousted: (fault: Fault) => void = () => {}) => {
    const copies = await PostgresCopies.enter({ url, mode, log: silent, ousted });
    entered.push(copies);
    return copies;
  };
  const isRefused = (error: unknown): boolean => error instanceof Fault && error.code === 'copy-refused';

  test('copies that share their boxes run together; one with its broker inside runs alone', async () => {
    const url = await postgres.database();
    const shared = [await enter(url, 'shared'), await enter(url, 'shared')];
    await assert.rejects(enter(url, 'alone'), isRefused);
    for (const each of shared) await each.close();
    const alone = await enter(url, 'alone');
    await assert.rejects(enter(url, 'alone'), isRefused);
    await assert.rejects(enter(url, 'shared'), isRefused);
    await alone.close();
    await (await enter(url, 'shared')).close();
  });

  test('another database is another relay', async () => {
    const [one, two] = [
      await enter(await postgres.database(), 'alone'),
      await enter(await postgres.database(), 'alone'),
    ];
    await one.close();
    await two.close();
  });

  test('a server that dies and comes back finds the copy at its place, or tells it that it has lost it', async () => {
    const url = await postgres.database();
    const faults: Fault[] = [];
    const first = await enter(url, 'alone', fault => faults.push(fault));
    await postgres.kill();
    await postgres.start();
    // Whoever is first: the copy that was there, within its second, or the other one.
    let other: PostgresCopies | null = null;
    await until('one of the two', async () => {
      other ??= await enter(url, 'alone').catch(() => null);
      return (
        other !== null || (await enter(url, 'shared').then(each => each.close().then(() => false), isRefused))
      );
    });
    if (other !== null) {
      await until('the first to be told', () => faults.length === 1, 10_000);
      assert.ok(isRefused(faults[0]));
      await (other as PostgresCopies).close();
    }
    await first.close();
  });
});
