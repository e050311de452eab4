import assert from 'node:assert/strict';
import { test } from 'node:test';
import { code, onBox, today, types } from './box.ts';

test('a box without presence sensors presumes, and says so', { timeout: 30_000 }, async t => {
  const rig = await onBox(t, { slots: 1, unsensed: [1] });
  await rig.book({ code, slot: 1, ...today() });
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  rig.lines.door(1, 'open');
  await rig.sees('door-opened');
  rig.lines.door(1, 'shut');
  assert.equal((await rig.sees('key-taken')).proof, 'presumed');
  const ofSlot = (await rig.events()).filter(event => event.slot === 1);
  assert.deepEqual(types(ofSlot), ['granted', 'pulsed', 'door-opened', 'door-closed', 'key-taken']);
  await rig.lines.released(1);
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  rig.lines.door(1, 'open');
  await rig.lines.released(1);
  rig.lines.door(1, 'shut');
  assert.equal((await rig.sees('key-returned')).proof, 'presumed');
});

test("a key's own tag brings it back, and the driver needs no code", { timeout: 30_000 }, async t => {
  const tag = '100086F444';
  const rig = await onBox(t, { slots: 2 });
  const printed = '0008844356 134,62532';
  await rig.must(['keys', 'import', '-'], JSON.stringify([{ name: 'van', slot: 2, tag: printed }]));
  const odd = [{ name: 'car', slot: 1, tag: '0012345678' }];
  assert.match((await rig.cli(['keys', 'import', '-'], JSON.stringify(odd))).stderr, /warning.*keys learn/);
  const other = [{ name: 'car', slot: 1, tag: '10:00:86:f4:44' }];
  assert.match((await rig.cli(['keys', 'import', '-'], JSON.stringify(other))).stderr, /tag of key van/);
  await rig.book({ code, slot: 2, ...today() });
  rig.type(`${code}#`);
  await rig.lines.powered(2);
  rig.lines.door(2, 'open');
  rig.lines.key(2, 'out');
  await rig.sees('key-taken', 2);
  rig.lines.door(2, 'shut');
  await rig.sees('door-closed', 2);
  await rig.lines.released(2);
  rig.tap(tag);
  await rig.lines.powered(2);
  rig.lines.door(2, 'open');
  await rig.lines.released(2);
  rig.lines.key(2, 'in');
  const returned = await rig.sees('key-returned', 2);
  assert.equal(returned.by, 'tag');
  assert.equal(returned.key, 'van');
});

test('a driver from abroad types the number as at home', { timeout: 30_000 }, async t => {
  const rig = await onBox(t, { slots: 2 });
  await rig.book(
    { phone: '+49 1512 3456789', pin: '7093', slot: 1, ...today() },
    { phone: '+45 20 12 34 56', slot: 2, ...today() },
  );
  rig.type('015123456789#');
  rig.type('7093#');
  await rig.lines.powered(1);
  await rig.lines.released(1);
  rig.type('20123456#');
  await rig.lines.powered(2);
});

test('lock-down stops takes, survives a restart, and lets returns in', { timeout: 60_000 }, async t => {
  const rig = await onBox(t, { slots: 2 });
  const later = '70935824';
  await rig.book({ code, slot: 1, ...today() }, { code: later, slot: 2, ...today() });
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  rig.lines.door(1, 'open');
  rig.lines.key(1, 'out');
  await rig.sees('key-taken', 1);
  rig.lines.door(1, 'shut');
  await rig.sees('door-closed', 1);
  await rig.must(['lockdown', 'on', '--why', 'test']);
  await rig.stop('SIGTERM');
  await rig.start();
  rig.type(`${later}#`);
  assert.equal((await rig.sees('denied')).reason, 'out-of-service');
  assert.equal(rig.lines.lock(2), 0);
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  await rig.lines.released(1);
  await rig.must(['lockdown', 'off', '--why', 'test']);
  rig.type(`${later}#`);
  await rig.lines.powered(2);
});

test('a keypad that is unplugged and back is lost, back, and works', { timeout: 60_000 }, async t => {
  const rig = await onBox(t, { slots: 1 });
  await rig.book({ code, slot: 1, ...today() });
  const { path } = rig.keypad;
  assert.match(
    (await rig.cli(['serial', 'list'])).stdout,
    new RegExp(`^${path} +/dev/pts/\\d+ +- +keypad$`, 'm'),
  );
  await rig.replugKeypad(async () => {
    await rig.sees('reader-lost');
    assert.match(
      (await rig.cli(['doctor'])).stdout,
      new RegExp(`^BAD {3}keypad is away.*\n +There is no ${path}\\. `, 'm'),
    );
    assert.match(
      (await rig.cli(['serial', 'list'])).stdout,
      new RegExp(`^- +away +- +keypad, as ${path}$`, 'm'),
    );
  });
  assert.equal((await rig.sees('reader-back')).device, 'keypad');
  rig.type(`${code}#`);
  await rig.lines.powered(1);
});

test('a file of nothing but brackets is named for what it is, and nothing of it is taken', async t => {
  const rig = await onBox(t, { slots: 1 });
  for (const verb of ['bookings', 'keys'])
    for (const text of ['['.repeat(300_000), `[{"id":${'{"a":'.repeat(100)}`]) {
      const { code, stderr } = await rig.cli([verb, 'import', '-'], text);
      assert.equal(code, 1);
      assert.match(stderr, /stdin is nested deeper than 64 levels at position \d+/);
    }
});
