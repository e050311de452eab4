/** The write-ahead log of SQLite, where something was erased. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { until } from '../../../scripts/rig/until.ts';
import { silent } from '../../../src/base/log.ts';
import { markErasure } from '../../../src/relay/store/commit-effects.ts';
import { setMeta } from '../../../src/relay/store/migrate.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';

const word = 'Dorothea Quix';

test('a commit that erases waits for no reader, and the log is emptied when the reader is done', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-wal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'relay.db');
  const store = await openSqliteStore({ file, log: silent });
  t.after(() => store.close());
  const holds = (): readonly string[] =>
    ['', '-wal', '-shm'].filter(end => readFileSync(`${file}${end}`, 'latin1').includes(word));
  const put = (value: string, erases: boolean): Promise<void> =>
    store.write(async tx => {
      await setMeta(tx, 'name', value);
      if (erases) markErasure(tx);
    });
  await put(word, false);
  assert.deepEqual(holds(), ['-wal']);
  await put('', false);
  assert.deepEqual(holds(), ['-wal'], 'nobody has asked');
  await put('', true);
  assert.deepEqual(holds(), []);

  await put(word, false);
  const backup = new Database(file, { readonly: true });
  t.after(() => backup.close());
  backup.exec('begin');
  backup.prepare('select * from meta').all();
  await put('', true);
  assert.deepEqual(holds(), ['-wal'], 'a backup is being made');
  await put('later', false);
  backup.exec('commit');
  await until('the log to be empty', async () => holds().length === 0, 20_000);
});

test('what a relay was stopped before it could empty is gone when it has started again', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-wal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'relay.db');
  const store = await openSqliteStore({ file, log: silent });
  t.after(() => store.close());
  await store.write(tx => setMeta(tx, 'name', word));
  await store.write(tx => setMeta(tx, 'name', ''));
  assert.ok(readFileSync(`${file}-wal`, 'latin1').includes(word));
  // As a start finds it after a crash: nobody has closed the file.
  const again = await openSqliteStore({ file, log: silent });
  t.after(() => again.close());
  const all = ['', '-wal'].map(end => readFileSync(`${file}${end}`, 'latin1')).join('');
  assert.ok(!all.includes(word));
});
