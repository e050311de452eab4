import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Rig } from '../../scripts/rig/box-rig.ts';
import { pause, until } from '../../scripts/rig/until.ts';
import { box, code, onBox, today } from './box.ts';

test('three mistakes in a configuration are three problems with their paths, and exit 2 everywhere', async t => {
  const rig = await box(t);
  rig.configure({
    keypad: { path: rig.keypad.path, baud: 'fast' },
    gpio: { driver: 'sim', dir: rig.lines.dir, colour: 'red' },
    slots: [{ id: 1, lock: { chip: 'lock', line: 1, pulseMs: 5_000 }, door: { chip: 'door', line: 1 } }],
  });
  rig.spawn();
  const atStart = await rig.daemon.finished;
  const byCommand = await rig.cli(['config', 'check', rig.configFile]);
  for (const { code: exit, stdout, stderr } of [atStart, byCommand]) {
    assert.equal(exit, 2, stderr);
    for (const path of [/keypad\.baud/, /gpio\.colour/, /slots\[?\.?0\]?\.lock\.pulseMs/]) {
      assert.match(stdout + stderr, path);
    }
  }
});

test('SIGTERM switches a powered lock off and exits 0 within 5 s', { timeout: 30_000 }, async t => {
  const rig = await onBox(t, { slots: 1, pulseMs: 1_000 });
  await rig.book({ code, slot: 1, ...today() });
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  const from = performance.now();
  const { code: exit } = await rig.stop('SIGTERM');
  assert.equal(exit, 0);
  assert.ok(performance.now() - from < 5_000);
  assert.equal(rig.lines.lock(1), 0);
});

test('SIGTERM in the first instant of being ready ends in order too', { timeout: 30_000 }, async t => {
  const rig = await onBox(t, { slots: 1 });
  assert.equal((await rig.stop('SIGTERM')).code, 0);
});

test('a second daemon on the same data exits 1 and disturbs nothing', { timeout: 30_000 }, async t => {
  const rig = await onBox(t, { slots: 1 });
  await rig.book({ code, slot: 1, ...today() });
  const other = await Rig.make({ slots: 1 });
  t.after(() => other.dispose());
  other.configure({ data: rig.data });
  const { code: exit, stderr } = await other.spawn().finished;
  assert.equal(exit, 1, stderr);
  rig.type(`${code}#`);
  await rig.lines.powered(1);
});

test('a tty that is not there is reader-lost and not an exit', {
  timeout: 60_000,
}, async t => {
  const rig = await box(t, { slots: 1 });
  await rig.reader.close();
  await rig.start();
  assert.equal((await rig.sees('reader-lost')).device, 'front');
  await rig.book({ code, slot: 1, ...today() });
  rig.type(`${code}#`);
  await rig.lines.powered(1);
});

test('a frozen daemon leaves no lock powered', { timeout: 30_000 }, async t => {
  const rig = await onBox(t, { slots: 1, pulseMs: 500 });
  await rig.book({ code, slot: 1, ...today() });
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  rig.daemon.child.kill('SIGSTOP');
  t.after(() => rig.daemon.child.kill('SIGCONT'));
  await rig.lines.released(1);
});

test('a killed daemon leaves no lock powered', { timeout: 30_000 }, async t => {
  const rig = await onBox(t, { slots: 1, pulseMs: 1_000 });
  await rig.book({ code, slot: 1, ...today() });
  rig.type(`${code}#`);
  await rig.lines.powered(1);
  await rig.stop('SIGKILL');
  await rig.lines.released(1, 1_000);
});

test('the socket is there only once the box can be used, and --check starts nothing', {
  timeout: 30_000,
}, async t => {
  const rig = await box(t);
  rmSync(rig.socket, { force: true });
  const check = await rig.cli(['config', 'check', rig.configFile]);
  assert.equal(check.code, 0, check.stderr);
  const away = await rig.cli(['status']);
  assert.equal(away.code, 1);
  assert.match(away.stderr, /\S/);
  await rig.start();
  assert.equal((await rig.cli(['status', '--wait', '5'])).code, 0);
});

test('an import with a bad row takes none of it and names the row', { timeout: 30_000 }, async t => {
  const rig = await onBox(t, { slots: 1 });
  const file = join(rig.dir, 'bookings.json');
  const good = { code, slot: 1, ...today() };
  writeFileSync(file, JSON.stringify([good, { ...good, code: '70935824', start: '2026-01-01T00:00:00' }]));
  const { code: exit, stderr } = await rig.cli(['bookings', 'import', file]);
  assert.notEqual(exit, 0);
  assert.match(stderr, /start/);
  rig.type(`${code}#`);
  await until('the denial', async () => (await rig.events()).some(event => event.type === 'denied'));
  await pause(50);
  assert.equal(rig.lines.lock(1), 0);
});
