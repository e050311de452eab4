/** From a bare Debian to a box that is READY, once; and any number of boxes that go on from there. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { build, debOf, lacking } from '../../package/built.ts';
import { cacheFolder } from '../cache.ts';
import { missing } from '../debian.ts';
import { type Kernel, kernel } from '../kernel.ts';
import { type Processor, toolsOf } from '../processor.ts';
import { bookings, boxYaml } from './configuration.ts';
import { bareDebian, broughtDisk, emptyDisk, overlay } from './image.ts';
import type { Run } from './qemu.ts';
import { VirtualBox } from './virtual-box.ts';

/** A start until READY, and `node -e 0` in the same machine just before, with which it is compared. */
export interface Start {
  readonly readyMs: number;
  readonly nodeMs: number;
}

/** What a bare system took until its box was READY. */
export interface Figures {
  readonly bootMs: number;
  readonly installMs: number;
  /** The first one makes the secrets and the database. */
  readonly starts: readonly Start[];
  /** What `systemd-analyze security` says of the running unit, 0 to 10. */
  readonly exposure: number;
}

/** Disks and memory of a machine whose box is READY, which stay as they are. */
export interface Ready {
  readonly kernel: Kernel;
  readonly folder: string;
}

/** What is brought into each machine, all of it made from this checkout. */
export interface Parts {
  readonly kernel: Kernel;
  readonly debian: string;
  readonly brought: Readonly<Record<string, string>>;
  /** Of all that a machine is made from. */
  readonly hash: string;
  readonly folder: string;
}

const guestFolder = join(import.meta.dirname, 'guest');
const keptStates = 2;
const installWithinMs = 1_200_000;

/** @throws Fault `vm-missing` where no virtual box can be had */
export async function gather(folder: string, processor: Processor = 'amd64'): Promise<Parts> {
  const { compiler, compilers } = toolsOf[processor];
  const lack = lacking({ 'dpkg-deb': 'dpkg', ...compilers });
  if (lack !== null) throw missing(lack, 'or run it where it is');
  const core = kernel('box-init', processor);
  const debian = bareDebian(processor);
  const debs = process.env.SMARTBOX_DEBS ?? join(folder, 'debs');
  if (process.env.SMARTBOX_DEBS === undefined) await build(debs, ['--only', 'smartbox', '--arch', processor]);
  const deb = debOf(debs, 'smartbox', processor);
  const strike = join(folder, `strike-${processor}`);
  compile(compiler, 'strike.c', strike);
  const drivers = join(folder, 'drivers.mjs');
  await bundleDrivers(drivers);
  const [yaml, json] = [join(folder, 'box.yaml'), join(folder, 'bookings.json')];
  writeFileSync(yaml, `${boxYaml('auto')}\n`);
  writeFileSync(json, JSON.stringify(bookings()));
  const brought = {
    agent: join(guestFolder, 'agent'),
    strike,
    'drivers.mjs': drivers,
    'patient.conf': join(guestFolder, 'patient.conf'),
    'box.yaml': yaml,
    'bookings.json': json,
    'smartbox.deb': deb,
    'next.deb': nextVersion(deb, folder, processor),
  };
  const hash = createHash('sha256').update(`${debian} ${core.vmlinuz}`);
  // The archive itself bears the time at which it was packed.
  hash.update(readFileSync(join(import.meta.dirname, '../guest/box-init')));
  for (const file of Object.values(brought).filter(path => !path.endsWith('next.deb')))
    hash.update(readFileSync(file));
  return { kernel: core, debian, brought, hash: hash.digest('hex').slice(0, 16), folder };
}

/** One file, since there is no checkout inside. */
async function bundleDrivers(to: string): Promise<void> {
  await esbuild({
    entryPoints: [join(guestFolder, 'drivers.ts')],
    outfile: to,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'warning',
  });
}

/** Debian's library may be older or newer than the one here. */
const compile = (compiler: string, source: string, to: string): void => {
  execFileSync(compiler, [
    '-std=gnu11',
    '-O2',
    '-static',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    to,
    join(guestFolder, source),
  ]);
};

/** The same files as another version; they are others on the disk. */
function nextVersion(deb: string, folder: string, processor: Processor): string {
  const [tree, next] = [join(folder, 'next'), join(folder, `${processor}-next.deb`)];
  execFileSync('dpkg-deb', ['-R', deb, tree]);
  const control = join(tree, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, 'Version: 1.1'));
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, next]);
  rmSync(tree, { recursive: true });
  return next;
}

/** A machine for what begins with a system that has never heard of SmartBox. */
export async function bareBox(parts: Parts): Promise<{ box: VirtualBox; run: Run }> {
  const folder = mkdtempSync(join(parts.folder, 'bare-'));
  const run: Run = {
    kernel: parts.kernel,
    folder,
    disks: {
      root: overlay(join(folder, 'root.qcow2'), parts.debian, 'raw'),
      data: {
        file: overlay(join(folder, 'data.qcow2'), emptyDisk(join(folder, 'data.raw')), 'raw'),
        format: 'qcow2',
      },
      brought: broughtDisk(join(folder, 'brought.raw'), parts.brought),
    },
  };
  return { box: await VirtualBox.on(run), run };
}

/**
 * Installs, configures and starts, by three commands; then bookings come, and the machine is frozen for all who go on from here.
 * @param starts how often READY is measured
 */
export async function prepare(
  parts: Parts,
  starts: number,
): Promise<{ readonly ready: Ready; readonly figures: Figures }> {
  const begun = performance.now();
  const { box, run } = await bareBox(parts);
  try {
    const figures = await install(box, performance.now() - begun, starts);
    await bring(box);
    await box.sh('sync');
    const folder = mkdtempSync(join(cacheFolder, 'work.ready.'));
    await box.freeze(join(folder, 'state'));
    for (const name of ['root.qcow2', 'data.qcow2', 'data.raw', 'brought.raw'])
      renameOrCopy(join(run.folder, name), join(folder, name));
    // Its base has another place now.
    execFileSync('qemu-img', ['rebase', '-u', '-F', 'raw', '-b', './data.raw', join(folder, 'data.qcow2')]);
    return { ready: { kernel: parts.kernel, folder: keep(folder, parts.hash) }, figures };
  } catch (error) {
    throw new Error(`${String(error)}\n${await box.log()}\n${box.qemu.said.slice(-2_000)}`, { cause: error });
  } finally {
    await box.off();
    rmSync(run.folder, { recursive: true, force: true });
  }
}

/** Into a box that is READY come its time, and its bookings. */
export async function bring(box: VirtualBox): Promise<void> {
  // By the clock chip, as in a Raspberry Pi 5 with a battery: nobody in the network can be asked.
  await box.clockIs('synced');
  await box.sh('smartbox bookings import /opt/brought/bookings.json', installWithinMs);
}

/** Where an administrator says what is different about this machine. */
const dropIn = '/etc/systemd/system/smartboxd.service.d';

export async function install(box: VirtualBox, bootMs: number, starts: number): Promise<Figures> {
  const timed = async (script: string): Promise<number> => {
    const from = performance.now();
    await box.sh(script, installWithinMs);
    return performance.now() - from;
  };
  const installMs = await timed('apt-get install -y --no-install-recommends /opt/brought/smartbox.deb');
  assert.equal((await box.sh('systemctl show -P ActiveState smartboxd')).trim(), 'inactive');
  await box.sh(`mkdir -p ${dropIn}; cp /opt/brought/patient.conf ${dropIn}/; systemctl daemon-reload
  cat /opt/brought/box.yaml >/etc/smartbox/box.yaml`);
  const measured: Start[] = [];
  for (let nth = 0; nth < starts; nth += 1) {
    if (nth > 0) await box.sh('systemctl stop smartboxd', installWithinMs);
    const nodeMs = await timed('/usr/lib/smartbox/node -e 0');
    // A technician would type this; the unit was enabled by the package.
    measured.push({ nodeMs, readyMs: await timed('systemctl start smartboxd') });
  }
  assert.equal((await box.sh('systemctl show -P ActiveState smartboxd')).trim(), 'active');
  assert.equal((await box.sh('systemctl is-enabled smartboxd')).trim(), 'enabled');
  const exposure = await box.sh(
    "systemd-analyze security --no-pager smartboxd | sed -n 's/.*exposure level[^:]*: \\([0-9.]*\\).*/\\1/p'",
  );
  assert.match(exposure, /^\d+\.\d\n$/);
  return { bootMs, installMs, starts: measured, exposure: Number(exposure) };
}

/** How many starts of an empty Node a start takes: the middle of the pairs, each of which the host's other work slows down alike. */
export function timesNode(starts: readonly Start[]): number {
  const times = starts.map(({ readyMs, nodeMs }) => readyMs / nodeMs).toSorted((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Each start, for the person who reads. */
export const startsText = (starts: readonly Start[]): string =>
  starts
    .map(({ readyMs, nodeMs }) => `${(readyMs / 1_000).toFixed(1)} of ${(nodeMs / 1_000).toFixed(1)} s`)
    .join(', ');

/** Under its name, and with it the newest of others: a state is half a gigabyte. */
function keep(folder: string, hash: string): string {
  const kept = join(cacheFolder, `ready-${hash}`);
  rmSync(kept, { recursive: true, force: true });
  renameSync(folder, kept);
  const age = (name: string): number => statSync(join(cacheFolder, name)).mtimeMs;
  const states = readdirSync(cacheFolder).filter(name => name.startsWith('ready-'));
  for (const name of states.sort((a, b) => age(b) - age(a)).slice(keptStates))
    rmSync(join(cacheFolder, name), { recursive: true, force: true });
  return kept;
}

function renameOrCopy(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** The state that was kept of exactly these parts, or null. */
export function keptReady(parts: Parts): Ready | null {
  const folder = join(cacheFolder, `ready-${parts.hash}`);
  return existsSync(join(folder, 'brought.raw')) ? { kernel: parts.kernel, folder } : null;
}

export interface Going {
  /** What the clock says as the machine is switched on anew, which stood still without being told; else it just goes on. */
  readonly switchedOn?: string;
  /** Where the data lie, if not on a disk of its own over that of the machine that was frozen. */
  readonly data?: Run['disks']['data'];
}

/** Goes on from READY, on disks of its own. */
export async function goOn(
  { kernel: core, folder: from }: Ready,
  work: string,
  { switchedOn, data }: Going = {},
): Promise<{ box: VirtualBox; run: Run }> {
  const folder = mkdtempSync(join(work, 'box-'));
  const over = (name: string): string => overlay(join(folder, name), join(from, name), 'qcow2');
  const run: Run = {
    kernel: core,
    folder,
    disks: {
      root: over('root.qcow2'),
      data: data ?? { file: over('data.qcow2'), format: 'qcow2' },
      brought: join(from, 'brought.raw'),
    },
    ...(switchedOn === undefined ? { frozen: join(from, 'state') } : { clock: switchedOn }),
  };
  return { box: await VirtualBox.on(run), run };
}

/** A folder for one run of the cases; goes when the process ends. */
export function workFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-virtual-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(cacheFolder, { recursive: true });
  return folder;
}
