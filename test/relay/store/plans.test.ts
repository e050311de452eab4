/** What is asked at every tick reads only what is due, however much is kept behind it: SQLite says which index it takes. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { Bug } from '../../../src/base/assert.ts';
import { silent } from '../../../src/base/log.ts';
import { listAssignments } from '../../../src/relay/integrations/fleetio/sync/by-hand.ts';
import { dueRows } from '../../../src/relay/integrations/fleetio/sync/events.ts';
import { dueWork } from '../../../src/relay/integrations/fleetio/sync/leases.ts';
import { isAnyDue, takeMessages } from '../../../src/relay/messages/outbox-rows.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';
import { connect } from '../../../src/relay/store/sqlite-connection.ts';
import type { Tables } from '../../../src/relay/store/tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'smartbox-plans-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'relay.db');
await (await openSqliteStore({ file, log: silent })).close();

interface Asked {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

async function planOf(ask: (db: Kysely<Tables>) => Promise<unknown>): Promise<readonly string[]> {
  const asked: Asked[] = [];
  const db = new Kysely<Tables>({
    dialect: connect({ file }, 'writes'),
    log: ({ query: { sql, parameters } }) => void asked.push({ sql, parameters }),
  });
  await ask(db);
  await db.destroy();
  const plain = new Database(file);
  const steps = asked
    .filter(({ sql }) => /^(select|update|insert)/.test(sql.trim()))
    .flatMap(({ sql, parameters }) => plain.prepare(`explain query plan ${sql}`).all(...parameters));
  plain.close();
  return steps.map(step => (step as { detail: string }).detail);
}

test('work that is due: an index for each kind, and nothing is scanned but the integrations', async () => {
  const plan = await planOf(db => dueWork(db, 1));
  for (const index of ['webhook_event_new', 'assignment_fields', 'contact_again'])
    assert.ok(
      plan.some(step => step.includes(`INDEX ${index} (integration=?`)),
      `${index} in ${plan.join('\n')}`,
    );
  assert.deepEqual(
    plan.filter(step => /SCAN (webhook_event|assignment|contact|vehicle|message)/.test(step)),
    [],
  );
});

test('events that are due', async () => {
  const plan = await planOf(db => dueRows(db, { integration: 'i', now: 1, most: 9 }));
  assert.deepEqual(plan, ['SEARCH webhook_event USING INDEX webhook_event_new (integration=? AND due<?)']);
});

test('messages that are due', async () => {
  const claim = { copy: 'a', now: 1, until: 2, most: 9 };
  const due = await planOf(db => isAnyDue(db, 1));
  assert.deepEqual(due, ['SEARCH message USING INDEX message_due (due<?)']);
  const taken = await planOf(db => db.transaction().execute(tx => takeMessages(tx, claim)));
  assert.deepEqual(
    taken.filter(step => step.startsWith('SCAN')),
    [],
  );
});

test('a page of a vehicle’s assignments is read in order, without sorting all of them', async () => {
  const of = { integration: 'i', vehicle: 'v' };
  for (const from of [null, [5, 'a'] as const]) {
    const plan = await planOf(db =>
      db.transaction().execute(tx => listAssignments({ tx, account: 'a' }, of, { after: from, limit: 9 })),
    );
    assert.deepEqual(
      plan.filter(step => /SCAN|TEMP B-TREE/.test(step)),
      [],
    );
    const range = from === null ? '' : ' AND <expr><?';
    assert.deepEqual(plan, [
      `SEARCH assignment USING INDEX assignment_vehicle (integration=? AND vehicle=?${range})`,
    ]);
  }
});

test('the name that SQLite has for no file at all is refused, and makes none', async () => {
  await assert.rejects(openSqliteStore({ file: ':memory:', log: silent }), Bug);
  assert.ok(!existsSync(':memory:'));
});
