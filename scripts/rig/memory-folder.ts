import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const memory = '/dev/shm';
/** A container may have very little of it. */
const roomLeastBytes = 2 * 1024 ** 3;

/**
 * Where databases lie from which no test takes the power: in memory where there is room for them, since half of the time of such tests
 * was waiting for a disk. Else the folder for temporary files.
 */
export function memoryFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= roomLeastBytes ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}
