/** The kernel's simulated GPIO chip, which Debian does not build: made from Debian's own sources of the same kernel. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './debian.ts';
import { type Processor, toolsOf } from './processor.ts';

const sources = ['drivers/gpio/gpio-sim.c', 'drivers/gpio/gpiolib.h', 'kernel/irq/irq_sim.c'];

/**
 * Compiles `gpio-sim.ko` with the interrupts it simulates, which Debian's kernel lacks too.
 * @param root where headers and kbuild were unpacked @param source the package linux-source @param version of the kernel
 * @returns the module's path. @throws Error with what the compiler said
 */
export function buildGpioSim(root: string, source: string, version: string, processor: Processor): string {
  const folder = join(root, 'gpio-sim');
  mkdirSync(folder);
  extract(source, folder);
  // Modules may not look into an interrupt's descriptor; the kernel does this for them.
  edit(join(folder, 'irq_sim.c'), 'handle_simple_irq(irq_to_desc(irqnum))', 'generic_handle_irq(irqnum)');
  // A line that is given back keeps its level, as on a Raspberry Pi: whoever lets go of a lock that is powered has not switched it
  // off. The simulator would let it fall to its pull, and every driver that is killed would look safe.
  edit(join(folder, 'gpio-sim.c'), 'gc->free = gpio_sim_free;', '(void)gpio_sim_free;');
  // A module made of two files cannot bear the name of one of them.
  writeFileSync(
    join(folder, 'Makefile'),
    'obj-m := smartbox-gpio-sim.o\nsmartbox-gpio-sim-y := gpio-sim.o irq_sim.o\n',
  );
  const headers = join(root, 'usr/src', `linux-headers-${version}`);
  edit(join(headers, 'Makefile'), '/usr/src/', `${join(root, 'usr/src')}/`);
  const env = { ...process.env, LD_LIBRARY_PATH: join(root, 'usr/lib/x86_64-linux-gnu') };
  const args = ['-C', headers, `M=${folder}`, ...toolsOf[processor].make, 'modules'];
  execFileSync('make', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  return join(folder, 'smartbox-gpio-sim.ko');
}

/** Three files out of 139 MB, without writing the rest anywhere. */
function extract(source: string, into: string): void {
  const tree = /^linux-source-[\d.]+/.exec(source.split('/').at(-1) ?? '')?.[0] ?? '';
  const wanted = sources.map(path => `${tree}/${path}`).join(' ');
  run('sh', [
    '-c',
    `dpkg-deb --fsys-tarfile "$1" | tar -xO ./usr/src/${tree}.tar.xz |
     tar -xJ -C "$2" --strip-components=3 ${wanted}`,
    'sh',
    source,
    into,
  ]);
  const found = readdirSync(into).length;
  if (found !== sources.length) throw new Error(`${source} holds ${found} of ${sources.join(', ')}`);
}

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${path} no longer says ${from}`);
  writeFileSync(path, text.replace(from, to));
}
