import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Millis, seconds } from './brand.ts';
import { every } from './every.ts';
import type { Time } from './time.ts';

type Collect = (how: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

let collect: Collect | null = null;

/**
 * Collects what a start or a rush has left behind and gives its pages back to the system: 5–8 MB of a box's memory, 20 MB of
 * a relay's, at the price of some ten milliseconds, so only while nobody waits. V8 alone does so under pressure, which on a
 * small computer is too late.
 */
function giveBackMemory(): void {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
  }
  collect({ type: 'major', flavor: 'last-resort' });
}

export interface Memory {
  residentBytes(): number;
  /** Gives what is unused back to the system; blocks for a moment. */
  giveBack(): void;
}

export const processMemory: Memory = {
  residentBytes: () => process.memoryUsage.rss(),
  giveBack: giveBackMemory,
};

interface MemoryTidying {
  readonly time: Time;
  readonly memory: Memory;
  /** A pause of some ten milliseconds meets nobody now. Asked at each look. */
  readonly isQuiet: () => boolean;
  readonly firstMs?: Millis;
}

const lookMs = seconds(10);
/** So much more than after the last time is worth it. */
const worthBytes = 8 * 1024 * 1024;

/** Loading leaves much behind that is never used again; so does a rush. Returns what ends it. */
export function tidyMemory({ time, memory, isQuiet, firstMs = lookMs }: MemoryTidying): () => void {
  let leastBytes = 0;
  const look = (): void => {
    if (!isQuiet() || memory.residentBytes() <= leastBytes + worthBytes) return;
    memory.giveBack();
    leastBytes = memory.residentBytes();
  };
  return every(time, lookMs, look, firstMs);
}
