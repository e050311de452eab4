import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { iso, type Rig } from '../../scripts/rig/box-rig.ts';
import { pause } from '../../scripts/rig/until.ts';

/** A file of bookings for later days, every one with a code of its own. */
export const laterBookings = (count: number, slots: number): string =>
  JSON.stringify(
    Array.from({ length: count }, (_, n) => {
      const start = Date.now() + 86_400_000 + Math.floor(n / slots) * 3_600_000;
      const code = String(20_000_000 + n * 37);
      return { slot: (n % slots) + 1, code, start: iso(start), end: iso(start + 3_000_000) };
    }),
  );

/** One code a slot for now. */
export const takers = (slots: number) =>
  Array.from({ length: slots }, (_, n) => ({
    slot: n + 1,
    code: String(90_210_003 + n * 13),
    start: iso(Date.now() - 3_600_000),
    end: iso(Date.now() + 3_600_000),
  }));

/** Milliseconds from the last key of a code to its lock. */
export async function waitOf(rig: Rig, { slot, code }: { slot: number; code: string }): Promise<number> {
  const from = performance.now();
  rig.type(`${code}#`);
  await rig.lines.powered(slot);
  const took = performance.now() - from;
  await rig.lines.released(slot);
  return took;
}

export async function bookingsOf(rig: Rig): Promise<number> {
  return JSON.parse((await rig.cli(['status', '--json'])).stdout).bookings as number;
}

/** Resolves when this much of an import has happened. */
export async function stageOf(
  rig: Rig,
  stage: 'being written' | 'decided',
  done: () => boolean,
): Promise<void> {
  const file = join(rig.data, stage === 'decided' ? 'smartbox.incoming' : 'smartbox.incoming.new');
  while (!existsSync(file) && !done()) await pause(1);
}

export const sizeIn = (rig: Rig, name: string): number =>
  statSync(join(rig.data, name), { throwIfNoEntry: false })?.size ?? 0;

/** The most memory that the daemon has had. */
export const rssMb = (rig: Rig): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${rig.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
