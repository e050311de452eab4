/** What a virtual machine starts from: Debian's kernel and a first file system with the modules it needs. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { cached, cacheFolder } from './cache.ts';
import { missing, need, newestKernel, unpack } from './debian.ts';
import { buildGpioSim } from './gpio-sim.ts';
import { aptFor, type Processor, toolsOf } from './processor.ts';

export interface Kernel {
  readonly processor: Processor;
  readonly vmlinuz: string;
  readonly initramfs: string;
}

/** What the first process does: run tests of this checkout, or start the Debian of the first disk. */
export type Start = 'init' | 'box-init';

/** Raised when what is below makes something else of the same packages. */
const recipe = 4;

/**
 * The kernel made before, or a new one. Needs 230 MB of downloads the first time and keeps 20 MB.
 * @throws Fault `vm-missing` when a tool or a package cannot be had; Error when the build fails.
 */
export function kernel(start: Start = 'init', processor: Processor = 'amd64'): Kernel {
  if (process.arch !== 'x64') throw missing(`this machine is ${process.arch}`, 'the recipe is for x86-64');
  need(toolsOf[processor].emulator);
  const suffix = `-${processor}-r${recipe}`;
  const before = existsSync(cacheFolder) ? readdirSync(cacheFolder) : [];
  const made = before.find(name => /^\d/.test(name) && name.endsWith(suffix)) ?? build(processor);
  const folder = join(cacheFolder, made);
  const initramfs = join(folder, `${start}.${process.pid}`);
  // The start script is the checkout's, so that it may change without a download.
  writeFileSync(initramfs, archive(folder, start));
  process.once('exit', () => rmSync(initramfs, { force: true }));
  return { processor, vmlinuz: join(folder, 'vmlinuz'), initramfs };
}

function build(processor: Processor): string {
  need({
    'apt-get': 'apt',
    'dpkg-deb': 'dpkg',
    'gcc-12': 'gcc-12',
    ...toolsOf[processor].compilers,
    make: 'make',
    tar: 'tar',
    xz: 'xz-utils',
  });
  const apt = aptFor(processor);
  const version = newestKernel(processor, apt);
  return basename(
    cached(`${version}-r${recipe}`, work => {
      collect({ processor, version, apt }, join(work, 'root'), join(work, 'made'));
      return join(work, 'made');
    }),
  );
}

interface Wanted {
  readonly processor: Processor;
  readonly version: string;
  /** Options of apt. */
  readonly apt: readonly string[];
}

function collect({ processor, version, apt }: Wanted, root: string, into: string): void {
  const [series] = /^\d+\.\d+/.exec(version) ?? [''];
  const headers = `linux-headers-${version.replace(/-[a-z0-9]+$/, '-common')}`;
  const source = `linux-source-${series}`;
  for (const folder of ['first/modules', 'here']) mkdirSync(join(into, folder), { recursive: true });
  // What runs on this machine, whatever the kernel is for.
  const here = { into: root, debs: `${root}.here`, keep: /^$/, apt: [] };
  unpack([`linux-kbuild-${series}`, 'libelf1', 'busybox-static'], here);
  copyFileSync(join(root, 'bin/busybox'), join(into, packer));
  const there = { into: root, debs: `${root}.debs`, keep: /^linux-source/, apt };
  unpack([`linux-image-${version}`, `linux-headers-${version}`, headers, source, 'busybox-static'], there);
  const [sources] = globSync(join(`${root}.debs`, `${source}_*.deb`));
  if (sources === undefined) throw new Error(`no ${source} was downloaded`);
  const simulator = buildGpioSim(root, sources, version, processor);
  copyFileSync(join(root, `boot/vmlinuz-${version}`), join(into, 'vmlinuz'));
  copyFileSync(join(root, 'bin/busybox'), join(into, 'first/busybox'));
  const available = new Map(
    globSync(join(root, `lib/modules/${version}/**/*.ko`)).map(path => [moduleName(path), path]),
  );
  available.set(moduleName(simulator), simulator);
  const builtin = readFileSync(join(root, `lib/modules/${version}/modules.builtin`), 'utf8');
  const inside = new Set(builtin.split('\n').map(moduleName));
  const order = inOrder([...modules, moduleName(simulator)], available, inside);
  for (const [at, path] of order.entries()) {
    copyFileSync(path, join(into, 'first/modules', `${String(at).padStart(2, '0')}-${basename(path)}`));
  }
}

/** The program of this machine that makes the archive: the one inside is for the processor of the kernel. */
const packer = 'here/busybox';

/** Shares of the host for tests of a checkout; disks and a network for a whole Debian. */
const modules = ['virtio_pci', '9pnet_virtio', '9p', 'virtio_blk', 'crc32c_generic', 'ext4', 'virtio_net'];

const moduleName = (path: string): string => basename(path, '.ko').replaceAll('-', '_');

/** Each module after those that it says it depends on; what the kernel has inside is none. */
function inOrder(
  wanted: readonly string[],
  available: ReadonlyMap<string, string>,
  inside: ReadonlySet<string>,
): readonly string[] {
  const order = new Set<string>();
  const add = (name: string): void => {
    if (inside.has(name)) return;
    const path = available.get(name);
    if (path === undefined) throw new Error(`this kernel has no module ${name}`);
    const depends = /\0depends=([^\0]*)\0/.exec(`\0${readFileSync(path, 'latin1')}`)?.[1] ?? '';
    for (const other of depends.split(',').filter(one => one !== '')) add(other.replaceAll('-', '_'));
    order.add(path);
  };
  for (const name of wanted) add(name);
  return [...order];
}

/** What was made for a kernel as the archive that it unpacks into its first file system. */
function archive(made: string, start: Start): Buffer {
  const folder = join(made, 'first');
  const names = ['busybox', 'modules', ...readdirSync(join(folder, 'modules')).map(at => `modules/${at}`)];
  const pack = (from: string, list: readonly string[]): Buffer =>
    execFileSync(join(made, packer), ['cpio', '-o', '-H', 'newc'], {
      cwd: from,
      input: `${list.join('\n')}\n`,
      maxBuffer: 64 * 1_048_576,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  const scripts = mkdtempSync(join(tmpdir(), 'smartbox-init-'));
  try {
    copyFileSync(join(import.meta.dirname, 'guest', start), join(scripts, 'init'));
    // A kernel reads several archives after one another.
    return Buffer.concat([pack(folder, names), pack(scripts, ['init'])]);
  } finally {
    rmSync(scripts, { recursive: true, force: true });
  }
}
