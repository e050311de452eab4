/** A virtual machine that runs tests of this checkout on a kernel with GPIO, emulated: it needs no right and no KVM. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundle } from '../../scripts/build/bundle.ts';
import type { Told } from './guest/reporter.ts';
import type { Kernel } from './kernel.ts';

const checkout = resolve(import.meta.dirname, '../..');
const consoleMax = 65_536;
/** Beside the kernel, so that a build of one's own in dist/ stays as it is. */
const builtIn = '.vm/dist';

export interface Ran {
  readonly tests: readonly Told[];
  /** Exit code of the test runner inside; null: it did not get that far. */
  readonly code: number | null;
  /** The console, and what the runner said beside its report. */
  readonly said: string;
}

/** Bundled, programs start in a third of the time, which counts where everything is emulated. */
export async function bundlePrograms(): Promise<void> {
  const sources = join(checkout, 'src');
  const programs = { smartboxd: join(sources, 'box/app/main.ts'), smartbox: join(sources, 'cli/main.ts') };
  rmSync(join(checkout, builtIn), { recursive: true, force: true });
  const folder = join(checkout, builtIn);
  await bundle({ root: checkout, sources, programs, folder });
  const watch = [join(folder, 'line-watch'), join(import.meta.dirname, 'guest/line-watch.c')];
  execFileSync('cc', ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-o', ...watch]);
}

/** Boots, runs these test files (paths in the checkout) one after the other, switches off. */
export async function runInside(kernel: Kernel, files: readonly string[], withinMs: number): Promise<Ran> {
  const out = mkdtempSync(join(tmpdir(), 'smartbox-vm-'));
  try {
    writeFileSync(join(out, 'command'), commandOf(files));
    const seen = await boot(kernel, out, withinMs);
    const read = (name: string): string =>
      existsSync(join(out, name)) ? readFileSync(join(out, name), 'utf8') : '';
    const lines = read('told').split('\n').slice(0, -1);
    const code = read('code').trim();
    return {
      tests: lines.map(line => JSON.parse(line) as Told),
      code: code === '' ? null : Number(code),
      said: `${seen}${read('said')}`,
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const commandOf = (files: readonly string[]): string =>
  `SMARTBOX_DIST=${builtIn} exec node_modules/.bin/node --test --test-concurrency=1 --test-timeout=900000 \
  --test-reporter=./test/vm/guest/reporter.ts --test-reporter-destination=/out/told ${files.join(' ')}\n`;

/** Resolves with the console when the machine is off, by itself or, after `withinMs`, by us. */
function boot({ vmlinuz, initramfs }: Kernel, out: string, withinMs: number): Promise<string> {
  // biome-ignore format: one option a line, with its value
  const args = [
    '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1024',
    '-nodefaults', '-display', 'none', '-no-reboot', '-serial', 'stdio',
    '-kernel', vmlinuz, '-initrd', initramfs,
    '-append', 'console=ttyS0 panic=-1 quiet mitigations=off no_timer_check',
    ...share('usr', '/usr', true), ...share('smartbox', checkout, true), ...share('out', out, false),
  ];
  const machine = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (text: string): void => {
    said = (said + text).slice(-consoleMax);
  };
  machine.stdout.setEncoding('utf8').on('data', hear);
  machine.stderr.setEncoding('utf8').on('data', hear);
  const off = (): boolean => machine.kill('SIGKILL');
  const giveUp = setTimeout(() => {
    hear(`\nswitched off after ${withinMs} ms\n`);
    off();
  }, withinMs);
  process.once('exit', off);
  return new Promise<string>((resolve, reject) => {
    machine.once('error', reject);
    machine.once('close', () => resolve(said));
  }).finally(() => {
    clearTimeout(giveUp);
    process.off('exit', off);
  });
}

const share = (tag: string, path: string, readonly: boolean): readonly string[] => [
  '-virtfs',
  `local,path=${path.replaceAll(',', ',,')},mount_tag=${tag},security_model=none,multidevs=remap${readonly ? ',readonly=on' : ''}`,
];
