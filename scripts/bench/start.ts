import { spawnSync } from 'node:child_process';
import { node } from '../rig/program.ts';
import { Samples } from './figures.ts';
import { isActive, type Station } from './station.ts';

const nap = new Int32Array(new SharedArrayBuffer(4));
/** Blocks this process only, and leaves both cores to the one that starts. */
const rest = (ms: number): void => void Atomics.wait(nap, 0, 0, ms);

const lookEveryMs = 0.25;
/** A tty drops what was typed before it was opened; so the driver types again and again. */
const typeEveryMs = 2;
const giveUpMs = 20_000;

/** Spawn of the daemon → the lock line moves for a code that is typed from the first moment on. */
export async function coldStart(station: Station): Promise<number> {
  const { rig } = station;
  const { code, slot } = station.nextLive();
  const line = station.lock(slot);
  const keys = `*${code}#`;
  const from = performance.now();
  const daemon = rig.spawn();
  let typedAt = 0;
  let took = Number.NaN;
  while (performance.now() - from < giveUpMs) {
    if (isActive(line)) {
      took = performance.now() - from;
      break;
    }
    const now = performance.now();
    if (now - typedAt >= typeEveryMs) {
      rig.type(keys);
      typedAt = now;
    }
    rest(lookEveryMs);
  }
  daemon.child.kill('SIGTERM');
  await daemon.finished;
  return took;
}

/** Bare `node -e 0`, from spawn to exit. */
export function bareNode(): number {
  const from = performance.now();
  spawnSync(node, ['-e', '0']);
  return performance.now() - from;
}

export interface Starts {
  readonly bare: Samples;
  readonly stations: readonly Samples[];
}

/** Bare Node and the daemons start in turn; none of them may run before. */
export async function starts(
  stations: readonly { readonly name: string; readonly station: Station }[],
  rounds: number,
): Promise<Starts> {
  const bare = new Samples('node -e 0');
  const samples = stations.map(({ name }) => new Samples(name));
  for (let round = 0; round < rounds; round += 1) {
    bare.add(bareNode());
    for (const [at, { station }] of stations.entries()) {
      const ms = await coldStart(station);
      if (!Number.isNaN(ms)) samples[at]?.add(ms);
    }
  }
  return { bare, stations: samples };
}
