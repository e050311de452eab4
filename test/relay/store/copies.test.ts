/** Two copies of the relay on one PostgreSQL: they hear of each other, and never hold each other up for long. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { noPostgres, type Postgres, startPostgres } from '../../../scripts/rig/postgres-server.ts';
import { storeEvents } from '../../../scripts/rig/store-events.ts';
import { mono, wall } from '../../../src/base/brand.ts';
import { codeOf } from '../../../src/base/fault.ts';
import { silent } from '../../../src/base/log.ts';
import { LiveStreams } from '../../../src/relay/http/live/live-streams.ts';
import { effectsOf, noteNews } from '../../../src/relay/store/commit-effects.ts';
import { openPostgresStore } from '../../../src/relay/store/postgres.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';

describe('copies', { skip: noPostgres }, () => {
  let server: Postgres | null = null;
  const opened: RelayStore[] = [];
  before(async () => {
    server = await startPostgres();
  });
  after(async () => {
    for (const store of opened) await store.close();
    await server?.stop();
  });

  async function copies(): Promise<readonly [RelayStore, RelayStore, string]> {
    const url = (await server?.database()) ?? '';
    const [one, two] = await Promise.all([
      openPostgresStore({ url, log: silent }),
      openPostgresStore({ url, log: silent }),
    ]);
    opened.push(one, two);
    return [one, two, url];
  }

  test('each hears once of what the other changed, and of its own', async () => {
    const [one, two] = await copies();
    const heard: string[] = [];
    one.onDirty(boxes => heard.push(...boxes.map(box => `one ${box}`)));
    const other = new Promise<void>(resolve => {
      two.onDirty(boxes => {
        heard.push(...boxes.map(box => `two ${box}`));
        resolve();
      });
    });
    await one.write(async tx => void effectsOf(tx).changedBoxes.set('x', 1));
    await other;
    assert.deepEqual(heard.sort(), ['one x', 'two x']);
  });

  test('a page that is open at one copy hears what the other committed, of its account and by its rights', {
    timeout: 20_000,
  }, async () => {
    const [one, two] = await copies();
    // Each look is seconds after the one before, so that nothing waits to be told together.
    let at = 0;
    const time = { mono: () => mono(2_000 * at++), wall: () => wall(0), at: () => () => {} };
    const streams = new LiveStreams(time, listener => two.onNews(listener));
    const said = new Promise<string>(resolve => {
      const page = { account: 'a', send: resolve, end: () => {}, scopes: async () => null };
      streams.add(page, new Set(['bookings:read'] as const));
    });
    await one.write(async tx => noteNews(tx, 'b', 'bookings'));
    await one.write(async tx => noteNews(tx, 'a', 'problems'));
    await one.write(async tx => noteNews(tx, 'a', 'bookings'));
    assert.equal(await said, 'event: bookings\ndata:\n\n');
    streams.close();
  });

  test('jobs that want the same rows in another order all get through, at once or again', async () => {
    const [one, two] = await copies();
    for (const id of ['a', 'b'])
      await one.write(tx =>
        tx
          .insertInto('account')
          .values({
            id,
            name: id,
            region: 'NL',
            region_chosen: 0 as const,
            settings: '{}',
            created: 1,
            events: 0,
          })
          .execute(),
      );
    const event = (seq: number) => ({ epoch: 1, seq, at: 1, type: 'x', booking: null, line: '', stored: 1 });
    const put = (store: RelayStore, box: string, seq: number, order: readonly string[]): Promise<void> =>
      store.write(async tx => {
        for (const account of order)
          await storeEvents(tx, { account, box: `${box}-${account}`, enrolment: 1 }, [event(seq)]);
      });
    const started = performance.now();
    await Promise.all(
      Array.from({ length: 150 }, (_, n) => [
        put(one, 'p', n, ['a', 'b']),
        put(two, 'q', n, ['b', 'a']),
      ]).flat(),
    );
    const rows = await two.db
      .selectFrom('event')
      .select(['account', 'number'])
      .orderBy('account')
      .orderBy('number')
      .execute();
    assert.equal(rows.length, 600);
    for (const [at, { number }] of rows.entries()) assert.equal(number, (at % 300) + 1);
    assert.ok(performance.now() - started < 60_000);
  });

  test('a connection that breaks between two statements of a job fails that job and nothing else', async () => {
    const [store] = await copies();
    const broken = store.write(async tx => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(store.db);
      await new Promise(resolve => setTimeout(resolve, 200));
      await sql`select 1`.execute(tx);
    });
    await assert.rejects(broken, error => codeOf(error).startsWith('storage-'));
    assert.equal(await store.write(async () => 'goes on'), 'goes on');
  });

  test('a server that goes away is a fault that people know, and comes back by itself', async () => {
    const [one] = await copies();
    await server?.kill();
    await assert.rejects(
      one.write(tx => tx.selectFrom('meta').selectAll().execute()),
      error => {
        assert.equal(codeOf(error), 'storage-lost', String(error));
        return true;
      },
    );
    await server?.start();
    assert.ok((await one.write(tx => tx.selectFrom('meta').selectAll().execute())).length > 0);
    assert.ok((await one.db.selectFrom('meta').selectAll().execute()).length > 0);
  });
});
