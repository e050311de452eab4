import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { box, today } from './box.ts';
import type { Rig } from './rig.ts';
import { until } from './until.ts';

const taker = '40718253';
const other = '92560814';

test('a full disk stops takes, lets returns in, and keeps their events for later (rules.md 13)', async t => {
  const rig = await box(t, { slots: 2 });
  const disk = smallDisk(t, rig);
  if (disk === null) return;
  await rig.start();
  await rig.book({ code: taker, slot: 1, ...today() }, { code: other, slot: 2, ...today() });
  await takes(rig, 1, taker);
  fill(disk);
  await until('the disk to refuse', async () => {
    await rig.must(['open', '2', '--why', 'filling the log']).catch(() => {});
    fill(disk);
    return (await status(rig)).storage === 'degraded';
  });
  rig.type(`${other}#`);
  await until('a take refused', () => rig.daemon.stderr.includes('out-of-service'));
  rig.type(`${taker}#`);
  await rig.lines.powered(1);
  await rig.lines.released(1);
  rig.lines.door(1, 'open');
  rig.lines.key(1, 'in');
  await until('the key seen', () => rig.daemon.stderr.includes('key-returned'));
  rig.lines.door(1, 'shut');
  rmSync(join(disk, 'fill'));
  await until('a disk that takes writes', async () => (await status(rig)).storage === 'good', 15_000);
  const events = await rig.events();
  const returned = events.find(event => event.type === 'key-returned');
  assert.equal(returned?.late, true);
  const kinds = events.map(event => event.type);
  assert.ok(kinds.indexOf('storage-degraded') < kinds.indexOf('key-returned'));
  assert.equal(kinds.at(-1), 'storage-good');
});

test('a box starts on a full disk, so that keys can come back', async t => {
  const rig = await box(t, { slots: 2 });
  const disk = smallDisk(t, rig);
  if (disk === null) return;
  await rig.start();
  await rig.book({ code: taker, slot: 1, ...today() });
  await takes(rig, 1, taker);
  fill(disk);
  await rig.stop('SIGKILL');
  await rig.start();
  rig.type(`${taker}#`);
  await rig.lines.powered(1);
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`a box starts on a read-only disk after ${signal}, takes keys back, and writes it all down later`, async t => {
    const rig = await box(t, { slots: 2 });
    const disk = smallDisk(t, rig);
    if (disk === null) return;
    await rig.start();
    await rig.book({ code: taker, slot: 1, ...today() }, { code: other, slot: 2, ...today() });
    await takes(rig, 1, taker);
    const before = await rig.events();
    await rig.stop(signal);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    await rig.start();
    assert.equal((await status(rig)).storage, 'degraded');
    assert.equal((await rig.cli(['status'])).code, 1);
    await secondIsRefused(t, disk);
    rig.type(`${other}#`);
    await until('a take refused', () => rig.daemon.stderr.includes('out-of-service'));
    assert.equal(rig.lines.lock(2), 0);
    await bringsBack(rig);
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    await until('a disk that takes writes', async () => (await status(rig)).storage === 'good', 15_000);
    const later = (await rig.events()).slice(before.length);
    const late = later.filter(event => event.late === true).map(event => event.type);
    for (const kind of [
      'booted',
      'storage-degraded',
      'denied',
      'granted',
      'key-returned',
      'door-closed',
    ] as const)
      assert.ok(late.includes(kind), `${kind} among ${late}`);
    assert.equal(later.at(-1)?.type, 'storage-good');
    await verifies(rig);
    rig.type(`${other}#`);
    await rig.lines.powered(2);
  });
}

async function secondIsRefused(t: TestContext, data: string): Promise<void> {
  const second = await box(t, { slots: 1 });
  second.configure({ data });
  const { code, stderr } = await second.spawn().finished;
  assert.equal(code, 1, stderr);
  assert.match(stderr, /another smartboxd uses/);
}

/** With the code of slot 1, whose key is out. */
async function bringsBack(rig: Rig): Promise<void> {
  rig.type(`${taker}#`);
  await rig.lines.powered(1);
  await rig.lines.released(1);
  rig.lines.door(1, 'open');
  rig.lines.key(1, 'in');
  await until('the key seen', () => rig.daemon.stderr.includes('key-returned'));
  rig.lines.door(1, 'shut');
  await until('the door seen', () => rig.daemon.stderr.includes('door-closed'));
}

async function verifies(rig: Rig): Promise<void> {
  const file = join(rig.dir, 'export.jsonl');
  writeFileSync(file, await rig.must(['events', 'export', '--format', 'jsonl']));
  await rig.must(['events', 'verify', file]);
}

/** A disk of 4 MiB that holds the box's data while the test runs; null, with a visible skip, where none may be mounted. */
function smallDisk(t: TestContext, rig: Rig): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmdirSync(folder);
    t.skip('no small disk may be mounted here (needs root and CAP_SYS_ADMIN)');
    return null;
  }
  t.after(() => {
    execFileSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });
  rig.configure({ data: folder });
  return folder;
}

/** Writes until nothing more fits. */
function fill(folder: string): void {
  const file = openSync(join(folder, 'fill'), 'a');
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096));
  } catch {
    // Full: that is what was wanted.
  } finally {
    closeSync(file);
  }
}

async function takes(rig: Rig, slot: number, code: string): Promise<void> {
  rig.type(`${code}#`);
  await rig.lines.powered(slot);
  await rig.lines.released(slot);
  rig.lines.door(slot, 'open');
  await rig.sees('door-opened', slot);
  rig.lines.key(slot, 'out');
  await rig.sees('key-taken', slot);
  rig.lines.door(slot, 'shut');
  await rig.sees('door-closed', slot);
}

async function status(rig: Rig): Promise<{ readonly storage: string }> {
  return JSON.parse((await rig.cli(['status', '--json'])).stdout);
}
