/** What a virtual machine starts from: Debian's kernel and a first file system with the modules it needs. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { missing, need, newestKernel, unpack } from './debian.ts';
import { buildGpioSim } from './gpio-sim.ts';

export interface Kernel {
  readonly vmlinuz: string;
  readonly initramfs: string;
}

/** Ignored by git; may be deleted at any time, and is then made again in about a minute. */
const cache = resolve(import.meta.dirname, '../../.vm');
/** Raised when what is below makes something else of the same packages. */
const recipe = 1;

/**
 * The kernel made before, or a new one. Needs 230 MB of downloads the first time and keeps 20 MB.
 * @throws Fault `vm-missing` when a tool or a package cannot be had; Error when the build fails.
 */
export function kernel(): Kernel {
  if (process.arch !== 'x64') throw missing(`this machine is ${process.arch}`, 'the recipe is for x86-64');
  need({ 'qemu-system-x86_64': 'qemu-system-x86' });
  const [made = build()] = existsSync(cache)
    ? readdirSync(cache)
        .filter(name => name.endsWith(`-r${recipe}`))
        .map(name => join(cache, name))
    : [];
  const initramfs = join(made, 'initramfs');
  // The start script is the checkout's, so that it may change without a download.
  writeFileSync(initramfs, archive(join(made, 'first')));
  return { vmlinuz: join(made, 'vmlinuz'), initramfs };
}

function build(): string {
  need({
    'apt-get': 'apt',
    'dpkg-deb': 'dpkg',
    'gcc-12': 'gcc-12',
    make: 'make',
    tar: 'tar',
    xz: 'xz-utils',
  });
  const version = newestKernel();
  const made = join(cache, `${version}-r${recipe}`);
  const work = join(cache, `work.${process.pid}`);
  try {
    const root = join(work, 'root');
    collect(root, version, join(work, 'made'));
    renameSync(join(work, 'made'), made);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return made;
}

function collect(root: string, version: string, into: string): void {
  const [series] = /^\d+\.\d+/.exec(version) ?? [''];
  const headers = `linux-headers-${version.replace(/-amd64$/, '-common')}`;
  const source = `linux-source-${series}`;
  const names = [`linux-image-${version}`, `linux-headers-${version}`, headers, `linux-kbuild-${series}`];
  unpack([...names, source, 'busybox-static', 'libelf1'], root, /^linux-source/);
  const [sources] = globSync(join(`${root}.debs`, `${source}_*.deb`));
  if (sources === undefined) throw new Error(`no ${source} was downloaded`);
  const simulator = buildGpioSim(root, sources, version);
  mkdirSync(join(into, 'first/modules'), { recursive: true });
  copyFileSync(join(root, `boot/vmlinuz-${version}`), join(into, 'vmlinuz'));
  copyFileSync(join(root, 'bin/busybox'), join(into, 'first/busybox'));
  const available = new Map(
    globSync(join(root, `lib/modules/${version}/**/*.ko`)).map(path => [moduleName(path), path]),
  );
  available.set(moduleName(simulator), simulator);
  const order = inOrder(['virtio_pci', '9pnet_virtio', '9p', moduleName(simulator)], available);
  for (const [at, path] of order.entries()) {
    copyFileSync(path, join(into, 'first/modules', `${String(at).padStart(2, '0')}-${basename(path)}`));
  }
}

const moduleName = (path: string): string => basename(path, '.ko').replaceAll('-', '_');

/** Each module after those that it says it depends on. */
function inOrder(wanted: readonly string[], available: ReadonlyMap<string, string>): readonly string[] {
  const order = new Set<string>();
  const add = (name: string): void => {
    const path = available.get(name);
    if (path === undefined) throw new Error(`this kernel has no module ${name}`);
    const depends = /\0depends=([^\0]*)\0/.exec(`\0${readFileSync(path, 'latin1')}`)?.[1] ?? '';
    for (const other of depends.split(',').filter(one => one !== '')) add(other.replaceAll('-', '_'));
    order.add(path);
  };
  for (const name of wanted) add(name);
  return [...order];
}

/** The folder as the archive that a kernel unpacks into its first file system. */
function archive(folder: string): Buffer {
  copyFileSync(join(import.meta.dirname, 'guest/init'), join(folder, 'init'));
  const names = [
    'init',
    'busybox',
    'modules',
    ...readdirSync(join(folder, 'modules')).map(at => `modules/${at}`),
  ];
  return execFileSync(join(folder, 'busybox'), ['cpio', '-o', '-H', 'newc'], {
    cwd: folder,
    input: `${names.join('\n')}\n`,
    maxBuffer: 64 * 1_048_576,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}
