import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { code, onBox, today } from './box.ts';

test('a restored backup begins a new epoch, in which no one-time code lives until it is sent again', async t => {
  const rig = await onBox(t, { slots: 2 });
  const booking = { id: 'b1', code, slot: 1, ...today() };
  await rig.book(booking);
  const copy = join(rig.dir, 'copy.db');
  await rig.must(['backup', copy]);

  const whileRunning = await rig.cli(['restore', copy, '--config', rig.configFile, '--why', 'too early']);
  assert.equal(whileRunning.code, 1, 'a running daemon keeps its data');
  await rig.stop();
  const trapped = join(rig.dir, 'trapped.db');
  copyFileSync(copy, trapped);
  const db = new Database(trapped);
  db.exec('CREATE TRIGGER boom AFTER INSERT ON event BEGIN DELETE FROM use; END');
  db.close();
  const refused = await rig.cli(['restore', trapped, '--config', rig.configFile, '--why', 'a found card']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /its schema is not ours: it has another trigger boom/);
  const restore = ['restore', copy, '--config', rig.configFile, '--why', '- the card was replaced'];
  await rig.must([...restore, '--who', 'ada']);
  await rig.start();

  rig.type(`${code}#`);
  assert.equal((await rig.sees('denied')).reason, 'unknown');
  const events = await rig.events();
  assert.equal(events.at(-1)?.epoch, 2);
  const booted = events.filter(event => event.type === 'booted').at(-1);
  assert.match(booted?.reason ?? '', /restored from a copy by ada: - the card was replaced/);
  assert.ok(
    events.every((event, at) => event.seq > (events[at - 1]?.seq ?? 0)),
    'no number comes twice',
  );
  const file = join(rig.dir, 'journal.jsonl');
  writeFileSync(file, await rig.must(['events', 'export', '--format', 'jsonl']));
  const verdict = await rig.must(['events', 'verify', file]);
  assert.match(verdict, /lost events (\d+) to \1\n/, 'an auditor is told what the copy did not know');

  await rig.book(booking);
  rig.type(`${code}#`);
  await rig.sees('granted', 1);
});
