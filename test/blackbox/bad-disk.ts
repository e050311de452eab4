/** A box whose data lie on a small disk, and what drivers do while that takes no writes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Rig, RigOptions } from '../../scripts/rig/box-rig.ts';
import { until } from '../../scripts/rig/until.ts';
import { box, today } from './box.ts';
import { fill, smallDisk } from './small-disk.ts';

export const taker = '40718253';
export const other = '92560814';

export interface OnSmallDisk {
  readonly rig: Rig;
  readonly disk: string;
  /** Ends what keeps the disk full. */
  stopFilling(): void;
  keepFull(): void;
}

/** What the box itself gives back, a copy that could not be made for one, is taken at once. */
const againMs = 10;

/** A box that runs, with `taker` booked for slot 1 and `other` for `otherSlot`; null, with a skip, without a small disk. */
export async function onSmallDisk(
  t: TestContext,
  otherSlot: number,
  options: RigOptions = { slots: 2 },
): Promise<OnSmallDisk | null> {
  const rig = await box(t, options);
  const disk = smallDisk(t, rig);
  if (disk === null) return null;
  await rig.start();
  await rig.book({ code: taker, slot: 1, ...today() }, { code: other, slot: otherSlot, ...today() });
  let timer: NodeJS.Timeout | undefined;
  const stopFilling = (): void => clearInterval(timer);
  t.after(stopFilling);
  const keepFull = (): void => {
    fill(disk);
    timer = setInterval(() => {
      if (existsSync(join(disk, 'fill'))) fill(disk);
    }, againMs);
  };
  return { rig, disk, stopFilling, keepFull };
}

/** Fills the disk until the box has noticed, and keeps it full. */
export async function fillUp({ rig, disk, keepFull }: OnSmallDisk): Promise<void> {
  keepFull();
  await until('the disk to refuse', async () => {
    await rig.must(['open', '2', '--why', 'filling the log']).catch(() => {});
    fill(disk);
    return (await storage(rig)) === 'degraded';
  });
}

export function makeRoom({ disk, stopFilling }: OnSmallDisk): void {
  stopFilling();
  rmSync(join(disk, 'fill'));
}

export const writesAgain = (rig: Rig): Promise<void> =>
  until('a disk that takes writes', async () => (await storage(rig)) === 'good');

export async function storage(rig: Rig): Promise<string> {
  return (JSON.parse((await rig.cli(['status', '--json'])).stdout) as { readonly storage: string }).storage;
}

/** With the code of slot 1, whose key is out. */
export async function bringsBack(rig: Rig): Promise<void> {
  const before = returnsSaid(rig);
  rig.type(`${taker}#`);
  await rig.lines.powered(1);
  await rig.lines.released(1);
  rig.lines.door(1, 'open');
  rig.lines.key(1, 'in');
  await until('the key seen', () => returnsSaid(rig) > before);
  rig.lines.door(1, 'shut');
  await until('the door seen', () => rig.daemon.stderr.includes('door-closed'));
}

/** Keys that hung there from the start are said too, as `seen`. */
const returnsSaid = (rig: Rig): number => rig.daemon.stderr.split('key-returned').length - 1;

export async function verifies(rig: Rig): Promise<void> {
  const file = join(rig.dir, 'export.jsonl');
  writeFileSync(file, await rig.must(['events', 'export', '--format', 'jsonl']));
  await rig.must(['events', 'verify', file]);
}

export async function takes(rig: Rig, slot: number, code: string): Promise<void> {
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

async function secondIsRefused(t: TestContext, data: string): Promise<void> {
  const second = await box(t, { slots: 1 });
  second.configure({ data });
  const { code, stderr } = await second.spawn().finished;
  assert.equal(code, 1, stderr);
  assert.match(stderr, /another smartboxd uses/);
}

/** Started after `signal` on a disk that is read-only by then, and made writable later. */
export async function overReadOnlyDisk(t: TestContext, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const made = await onSmallDisk(t, 2);
  if (made === null) return;
  const { rig, disk } = made;
  await takes(rig, 1, taker);
  const before = await rig.events();
  await rig.stop(signal);
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  await rig.start();
  assert.equal(await storage(rig), 'degraded');
  assert.equal((await rig.cli(['status'])).code, 1);
  await secondIsRefused(t, disk);
  rig.type(`${other}#`);
  await until('a take refused', () => rig.daemon.stderr.includes('out-of-service'));
  assert.equal(rig.lines.lock(2), 0);
  await bringsBack(rig);
  execFileSync('mount', ['-o', 'remount,rw', disk]);
  await writesAgain(rig);
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
}
