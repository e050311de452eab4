/** Packages of the Debian that this runs on: fetched and unpacked into a folder, never installed. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../src/base/fault.ts';
import type { Processor } from './processor.ts';

const fetchMs = 180_000;

/** Fault `vm-missing`: no virtual machine can be had here, which is a reason to skip and not to fail. */
export const missing = (message: string, hint: string, cause?: unknown): Fault =>
  new Fault('vm-missing', message, hint, cause);

/** What it prints. @throws Error with the end of its stderr */
export function run(command: string, args: readonly string[], cwd?: string): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    timeout: fetchMs,
    maxBuffer: 64 * 1_048_576,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** @throws Fault `vm-missing` naming the Debian package of the first command that is not there. */
export function need(commands: Readonly<Record<string, string>>): void {
  const folders = (process.env.PATH ?? '').split(':');
  for (const [command, debianPackage] of Object.entries(commands)) {
    if (folders.some(folder => existsSync(join(folder, command)))) continue;
    throw missing(`${command} is not installed`, `apt-get install ${debianPackage}`);
  }
}

/** `6.1.0-56-amd64`: the kernel that `linux-image-amd64` stands for today. `apt`: options. @throws Fault `vm-missing` */
export function newestKernel(processor: Processor, apt: readonly string[]): string {
  const whole = `linux-image-${processor}`;
  const depends = /Depends: linux-image-(\d\S*-(?:amd64|arm64))/;
  const version = () => depends.exec(quiet('apt-cache', [...apt, 'depends', whole]))?.[1];
  let found = version();
  if (found === undefined) {
    quiet('apt-get', [...apt, 'update']);
    found = version();
  }
  if (found !== undefined) return found;
  throw missing(`apt knows no package ${whole}`, 'needs Debian 12 and the lists of apt-get update');
}

/**
 * Fetches packages into the folder `debs`, and unpacks them into `into`, except those that `keep` names. `apt`: options.
 * @throws Fault `vm-missing`
 */
export function unpack(
  names: readonly string[],
  { into, debs, keep, apt }: { into: string; debs: string; keep: RegExp; apt: readonly string[] },
): void {
  mkdirSync(debs, { recursive: true });
  fetch(names, debs, apt);
  for (const name of readdirSync(debs)) {
    if (!keep.test(name)) run('dpkg-deb', ['-x', join(debs, name), into]);
  }
}

/** Lists of packages grow old: what they name may be gone from the archive. */
function fetch(names: readonly string[], into: string, apt: readonly string[]): void {
  const download = () => run('apt-get', [...apt, 'download', ...names], into);
  try {
    download();
  } catch {
    quiet('apt-get', [...apt, 'update']);
    try {
      download();
    } catch (error) {
      throw missing(`apt-get cannot download ${names.join(', ')}`, 'is the Debian archive reachable?', error);
    }
  }
}

function quiet(command: string, args: readonly string[]): string {
  try {
    return run(command, args);
  } catch {
    return '';
  }
}
