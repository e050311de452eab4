/** What resolved is there after SIGKILL: of the relay, and of PostgreSQL itself. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { noPostgres, startPostgres } from '../../../scripts/rig/postgres-server.ts';
import { silent } from '../../../src/base/log.ts';
import { openPostgresStore } from '../../../src/relay/store/postgres.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';

const rounds = 4;
const linesBeforeKill = 200;
const account = {
  id: 'a',
  name: 'a',
  region: 'NL',
  region_chosen: 0 as const,
  settings: '{}',
  created: 1,
  events: 0,
};

interface Place {
  readonly engine: 'sqlite' | 'postgres';
  readonly at: string;
}

/** Writes until so many are acknowledged, then `kill`s; gives the last number that each box was promised. */
async function promised(
  place: Place,
  from: number,
  kill: (pid: number) => Promise<void>,
): Promise<ReadonlyMap<string, number>> {
  const program = join(import.meta.dirname, 'writer.ts');
  const writer = spawn(process.execPath, [program, place.engine, place.at, String(from)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = once(writer, 'exit');
  const promises = new Map<string, number>();
  let lines = 0;
  let rest = '';
  for await (const chunk of writer.stdout.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const [box = '', seq] of parts.map(line => line.split(' '))) promises.set(box, Number(seq));
    lines += parts.length;
    if (lines < linesBeforeKill || writer.killed) continue;
    await kill(writer.pid ?? 0);
    writer.kill('SIGKILL');
  }
  await gone;
  assert.ok(lines >= linesBeforeKill);
  return promises;
}

/** Everything promised is there, in order, numbered without gaps; and nothing is there twice. */
async function check(store: RelayStore, promises: ReadonlyMap<string, number>): Promise<number> {
  const rows = await store.db
    .selectFrom('event')
    .select(['box', 'seq', 'number'])
    .orderBy('number')
    .execute();
  assert.deepEqual(
    rows.map(({ number }) => number),
    rows.map((_, at) => at + 1),
  );
  for (const [box, last] of promises)
    assert.ok(
      rows.some(row => row.box === box && row.seq === last),
      `${box} ${last}`,
    );
  const { events } = await store.db.selectFrom('account').select('events').executeTakeFirstOrThrow();
  assert.equal(events, rows.length);
  return rows.reduce((most, { seq }) => Math.max(most, seq), 0);
}

async function survives(
  place: Place,
  open: () => Promise<RelayStore>,
  kill: (pid: number) => Promise<void>,
): Promise<void> {
  const first = await open();
  await first.write(tx => tx.insertInto('account').values(account).execute());
  await first.close();
  let from = 1;
  for (let round = 0; round < rounds; round += 1) {
    const promises = await promised(place, from, kill);
    const store = await open();
    from = (await check(store, promises)) + 1;
    await store.close();
  }
}

test('SQLite: the relay is killed while it writes, and nothing that resolved is lost', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-crash-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'relay.db');
  await survives(
    { engine: 'sqlite', at: file },
    () => openSqliteStore({ file, log: silent }),
    async () => {},
  );
});

test('PostgreSQL: the server dies under the relay, and nothing that resolved is lost', {
  skip: noPostgres,
}, async t => {
  const server = await startPostgres();
  t.after(() => server.stop());
  const url = await server.database();
  await survives(
    { engine: 'postgres', at: url },
    () => openPostgresStore({ url, log: silent }),
    async () => {
      await server.kill();
      await server.start();
    },
  );
});
