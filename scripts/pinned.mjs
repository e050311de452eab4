/**
 * `node scripts/pinned.mjs ARGUMENTS`: the same arguments, under the pinned Node. Plain JavaScript, for any Node from 14 on.
 *
 * The pinned Node comes as two optional packages with one command name; npm 10 installs the one that fits and then removes
 * the command together with the one that does not. So the link is made here when it is missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
const link = join(modules, '.bin', 'node');
const target = join('..', `node-linux-${process.arch}`, 'bin', 'node');

if (!existsSync(link) && existsSync(join(modules, '.bin', target))) {
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(target, link);
}
const child = existsSync(link) ? spawnSync(link, process.argv.slice(2), { stdio: 'inherit' }) : null;
if (child === null || child.error !== undefined) {
  console.error(
    existsSync(modules)
      ? 'the pinned Node does not run here: SmartBox needs Linux on x64 or arm64, with glibc'
      : 'nothing is installed yet: run “npm ci” first',
  );
  process.exit(2);
}
process.exit(child.status === null ? 1 : child.status);
