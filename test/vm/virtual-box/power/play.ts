/** A virtual box with drivers before it, until its power is cut. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../../../../scripts/rig/until.ts';
import { diaryFile, type Run } from '../qemu.ts';
import { goOn, type Ready } from '../ready.ts';
import { patientMs, type VirtualBox } from '../virtual-box.ts';
import type { Entry } from './crash-states.ts';
import { DiskServer } from './disk-server.ts';
import type { Told } from './told.ts';
import { Witness } from './witness.ts';

const node = '/usr/lib/smartbox/node /opt/brought/drivers.mjs';
const importMs = 600_000;

/** Drivers stand before the box, and wait for a seed. */
async function summon(box: VirtualBox): Promise<void> {
  await box.sh(
    `${node} bookings >/run/brought/drivers.json && smartbox bookings import /run/brought/drivers.json`,
    importMs,
  );
  await box.sh(`mkfifo /run/brought/go
  setsid ${node} go <>/run/brought/go >/run/brought/drivers.log 2>&1 &`);
  await box.until(
    'the drivers',
    '[ -e /run/brought/drivers-wait ] || { cat /run/brought/drivers.log; false; }',
  );
}

const begin = (box: VirtualBox, seed: number): Promise<string> => box.sh(`echo ${seed} >/run/brought/go`);

const machineOf = async (box: VirtualBox): Promise<string> => (await box.sh('cat /etc/machine-id')).trim();

/** A disk as the plain bytes that are on it. */
export function rawOf(disk: string, to: string): string {
  execFileSync('qemu-img', ['convert', '-O', 'raw', disk, to], { stdio: 'pipe' });
  return to;
}

/** Resolves when `hear` has told of so many pulses. */
async function pulses(count: number, hear: () => readonly Told[]): Promise<void> {
  for (const end = performance.now() + patientMs; ; await pause(20)) {
    const seen = hear().filter(({ what }) => what === 'powered').length;
    if (seen >= count) return;
    if (performance.now() > end) throw new Error(`${seen} of ${count} pulses in ${patientMs} ms`);
  }
}

export interface Played {
  /** The disk as it was before. */
  readonly before: Buffer;
  /** All that came to it, and what was told, in the order in which it happened. */
  readonly entries: readonly Entry[];
  readonly machine: string;
  readonly playMs: number;
}

/** One life of a box whose disk remembers everything. `change` is done to the box before drivers come. */
export async function play(
  ready: Ready,
  work: string,
  { seed, count, change }: { readonly seed: number; readonly count: number; readonly change?: string },
): Promise<Played> {
  const folder = mkdtempSync(join(work, 'disk-'));
  const before = readFileSync(rawOf(join(ready.folder, 'data.qcow2'), join(folder, 'before')));
  const entries: Entry[] = [];
  const told: Told[] = [];
  let witness: Witness | null = null;
  const hear = (): readonly Told[] => {
    for (const each of witness?.hear() ?? []) {
      told.push(each);
      entries.push({ do: 'told', told: each });
    }
    return told;
  };
  const socket = join(folder, 'socket');
  const disk = await DiskServer.on(socket, Buffer.from(before), request => {
    // What was said before this request was sent lies in the file already.
    hear();
    entries.push(request);
  });
  const data = { file: `nbd+unix:///?socket=${socket}`, format: 'raw' } as const;
  const { box, run } = await goOn(ready, work, { data });
  try {
    if (change !== undefined) await box.sh(change, importMs);
    witness = new Witness(diaryFile(run.folder));
    await summon(box);
    const machine = await machineOf(box);
    const from = performance.now();
    await begin(box, seed);
    await pulses(count, hear);
    return { before, entries, machine, playMs: performance.now() - from };
  } finally {
    await box.off();
    witness?.close();
    await disk.close();
  }
}

export interface Armed extends Ready {
  /** Id of the machine. */
  readonly machine: string;
}

/** A machine whose box is READY and before which drivers wait, so that any number go on from there. */
export async function arm(ready: Ready, work: string): Promise<Armed> {
  const { box, run } = await goOn(ready, work);
  try {
    await summon(box);
    const machine = await machineOf(box);
    await box.sh('sync');
    await box.freeze(join(run.folder, 'state'));
    symlinkSync(join(ready.folder, 'brought.raw'), join(run.folder, 'brought.raw'));
    return { kernel: ready.kernel, folder: run.folder, machine };
  } finally {
    await box.off();
  }
}

export interface Life {
  /** How many pulses are waited for, and then how long, until the power is cut. */
  readonly pulses: number;
  readonly thenMs: number;
  readonly seed: number;
}

/** One life of a box on disks of its own, which are left as they were when its power was cut. */
export async function liveAndDie(
  armed: Armed,
  work: string,
  life: Life,
  before?: string,
): Promise<{ readonly run: Run; readonly told: readonly Told[] }> {
  const { box, run } = await goOn(armed, work);
  const witness = new Witness(diaryFile(run.folder));
  const told: Told[] = [];
  try {
    if (before !== undefined) await box.sh(before);
    await begin(box, life.seed);
    await pulses(life.pulses, () => {
      told.push(...witness.hear());
      return told;
    });
    await pause(life.thenMs);
  } finally {
    await box.off();
    told.push(...witness.hear());
    witness.close();
  }
  return { run, told };
}
