/** Lines of a simulated chip as a person with `echo` and `cat` has them (contracts.md §2). */

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';

export interface SimLine {
  readonly file: string;
  /** The level at which it is so: powered, lit, shut, there. */
  readonly so: 0 | 1;
}

/** Null where there is no such file yet, or no level in it. */
export function isSo({ file, so }: SimLine): boolean | null {
  try {
    const text = readFileSync(file, 'latin1').trim();
    return text === '0' || text === '1' ? text === String(so) : null;
  } catch {
    return null;
  }
}

export function make({ file, so }: SimLine, isIt: boolean): void {
  makeFolder(dirname(file), 0o777);
  writeFileSync(file, `${isIt ? so : 1 - so}\n`);
}

/** When it was written last (ms); 0 where there is no such file yet. */
export const writtenMs = ({ file }: SimLine): number =>
  statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
