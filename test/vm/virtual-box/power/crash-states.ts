/** Disks as a power cut may leave them, made from the order in which everything came to one disk. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Prng } from '../../../../scripts/rig/prng.ts';
import { Disk, type Fate } from '../../../crash/disk.ts';
import type { Request } from './disk-server.ts';
import type { Told } from './told.ts';

/** What came to the disk, or was told. */
export type Entry = Request | { readonly do: 'told'; readonly told: Told };

export interface Cut {
  /** Where the power went: entries before this one have happened. */
  readonly at: number;
  readonly fate: Fate;
  /** What was told until then. */
  readonly told: readonly Told[];
}

type Layers = NonNullable<ReturnType<Disk['layers']>>;

const pieceBytes = 65_536;

/** The one file of a disk that has no files. */
const all = 'disk';

/**
 * Makes `count` images, one after the other, at `path`. Half of the cuts come just after something was told, the others anywhere; what
 * was written since the last flush is kept, lost, or each piece of it either or torn.
 * @param lateFlushes how many of the last flushes this disk has only pretended to make; 0 for an honest one
 */
export function* crashStates(
  path: string,
  played: { readonly before: Buffer; readonly entries: readonly Entry[] },
  how: { readonly count: number; readonly prng: Prng; readonly lateFlushes: number },
): Generator<Cut> {
  const { entries, before } = played;
  const disk = new Disk();
  disk.apply({ do: 'create', file: all, empty: true });
  disk.apply({ do: 'write', file: all, at: 0, bytes: before });
  disk.settle();
  const used = usedPieces(played);
  let done = 0;
  for (const at of cutsOf(entries, how.count, how.prng)) {
    const until = keptUntil(entries, at, how.lateFlushes);
    for (; done < until; done += 1) apply(disk, entries[done]);
    const fate = how.prng.weighted<Fate>({ kept: 1, dropped: 2, random: 7 });
    const layers = disk.layers(all, fate, how.prng);
    if (layers !== null) lay(path, layers, used);
    yield { at, fate, told: toldUntil(entries, at) };
  }
}

/** Pieces of the disk in which anything ever is; all others are empty, and need not be written for each state. */
function usedPieces({ before, entries }: Parameters<typeof crashStates>[1]): ReadonlySet<number> {
  const used = new Set<number>();
  const nothing = Buffer.alloc(pieceBytes);
  for (let at = 0; at < before.length; at += pieceBytes) {
    const piece = before.subarray(at, at + pieceBytes);
    if (!piece.equals(nothing.subarray(0, piece.length))) used.add(at);
  }
  for (const entry of entries) {
    if (entry.do !== 'write') continue;
    for (let at = entry.at - (entry.at % pieceBytes); at < entry.at + entry.bytes.length; at += pieceBytes)
      used.add(at);
  }
  return used;
}

function lay(path: string, { durable, over }: Layers, used: ReadonlySet<number>): void {
  const file = openSync(path, 'w');
  try {
    ftruncateSync(file, durable.length);
    for (const at of used) writeSync(file, durable, at, Math.min(pieceBytes, durable.length - at), at);
    for (const change of over)
      if (change.do === 'write') writeSync(file, change.bytes, 0, change.bytes.length, change.at);
  } finally {
    closeSync(file);
  }
}

function apply(disk: Disk, entry: Entry | undefined): void {
  if (entry?.do === 'write') disk.apply({ ...entry, file: all });
  else if (entry?.do === 'flush') disk.apply({ do: 'sync', file: all });
}

/** Ascending; none before the first driver. */
function cutsOf(entries: readonly Entry[], count: number, prng: Prng): readonly number[] {
  const from = entries.findIndex(entry => entry.do === 'told' && entry.told.what === 'typed');
  if (from < 0) throw new Error('no driver has come');
  const afterTold = entries.flatMap((entry, at) => (entry.do === 'told' && at > from ? [at + 1] : []));
  const cuts = Array.from({ length: count }, () =>
    prng.chance(0.5) ? prng.pick(afterTold) : prng.int(from + 1, entries.length),
  );
  return cuts.sort((a, b) => a - b);
}

/** Before which entry a disk stands still that has only pretended to make the last flushes. */
function keptUntil(entries: readonly Entry[], at: number, lateFlushes: number): number {
  let until = at;
  for (let left = lateFlushes; left > 0 && until > 0; ) {
    until -= 1;
    if (entries[until]?.do === 'flush') left -= 1;
  }
  return until;
}

const toldUntil = (entries: readonly Entry[], at: number): readonly Told[] =>
  entries.slice(0, at).flatMap(entry => (entry.do === 'told' ? [entry.told] : []));
