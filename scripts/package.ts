/**
 * `npm run package [-- --arch amd64|arm64] [--only NAME] [--fast] [--out DIR]`: the packages of Debian, for a Raspberry Pi and for a PC.
 * `--fast` packs by gzip, in seconds and not in minutes: for tests, since the files inside are the same.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describe, layOut, type Order, packageNames } from './package/contents.ts';
import { cacheFolder, debianArches, manifest, root, sourceDate, targets } from './package/target.ts';

const { values } = parseArgs({
  options: {
    arch: { type: 'string' },
    only: { type: 'string' },
    fast: { type: 'boolean' },
    out: { type: 'string' },
  },
});
const out = resolve(values.out ?? join(root, 'dist'));
/** One thread each: how many a machine has must not show in what it packs. */
const packing = values.fast === true ? ['-Zgzip', '-z1'] : ['-Zxz', '-z6'];

/** A box in a basement can be asked to download a package of this size at most. */
const mibMax = 35;

async function make(order: Order): Promise<void> {
  const { name, target, date } = order;
  mkdirSync(cacheFolder, { recursive: true });
  const work = mkdtempSync(join(cacheFolder, 'work-'));
  try {
    const file = join(work, `${name}_${manifest.version}_${target.debian}.deb`);
    describe(order, await layOut(order, join(work, 'tree')));
    await pack(join(work, 'tree'), file, date);
    mkdirSync(out, { recursive: true });
    const mib = statSync(file).size / 1_048_576;
    if (values.fast !== true && mib > mibMax)
      throw new Error(`${basename(file)} has ${mib.toFixed(1)} MiB, at most ${mibMax}`);
    renameSync(file, join(out, basename(file)));
    say(join(out, basename(file)));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function pack(folder: string, file: string, date: Date): Promise<void> {
  const args = ['--root-owner-group', '--threads-max=1', ...packing, '--build', folder, file];
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(date.getTime() / 1_000) };
  return new Promise((done, fail) => {
    const child = spawn('dpkg-deb', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', fail);
    child.once('close', code => (code === 0 ? done() : fail(new Error(`dpkg-deb ended with ${code}`))));
  });
}

function say(file: string): void {
  const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
  console.log(`package: ${file} ${(statSync(file).size / 1_048_576).toFixed(1)} MiB sha256 ${sum}`);
}

const asked = <T extends string>(all: readonly T[], one: string | undefined): readonly T[] => {
  const found = all.filter(each => one === undefined || each === one);
  if (found.length === 0) throw new Error(`${one} is none of ${all.join(', ')}`);
  return found;
};

try {
  const date = sourceDate();
  for (const name of asked(packageNames, values.only)) {
    // Two at a time: as many as there are processors to pack for.
    await Promise.all(
      asked(debianArches, values.arch).map(arch => make({ name, target: targets[arch], date })),
    );
  }
} catch (error) {
  console.error(`package: failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
