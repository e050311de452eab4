/** For which processors there are virtual boxes, and what is different about each. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As Debian names it. arm64 is what a Raspberry Pi has. */
export type Processor = 'amd64' | 'arm64';

export interface Tools {
  /** The emulator, and the Debian package that has it. */
  readonly emulator: Readonly<Record<string, string>>;
  /** Compiles programs for it, on this machine. */
  readonly compiler: string;
  /** Commands that make a package and a kernel's module for it, and the Debian packages that have them. */
  readonly compilers: Readonly<Record<string, string>>;
  /** What `make` of its kernel is told. */
  readonly make: readonly string[];
}

export const toolsOf: Readonly<Record<Processor, Tools>> = {
  amd64: {
    emulator: { 'qemu-system-x86_64': 'qemu-system-x86' },
    compiler: 'x86_64-linux-gnu-gcc',
    compilers: { 'x86_64-linux-gnu-gcc': 'gcc', 'x86_64-linux-gnu-g++': 'g++', 'gcc-12': 'gcc-12' },
    make: [],
  },
  arm64: {
    emulator: { 'qemu-system-aarch64': 'qemu-system-arm' },
    compiler: 'aarch64-linux-gnu-gcc',
    compilers: {
      'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu',
      'aarch64-linux-gnu-gcc-12': 'gcc-12-aarch64-linux-gnu',
      'aarch64-linux-gnu-g++': 'g++-aarch64-linux-gnu',
    },
    make: ['ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-'],
  },
};

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const archives = ['debian bookworm', 'debian bookworm-updates', 'debian-security bookworm-security'];

/**
 * Options by which apt knows the packages of this processor. Those of another one it keeps in a folder that goes with this process, so
 * that this system does not have to become one of two processors.
 */
export function aptFor(processor: Processor): readonly string[] {
  if (processor === 'amd64') return [];
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-apt-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'parts'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'status'), '');
  const line = (archive: string): string =>
    `deb [signed-by=${keyring}] http://deb.debian.org/${archive} main\n`;
  writeFileSync(join(folder, 'sources.list'), archives.map(line).join(''));
  const settings = {
    'APT::Architecture': processor,
    'APT::Architectures': processor,
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': join(folder, 'parts'),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

const formats = '/proc/sys/fs/binfmt_misc';
const format = 'qemu-aarch64';
/** As qemu-user-static registers itself where there is a systemd. */
const description = `/usr/lib/binfmt.d/${format}.conf`;

/** Runs `work` while this kernel runs programs of arm64 too, by an emulator; afterwards it does so only if it did before. */
export function whileArm64Runs(work: () => void): void {
  const mounted = existsSync(join(formats, 'register'));
  if (!mounted) execFileSync('mount', ['-t', 'binfmt_misc', 'binfmt_misc', formats], { stdio: 'pipe' });
  const known = existsSync(join(formats, format));
  if (!known) copyFileSync(description, join(formats, 'register'));
  try {
    work();
  } finally {
    if (!known) writeFileSync(join(formats, format), '-1');
    if (!mounted) execFileSync('umount', [formats], { stdio: 'pipe' });
  }
}
