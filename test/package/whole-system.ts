/** A system with a layer over it that takes every change, and goes with the process: packages are installed for real there. */
import { rmSync } from 'node:fs';
import { run, temporary } from './built.ts';

const over = (folder: string, below: string): string => `set -e
mount -t tmpfs tmpfs '${folder}'
cd '${folder}'
mkdir upper work system
mount -t overlay overlay -o lowerdir='${below}',upperdir="$PWD/upper",workdir="$PWD/work" system
mount -t proc proc system/proc
mount --rbind /dev system/dev
mkdir -p system/packages
for deb in "$@"; do cp "$deb" system/packages/; done
cat >system/packages/run
exec chroot system /bin/bash -e /packages/run`;

export interface Ran {
  readonly status: number | null;
  readonly said: string;
}

/** Runs the script, in bash, in a system that has these packages in `/packages`: this one, or that of a folder. */
export async function inSystem(debs: readonly string[], script: string, below = '/'): Promise<Ran> {
  const folder = temporary('system');
  try {
    const { code, stdout, stderr } = await run(
      [
        ...(['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LC_ALL=C.UTF-8'] as const),
        ...['DEBIAN_FRONTEND=noninteractive', 'DEBCONF_NOWARNINGS=yes'],
        ...['unshare', '-m', '/bin/sh', '-c', over(folder, below), 'sh', ...debs],
      ],
      { input: script },
    );
    return { status: code, said: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why there can be no such system here, or null. */
export async function noSystem(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'needs root, to lay a system over this one';
  const { status, said } = await inSystem([], 'true');
  return status === 0 ? null : `this kernel lays no file system over another: ${said.split('\n')[0]}`;
}
