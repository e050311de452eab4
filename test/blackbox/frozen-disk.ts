/** A disk that stands still under a running daemon, for as long as a test likes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export interface FrozenDisk {
  /** Of the daemon that is to feel it. */
  readonly env: Readonly<Record<string, string>>;
  freeze(): void;
  thaw(): void;
}

const place = mkdtempSync(join(tmpdir(), 'smartbox-frozen-disk-'));
after(() => rmSync(place, { recursive: true, force: true }));
const library = join(place, 'frozen-disk.so');

/** Why it cannot be made here; false where it was. */
export const noFrozenDisk: string | false = compiled();

function compiled(): string | false {
  const source = join(import.meta.dirname, 'frozen-disk.c');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-Wall', '-Werror', '-o', library, source, '-ldl']);
    return false;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'no C compiler here';
    throw error;
  }
}

let disks = 0;

/** `folder`: what lies below it is on this disk. */
export function frozenDisk(folder: string): FrozenDisk {
  disks += 1;
  const mark = join(place, `mark-${disks}`);
  return {
    env: { LD_PRELOAD: library, FROZEN_DISK_MARK: mark, FROZEN_DISK_FOLDER: folder },
    freeze: () => writeFileSync(mark, ''),
    thaw: () => rmSync(mark, { force: true }),
  };
}
