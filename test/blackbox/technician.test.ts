import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Rig } from '../../scripts/rig/box-rig.ts';
import { openPtyPair } from '../../scripts/rig/pty.ts';
import { pause, until } from '../../scripts/rig/until.ts';
import { box, code, onBox, today, types } from './box.ts';

const tag = '100086F444';

test('keys learn opens an empty slot, reads the tag, and the key comes back by it', {
  timeout: 60_000,
}, async t => {
  const rig = await box(t, { slots: 2 });
  rig.lines.key(2, 'out');
  await rig.start();
  await rig.must(['keys', 'add', 'van', '--slot', '2']);
  const learning = rig.must(['keys', 'learn', 'van', '--why', 'first stocking', '--json']);
  await rig.lines.powered(2);
  assert.equal(rig.lines.lock(1), 0, 'a slot that holds a key stays shut');
  rig.lines.door(2, 'open');
  await rig.lines.released(2);
  rig.tap(tag);
  rig.lines.key(2, 'in');
  const returned = await rig.sees('key-returned', 2);
  assert.deepEqual([returned.key, returned.by, returned.proof], ['van', 'technician', 'tag']);
  rig.lines.door(2, 'shut');
  assert.deepEqual(JSON.parse(await learning), { key: 'van', slot: 2, tagged: true });
  const learnt = (await rig.events()).find(event => event.what === 'learn');
  assert.equal(learnt?.reason, 'first stocking');
  assert.ok(!JSON.stringify(await rig.events()).includes(tag));
  await takes(rig, 2);
  // A tag that was just read is no new one for two seconds.
  await pause(2_200);
  rig.tap(tag);
  await rig.lines.powered(2);
});

async function takes(rig: Rig, slot: number): Promise<void> {
  await rig.book({ code, slot, ...today() });
  rig.type(`${code}#`);
  await rig.lines.powered(slot);
  rig.lines.door(slot, 'open');
  rig.lines.key(slot, 'out');
  await rig.sees('key-taken', slot);
  rig.lines.door(slot, 'shut');
  await rig.sees('door-closed', slot);
  await rig.lines.released(slot);
}

test('keys learn without a presence sensor believes the tag; a door that stays shut is said', {
  timeout: 60_000,
}, async t => {
  const rig = await onBox(t, { slots: 2, unsensed: [1], rules: { openWithinS: 1 } });
  const learn = ['keys', 'learn', 'slot-1', '--slot', '1', '--why', 'stocking'];
  const unopened = await rig.cli(learn);
  assert.equal(unopened.code, 1);
  assert.match(unopened.stderr, /the door of slot 1 did not open/);
  const learning = rig.must(learn);
  await rig.lines.powered(1);
  rig.lines.door(1, 'open');
  await rig.lines.released(1);
  rig.tap(tag);
  await until(
    'the tag read',
    async () => (await rig.must(['keys', 'list'])).match(/slot-1 +1 +yes/) !== null,
  );
  rig.lines.door(1, 'shut');
  assert.match(await learning, /slot-1 is in slot 1\n/);
  const full = await rig.cli(['keys', 'learn', 'slot-2', '--slot', '1', '--why', 'stocking']);
  assert.equal(full.code, 1);
  assert.match(full.stderr, /slot 1 holds slot-1/);
});

test('a recording of a keypad is what was typed, opens doors when replayed, and is nobody else’s', {
  timeout: 60_000,
}, async t => {
  const rig = await box(t, { slots: 1 });
  const wire = await openPtyPair(join(rig.dir, 'pad-a'), join(rig.dir, 'pad-b'));
  t.after(() => wire.close());
  await rig.start();
  const file = join(rig.dir, 'pad.rec');
  const recording = rig.cli(['serial', 'record', 'keypad', file, '--for', '3s', '--why', 'new pad']);
  await until('the recording', () => rig.daemon.stderr.includes('being recorded'));
  rig.type(`${code.slice(0, 4)}`);
  await until('half of it', () => readFileSync(file, 'utf8').includes('\n'));
  rig.type(`${code.slice(4)}#`);
  assert.deepEqual([(await recording).code, (await recording).stdout], [0, `9 bytes in ${file}\n`]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const chunks = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  assert.equal(Buffer.concat(chunks.map(each => Buffer.from(each.bytes, 'base64'))).toString(), `${code}#`);
  assert.ok(!rig.daemon.stderr.includes(code), 'the log tells of it, not what it holds');
  assert.equal((await rig.cli(['serial', 'record', 'keypad', file, '--why', 'again'])).code, 1);

  await rig.stop();
  rig.configure({ keypad: { path: wire.a, baud: 9600, protocol: 'ascii' } });
  await rig.start();
  await rig.book({ code, slot: 1, ...today() });
  assert.match(await rig.must(['serial', 'replay', file, wire.b]), /9 bytes/);
  await rig.lines.powered(1);
  assert.equal((await rig.sees('granted', 1)).by, 'code');
});

test('a recording that is refused leaves no file, and Ctrl-C ends one in order', {
  timeout: 60_000,
}, async t => {
  const rig = await onBox(t, { slots: 1 });
  const file = join(rig.dir, 'pad.rec');
  const refused = await rig.cli(['serial', 'record', 'nopad', file, '--why', 'x']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /there is no nopad[\s\S]*keypad, front/);
  assert.equal(existsSync(file), false);
  const recording = rig.runs(['serial', 'record', 'front', file, '--json', '--why', 'new reader']);
  await until('the recording', () => rig.daemon.stderr.includes('being recorded'));
  rig.tap(tag);
  await until('a tag in it', () => readFileSync(file, 'utf8').includes('bytes'));
  recording.child.kill('SIGINT');
  const { code: exit, stdout } = await recording.finished;
  assert.equal(exit, 0);
  assert.deepEqual(JSON.parse(stdout), { file, bytes: 14 });
  assert.equal((await rig.cli(['status'])).code, 0, 'and the box goes on');
});

test('watch follows the box live, one document a line', { timeout: 60_000 }, async t => {
  const rig = await onBox(t, { slots: 1 });
  await rig.book({ code, slot: 1, ...today() });
  const watching = rig.runs(['watch', '--json']);
  await until('the screen', () => watching.stdout.includes('screen'));
  rig.type(`${code}#`);
  await until('the pulse', () => watching.stdout.includes('"pulsed"'));
  watching.child.kill('SIGINT');
  const { code: exit, stdout } = await watching.finished;
  assert.equal(exit, 0);
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const events = lines.filter(line => 'seq' in line);
  assert.deepEqual(types(events).slice(0, 2), ['granted', 'pulsed']);
  assert.ok(lines.some(line => line.screen?.join(' ').includes('Slot 1')));
});
