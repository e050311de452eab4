/** How an engine would answer what a list of the relay asks: the steps of its plan, on a database with the relay's indexes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import Database from 'better-sqlite3';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { noPostgres, type Postgres, startPostgres } from '../../../scripts/rig/postgres-server.ts';
import { silent } from '../../../src/base/log.ts';
import { openPostgresStore } from '../../../src/relay/store/postgres.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';
import { connect } from '../../../src/relay/store/sqlite-connection.ts';
import type { Tables } from '../../../src/relay/store/tables.ts';

type Ask = (db: Kysely<Tables>) => Promise<unknown>;
/** The steps of all that is asked, a line each. */
export type PlanOf = (ask: Ask) => Promise<readonly string[]>;

/** A step that reads a whole table, or all of an index. */
export const isScan = (step: string): boolean => /^SCAN (?!CONSTANT)|Seq Scan/.test(step);
/** A step that sorts before the first row can be shown. */
export const isSort = (step: string): boolean => /TEMP B-TREE FOR ORDER BY|(?:^|-> +)Sort /.test(step);

const isQuery = (sql: string): boolean => /^(?:\(?select|with)/i.test(sql.trim());

type Suite = (planOf: PlanOf) => void;

export function onBothPlans(name: string, suite: Suite): void {
  onSqlite(name, suite);
  onPostgres(name, suite);
}

function onSqlite(name: string, suite: Suite): void {
  describe(`${name}, on SQLite`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'smartbox-plans-'));
    const file = join(folder, 'relay.db');
    before(async () => (await openSqliteStore({ file, log: silent })).close());
    after(() => rmSync(folder, { recursive: true, force: true }));
    suite(async ask => {
      const steps: string[] = [];
      const plain = new Database(file);
      const db = new Kysely<Tables>({
        dialect: connect({ file }, 'writes'),
        log: ({ query: { sql, parameters } }) => {
          if (!isQuery(sql)) return;
          const plan = plain.prepare(`explain query plan ${sql}`).all(...parameters);
          steps.push(...plan.map(step => (step as { readonly detail: string }).detail));
        },
      });
      await ask(db).finally(() => db.destroy());
      plain.close();
      return steps;
    });
  });
}

/** One server for all suites of a file. */
let shared: Promise<Postgres> | null = null;
after(async () => (await shared)?.stop());

function onPostgres(name: string, suite: Suite): void {
  describe(`${name}, on PostgreSQL`, { skip: noPostgres }, () => {
    let client: pg.Client | null = null;
    let asked: { readonly sql: string; readonly parameters: unknown[] }[] = [];
    let db: Kysely<Tables> | null = null;
    before(async () => {
      shared ??= startPostgres();
      const url = await (await shared).database();
      await (await openPostgresStore({ url, log: silent })).close();
      db = new Kysely<Tables>({
        dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }),
        log: ({ query: { sql, parameters } }) => void asked.push({ sql, parameters: [...parameters] }),
      });
      client = new pg.Client({ connectionString: url });
      await client.connect();
      // Of a table without rows it would read all; what no index serves it reads so all the same.
      await client.query('set enable_seqscan = off; set enable_bitmapscan = off');
    });
    after(async () => {
      await client?.end();
      await db?.destroy();
    });
    suite(async ask => {
      asked = [];
      await ask(db as Kysely<Tables>);
      const steps: string[] = [];
      for (const { sql, parameters } of asked.filter(each => isQuery(each.sql))) {
        const { rows } = await (client as pg.Client).query(`explain ${sql}`, parameters);
        steps.push(...rows.map(row => String(row['QUERY PLAN']).trim()));
      }
      return steps;
    });
  });
}
