/** A disk of a few MiB under a box, which a test fills or makes read-only. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Rig } from '../../scripts/rig/box-rig.ts';

/** A disk of 4 MiB that holds the box's data while the test runs; null, with a visible skip, where none may be mounted. */
export function smallDisk(t: TestContext, rig: Rig): string | null {
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
export function fill(folder: string): void {
  const file = openSync(join(folder, 'fill'), 'a');
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096));
  } catch {
    // Full: that is what was wanted.
  } finally {
    closeSync(file);
  }
}
