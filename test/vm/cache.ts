/** What virtual machines are made from: kept between runs and checkouts, outside of any tree of sources. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** May be deleted at any time, and is then made again in a few minutes. */
export const cacheFolder: string = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'smartbox-vm',
);

/**
 * The thing of this name, or what `make` makes of it: a file or folder inside the working folder that it is given. Nobody finds half
 * of one, and of two who make it at once both have it.
 */
export function cached(name: string, make: (work: string) => string): string {
  const path = join(cacheFolder, name);
  if (existsSync(path)) return path;
  const work = join(cacheFolder, `work.${process.pid}.${name}`);
  mkdirSync(work, { recursive: true });
  try {
    const made = make(work);
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) renameSync(made, path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return path;
}
