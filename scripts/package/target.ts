/** For which machines packages are made, and with which tools. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root: string = resolve(import.meta.dirname, '../..');

export const debianArches = ['amd64', 'arm64'] as const;
/** As Debian names a processor. */
export type DebianArch = (typeof debianArches)[number];

export interface Target {
  readonly debian: DebianArch;
  /** As Node and the folders of native files name it. */
  readonly node: 'x64' | 'arm64';
  /** Prefix of compiler and binutils; Debian has them for each processor under this name, on any machine. */
  readonly tools: string;
  /** SHA-256 of `bin/node` in the npm package, looked at once and held to from then on. */
  readonly nodeSha256: string;
}

/** The npm packages of Node are made by a third party, so that it is us who say which binaries they are. */
export const targets: Readonly<Record<DebianArch, Target>> = {
  amd64: {
    debian: 'amd64',
    node: 'x64',
    tools: 'x86_64-linux-gnu-',
    nodeSha256: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  },
  arm64: {
    debian: 'arm64',
    node: 'arm64',
    tools: 'aarch64-linux-gnu-',
    nodeSha256: '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
  },
};

/** Ignored by git; may be deleted at any time. */
export const cacheFolder: string = join(root, '.package');

interface Manifest {
  readonly version: string;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

export const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** @throws Error with what the tool said, and which Debian package brings it when it is not there */
export function tool(command: string, args: readonly string[], cwd: string = root): string {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      maxBuffer: 64 * 1_048_576,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: unknown };
    if (code !== 'ENOENT') throw new Error(`${command} ${args.join(' ')}:\n${String(stderr).slice(-4_000)}`);
    const from = command.startsWith('aarch64')
      ? 'g++-aarch64-linux-gnu'
      : command.includes('g++')
        ? 'g++'
        : command;
    throw new Error(`${command} is not installed: apt-get install ${from}`);
  }
}

/** The commit's time: what was built from the same sources bears the same dates (reproducible-builds.org, SOURCE_DATE_EPOCH). */
export function sourceDate(): Date {
  const given = process.env.SOURCE_DATE_EPOCH ?? tool('git', ['log', '-1', '--format=%ct']).trim();
  if (!/^\d{1,12}$/.test(given)) throw new Error(`SOURCE_DATE_EPOCH=${given} is no number of seconds`);
  return new Date(Number(given) * 1_000);
}
