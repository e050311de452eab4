import assert from 'node:assert/strict';
import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { slotId } from '../../src/base/brand.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import { port } from '../box/control/fake-box.ts';
import { bench } from './bench.ts';

const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

test('events: list, export as lines and as a table', async t => {
  const { box, json, run: cli } = await bench(t);
  await box.command({ verb: 'lockdown', on: true, until: null }, '=cmd()', 'a "quoted", reason');
  const listed = (await json(['events', 'list'])) as JournalEvent[];
  assert.deepEqual(
    listed.map(event => event.type),
    ['booted', 'technician'],
  );
  assert.match(
    (await cli(['events', 'list', '--last', '1'])).stdout,
    /^\d{4}-.* CES?T {2}technician +a "quoted", reason/,
  );
  const exported = await cli(['events', 'export', '--format', 'jsonl']);
  assert.equal(exported.code, 0);
  const lines = exported.stdout.trimEnd().split('\n');
  assert.deepEqual(
    lines.map(line => JSON.parse(line).type),
    ['booted', 'technician', 'checkpoint'],
  );
  assert.equal(lines[0], JSON.stringify(Object.fromEntries(Object.entries(listed[0] ?? {}).sort())));
  assert.deepEqual([JSON.parse(lines[2] ?? '').from, JSON.parse(lines[2] ?? '').count], [1, 2]);
  const csv = (await cli(['events', 'export', '--format', 'csv'])).stdout.trimEnd().split('\n');
  assert.equal(csv.length, 4);
  assert.match(csv[0] ?? '', /^box,epoch,seq,at,/);
  assert.match(csv[2] ?? '', /,'=cmd\(\),technician,"a ""quoted"", reason",/);
  assert.equal(((await json(['events', 'list', '--since', at(1)])) as unknown[]).length, 0);
  assert.equal(((await json(['events', 'list', '--since', '1h'])) as unknown[]).length, 2);
});

test('an export into a closed pipe is nobody’s mistake', async t => {
  const { box, socket } = await bench(t);
  for (let n = 0; n < 3_000; n += 1) box.happens({ type: 'stopping', reason: `again ${n}` });
  const { execFile } = await import('node:child_process');
  const program = join(import.meta.dirname, '../../src/cli/main.ts');
  const script = `"${process.execPath}" "${program}" events export --socket "${socket}" | head -n 1`;
  const said = await new Promise<string>((resolve, reject) =>
    execFile('/bin/sh', ['-c', script], (error, stdout, stderr) =>
      error ? reject(error) : resolve(stdout + stderr),
    ),
  );
  assert.equal(said.trimEnd().split('\n').length, 1);
});

test('watch shows events and the display as they come, one document a line, until interrupted', async t => {
  const { box, start } = await bench(t);
  const live = start(['watch', '--json']);
  await live.says(/"screen":\["Ready"\]/);
  box.rows = ['Locked', 'down'];
  await box.command({ verb: 'lockdown', on: true, until: null }, 'jan', 'x');
  await live.says(/"screen":\["Locked","down"\]/);
  live.interrupt();
  const { code, stdout } = await live.finished;
  assert.equal(code, 0);
  const docs = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  const event = docs.find(doc => doc.what === 'lockdown-on');
  assert.equal(event?.type, 'technician');
  assert.deepEqual(Object.keys(event), Object.keys(event).sort(), 'an event is spelt as in an export');
});

test('test lock follows the door; a door that stays shut is 1', async t => {
  const { box, start } = await bench(t);
  const trying = start(['test', 'lock', '1', '--why', 'new lock']);
  await trying.says(/granted/);
  box.happens({ type: 'pulse-begun', slot: slotId(1), ms: 300 as never });
  box.happens({ type: 'pulse-ended', slot: slotId(1) });
  box.happens({ type: 'door-changed', slot: slotId(1), door: 'open' });
  box.happens({ type: 'door-changed', slot: slotId(1), door: 'shut' });
  const { code, stdout } = await trying.finished;
  assert.equal(code, 0);
  assert.match(stdout, /pulsed.*\n.*door-opened.*\n.*door-closed.*\nslot 1: lock and door work/);
  const failing = start(['test', 'lock', '2', '--why', 'x']);
  await failing.says(/granted/);
  box.happens({ type: 'pulse-failed', slot: slotId(2), reason: 'no line' });
  assert.equal((await failing.finished).code, 1);
});

test('test door shows changes; test keypad and reader count without telling what', async t => {
  const { box, start, run: cli } = await bench(t);
  const doors = start(['test', 'door', '2', '--for', '2s']);
  await doors.says(/slot 2: door shut, key present/);
  box.happens({ type: 'door-changed', slot: slotId(2), door: 'open' });
  await doors.says(/slot 2: door open/);
  assert.equal((await doors.finished).code, 0);
  assert.equal((await cli(['test', 'door', '9', '--for', '1s'])).code, 1);
  const pad = start(['test', 'keypad', '--for', '2s']);
  await pad.says(/0 bytes/);
  box.portList = [port('keypad', 5), port('front')];
  await pad.says(/5 bytes, 5 keys/);
  assert.equal((await pad.finished).code, 0);
  const silent = await cli(['test', 'reader', '--for', '1s']);
  assert.equal(silent.code, 1);
  assert.match(silent.stderr, /nothing came from front/);
  assert.match((await cli(['test', 'reader', 'back'])).stderr, /no back\nhint: There are: front/);
});

test('doctor looks at everything, and is 1 when something is bad', async t => {
  const { box, json, run: cli } = await bench(t);
  const findings = (await json(['doctor'])) as { level: string; what: string }[];
  for (const what of [
    /smartboxd 9.9.9/,
    /keypad at/,
    /GPIO lines/,
    /guard/,
    /database/,
    /p99/,
    /MiB free/,
    /clock/,
  ]) {
    assert.ok(
      findings.some(each => what.test(each.what)),
      String(what),
    );
  }
  box.lost = { told: { at: box.judged(), names: ['signing-key'] }, relayKnows: null };
  const lost = await cli(['doctor']);
  assert.match(lost.stdout, /the signing-key of this box was lost; it has a new one since 20/);
  box.portList = [{ ...port('keypad'), up: false, trouble: 'ENOENT' }];
  const bad = await cli(['doctor']);
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /BAD {3}keypad is away: ENOENT\n +There is no \/dev\/keypad\. /);
});

test('serial record writes what came, readable by its owner; replay gives it back', async t => {
  const { box, dir, start, run: cli } = await bench(t);
  const file = join(dir, 'pad.jsonl');
  const recording = start(['serial', 'record', 'keypad', file, '--why', 'ghost keys']);
  await recording.says(/recording keypad/);
  box.taps.get('keypad')?.(Buffer.from('12'));
  box.taps.get('keypad')?.(Buffer.from([0xff, 0x23]));
  await new Promise(resolve => setTimeout(resolve, 100));
  recording.interrupt();
  const { code, stdout } = await recording.finished;
  assert.equal(code, 0);
  assert.match(stdout, /4 bytes in/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(box.taps.size, 0);
  const target = join(dir, 'tty');
  writeFileSync(target, '');
  assert.equal((await cli(['serial', 'replay', file, target, '--speed', '10'])).code, 0);
  assert.deepEqual(readFileSync(target), Buffer.from([0x31, 0x32, 0xff, 0x23]));
  assert.equal((await cli(['serial', 'record', 'keypad', file, '--why', 'x'])).code, 1, 'never overwrites');
  assert.equal((await cli(['serial', 'record', 'nothing', `${file}2`, '--why', 'x'])).code, 1);
  writeFileSync(target, 'no recording\n');
  assert.match((await cli(['serial', 'replay', target, '-'])).stderr, /tty:1 is no line of a recording/);
});

test('backup brings the database here, whole and for its owner only', async t => {
  const { dir, json, run: cli } = await bench(t);
  const file = join(dir, 'copy.db');
  assert.deepEqual(await json(['backup', file]), { file, bytes: 500_000 });
  assert.equal(readFileSync(file, 'utf8'), 'a database'.repeat(50_000));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal((await cli(['backup', join(dir, 'no', 'folder')])).code, 1);
});

test('backup writes over a copy that is there only when it is told to', async t => {
  const { box, dir, run: cli } = await bench(t);
  const file = join(dir, 'copy.db');
  writeFileSync(file, 'the copy of yesterday');
  const { code, stderr } = await cli(['backup', file]);
  assert.equal(code, 1);
  assert.match(stderr, /copy\.db is there already.*--replace/s);
  assert.equal(readFileSync(file, 'utf8'), 'the copy of yesterday');
  assert.deepEqual(
    readdirSync(dir).filter(name => name.endsWith('.part')),
    [],
  );
  assert.deepEqual(
    box.store.journal.events.filter(({ what }) => what === 'backup'),
    [],
    'nothing was copied',
  );
  assert.equal((await cli(['backup', file, '--replace'])).code, 0);
  assert.equal(statSync(file).size, 500_000);
});

test('backup leaves an event, and follows no link that somebody has laid beside it', async t => {
  const { box, dir, run: cli } = await bench(t);
  const file = join(dir, 'copy.db');
  const victim = join(dir, 'victim');
  writeFileSync(victim, 'precious');
  for (const name of [`${file}.part`, `${file}.new`, file]) symlinkSync(victim, name);
  assert.equal(
    (await cli(['backup', file, '--who', 'mira', '--why', 'new card'])).code,
    1,
    'a link is there',
  );
  assert.equal((await cli(['backup', file, '--replace', '--who', 'mira', '--why', 'new card'])).code, 0);
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
  assert.equal(lstatSync(file).isFile(), true);
  const said = box.store.journal.events.filter(({ type }) => type === 'technician');
  assert.deepEqual(
    said.map(({ what, who, reason }) => [what, who, reason]),
    [['backup', 'mira', 'new card']],
  );
  assert.deepEqual(
    readdirSync(dir).filter(name => name.endsWith('.part')),
    ['copy.db.part'],
    'nothing is left',
  );
});

test('listening to a port leaves an event that names it', async t => {
  const { box, dir, run: cli } = await bench(t);
  const file = join(dir, 'pad.rec');
  await cli(['serial', 'record', 'keypad', file, '--for', '1s', '--who', 'mira', '--why', 'new pad']);
  await cli(['serial', 'record', 'nothing', `${file}2`, '--why', 'x']);
  const said = box.store.journal.events.filter(({ type }) => type === 'technician');
  assert.deepEqual(
    said.map(({ what, device, who, reason }) => [what, device, who, reason]),
    [['serial-record', 'keypad', 'mira', 'new pad']],
  );
});

test('restore refuses while the daemon runs', async t => {
  const { dir, run: cli } = await bench(t);
  const { code, stderr } = await cli(['restore', join(dir, 'x'), '--why', 'new card']);
  assert.equal(code, 1);
  assert.match(stderr, /smartboxd is running\nhint: Stop it first/);
});
