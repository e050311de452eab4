import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { codeOf } from './fault.ts';

/**
 * Makes a folder and those that it lies in, where they are not there. Node's own way (`recursive`) never ends where a folder that is there
 * takes no others, as in /proc.
 * @returns whether it was made
 * @throws a system error that names the folder
 */
export function makeFolder(folder: string, mode: number): boolean {
  const path = resolve(folder);
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (isFolder(path)) return false;
    const above = dirname(path);
    if (codeOf(error) !== 'ENOENT' || above === path || isFolder(above)) throw error;
    makeFolder(above, mode);
    // Not made outright: somebody else may have made it meanwhile.
    return makeFolder(path, mode);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
