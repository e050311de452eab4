/** Puts compiled files into a package, for one processor: stripped, and checked to be for it. */
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, type Target, tool } from './target.ts';

/** e_machine of an ELF header (elf(5)). */
const machines: Readonly<Record<Target['node'], number>> = { x64: 62, arm64: 183 };

/** npm's own files of serialport have another name on arm64. */
const prebuilt = (node: Target['node']): Readonly<Record<string, string>> => ({
  'better-sqlite3.node': `better-sqlite3/prebuilds/linux-${node}.node`,
  'serialport.node': `@serialport/bindings-cpp/prebuilds/linux-${node}/@serialport+bindings-cpp.${node === 'arm64' ? 'armv8.' : ''}glibc.node`,
});

export type NativeName = 'better-sqlite3.node' | 'serialport.node' | 'epoll.node' | 'gpio-lines';

/** Of which npm packages a file is compiled: of some of them nothing else is in a package, so no bundle tells of them. */
export const compiledOf: Readonly<Record<NativeName, readonly string[]>> = {
  'better-sqlite3.node': ['better-sqlite3', 'node-addon-api'],
  'serialport.node': ['@serialport/bindings-cpp', 'node-addon-api'],
  'epoll.node': ['epoll', 'nan'],
  'gpio-lines': [],
};

/** Puts these files into `folder`. `runtime` holds the headers of the Node that will load them. */
export function nativeFiles(
  names: readonly NativeName[],
  target: Target,
  runtime: string,
  folder: string,
): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const file = join(folder, name);
    const source = prebuilt(target.node)[name];
    if (source !== undefined) copyFileSync(join(root, 'node_modules', source), file);
    else if (name === 'epoll.node') compileEpoll(target, runtime, file);
    else compileGpioLines(target, file);
    if (existsSync(file)) strip(target, file);
  }
}

/** The compiler's and the linker's own names of this checkout must not get into what they make. */
const plain = [`-ffile-prefix-map=${root}=.`, '-Wl,--build-id=none'];

/** One file, which node-gyp would compile with the same words. */
function compileEpoll(target: Target, runtime: string, file: string): void {
  const modules = join(root, 'node_modules');
  const defines = [
    'NODE_GYP_MODULE_NAME=epoll',
    'USING_UV_SHARED=1',
    'USING_V8_SHARED=1',
    'BUILDING_NODE_EXTENSION',
    '_FILE_OFFSET_BITS=64',
  ];
  tool(`${target.tools}g++`, [
    ...[
      '-shared',
      '-fPIC',
      '-O2',
      '-std=gnu++20',
      '-fno-rtti',
      '-fno-exceptions',
      '-fno-strict-aliasing',
      '-w',
      ...plain,
    ],
    ...defines.map(define => `-D${define}`),
    ...['-I', join(runtime, 'include/node'), '-I', join(modules, 'nan')],
    ...[join(modules, 'epoll/src/epoll.cc'), '-o', file],
  ]);
}

/** The helper that holds GPIO lines by the character device. */
function compileGpioLines(target: Target, file: string): void {
  const source = join(root, 'hardware/gpio-lines.c');
  if (!existsSync(source)) return;
  const warn = ['-Wall', '-Wextra', '-Werror'];
  tool(`${target.tools}gcc`, ['-std=gnu11', '-O2', '-fPIE', '-pie', ...warn, ...plain, '-o', file, source]);
}

/** Symbols and debugging notes are a fifth of what a card would have to hold. @throws Error where it is for another processor */
export function strip(target: Target, file: string): void {
  tool(`${target.tools}strip`, [
    '--strip-unneeded',
    '--remove-section=.comment',
    '--remove-section=.note',
    file,
  ]);
  const found = machineOf(file);
  if (found !== machines[target.node])
    throw new Error(`${file} is for processor ${found}, not ${target.node}`);
}

export function machineOf(file: string): number | null {
  const header = Buffer.alloc(20);
  const fd = openSync(file, 'r');
  readSync(fd, header, 0, header.length, 0);
  closeSync(fd);
  return header.toString('latin1', 0, 4) === '\x7fELF' ? header.readUInt16LE(18) : null;
}
