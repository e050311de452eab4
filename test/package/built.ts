/** The packages of this checkout, made once for all tests of a file. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { manifest } from '../../scripts/package/target.ts';
import { type Finished, node, Running } from '../../scripts/rig/program.ts';

export const root: string = resolve(import.meta.dirname, '../..');

/** Which Debian package is missing, or null. */
export function lacking(commands: Readonly<Record<string, string>>): string | null {
  const folders = (process.env.PATH ?? '').split(':');
  for (const [command, debian] of Object.entries(commands))
    if (!folders.some(folder => existsSync(join(folder, command))))
      return `${command} is not installed: apt-get install ${debian}`;
  return null;
}

export const toBuild: Readonly<Record<string, string>> = {
  'dpkg-deb': 'dpkg',
  'x86_64-linux-gnu-g++': 'g++',
  'aarch64-linux-gnu-g++': 'g++-aarch64-linux-gnu',
};

export const temporary = (what: string): string => mkdtempSync(join(tmpdir(), `smartbox-${what}-`));

interface More {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const patienceMs = 1_800_000;

/** Runs it to its end, while other tests go on. */
export async function run(command: readonly [string, ...string[]], more: More = {}): Promise<Finished> {
  const running = new Running(command, more.env ?? {}, more.input);
  const timer = setTimeout(() => running.child.kill('SIGKILL'), patienceMs);
  try {
    return await running.finished;
  } finally {
    clearTimeout(timer);
  }
}

/** Packs quickly; what is inside is the same. */
export async function build(
  out: string,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const script = join(root, 'scripts/package.ts');
  const { code, stdout, stderr } = await run([node, script, '--fast', '--out', out, ...more], { env });
  if (code !== 0) throw new Error(`npm run package ended with ${code}\n${stdout}${stderr}`);
}

export const debOf = (folder: string, name: string, arch: string): string =>
  join(folder, `${name}_${manifest.version}_${arch}.deb`);

/** A package's files in a folder of their own. */
export function unpacked(deb: string): string {
  const folder = temporary('deb');
  execFileSync('dpkg-deb', ['-R', deb, folder]);
  return folder;
}

/** The same package without its Node, by which a check takes seconds and not a minute. */
export function withoutNode(deb: string, name: string, out: string): string {
  const tree = unpacked(deb);
  try {
    const node = `usr/lib/${name}/node`;
    rmSync(join(tree, node));
    const sums = join(tree, 'DEBIAN/md5sums');
    const lines = readFileSync(sums, 'utf8').split('\n');
    writeFileSync(sums, lines.filter(line => !line.endsWith(`  ${node}`)).join('\n'));
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, out]);
    return out;
  } finally {
    discard(tree);
  }
}

export const discard = (...folders: readonly string[]): void => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
};
