/** Who else reads a serial port: each of them takes bytes that the box then never hears. */
import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { codeOf } from './fault.ts';

export interface TtyReader {
  readonly pid: number;
  /** As the kernel has it, 15 characters. */
  readonly name: string;
}

export interface TtyReaders {
  readonly byPath: ReadonlyMap<string, readonly TtyReader[]>;
  /** False: there are processes of other users, into whose open files only root may look. */
  readonly isAll: boolean;
}

/** At most so many are looked at: a Pi runs some 150 processes with some 20 files each. */
const processesMax = 4_096;
const filesMax = 1_024;

/** Majors of the slave ends of Unix 98 ptys, 256 to each (admin-guide/devices.txt). */
const ptyMajors = { first: 136, last: 143 } as const;
const writeOnly = 1;
const accessBits = 3;

/**
 * Readers by path, without this process, without `daemon`, and without whoever holds the other end of a pty, which is the device
 * itself.
 */
export async function ttyReaders(
  paths: readonly string[],
  daemon = process.pid,
  proc = '/proc',
): Promise<TtyReaders> {
  const devices = paths.flatMap(path => {
    const found = statOf(path);
    return found?.isCharacterDevice() === true ? [{ path, device: found.rdev }] : [];
  });
  const readers = new Map<string, TtyReader[]>();
  const ours = [process.pid, daemon];
  const pids = namesIn(proc).filter(name => /^\d+$/.test(name) && !ours.includes(Number(name)));
  // Where others are hidden altogether (proc mounted with hidepid) the first process is, too.
  let isAll = pids.length <= processesMax && isOpenToUs(`${proc}/1`);
  for (const pid of pids.slice(0, processesMax)) {
    const folder = `${proc}/${pid}`;
    isAll &&= isOpenToUs(folder);
    for (const { path, device } of devices)
      if (reads(folder, device))
        readers.set(path, [...(readers.get(path) ?? []), { pid: Number(pid), name: nameOf(folder) }]);
    await setImmediate();
  }
  return { byPath: readers, isAll };
}

/** How a second reader is told to a technician. */
export const secondReader = (device: string, path: string, { pid, name }: TtyReader) => ({
  what: `${device}: ${name} (process ${pid}) reads ${path} too, and takes bytes that the box then never hears`,
  hint: `End that program: kill ${pid}. A login on a serial port is switched off by systemctl disable serial-getty@….`,
});

/** Also of one that is gone by now. */
const isOpenToUs = (folder: string): boolean => {
  try {
    readdirSync(`${folder}/fd`);
    return true;
  } catch (error) {
    return codeOf(error) !== 'EACCES' && (codeOf(error) !== 'ENOENT' || !folder.endsWith('/1'));
  }
};

function reads(folder: string, device: number): boolean {
  const files = namesIn(`${folder}/fd`).slice(0, filesMax);
  const isOpen = files.some(file => statOf(`${folder}/fd/${file}`)?.rdev === device && mayRead(folder, file));
  return isOpen && !files.some(file => isOtherEnd(folder, file, device));
}

const mayRead = (folder: string, file: string): boolean =>
  (Number.parseInt(/^flags:\s*(\d+)/m.exec(infoOf(folder, file))?.[1] ?? '0', 8) & accessBits) !== writeOnly;

/** Linux packs major and minor so that those of ptys are the second byte and the first. */
function isOtherEnd(folder: string, file: string, device: number): boolean {
  const major = (device >> 8) & 0xfff;
  if (major < ptyMajors.first || major > ptyMajors.last) return false;
  const index = (major - ptyMajors.first) * 256 + (device & 0xff);
  if (!/\/ptmx$/.test(linkOf(`${folder}/fd/${file}`))) return false;
  return Number(/^tty-index:\s*(\d+)/m.exec(infoOf(folder, file))?.[1] ?? -1) === index;
}

const nameOf = (folder: string): string => textOf(`${folder}/comm`).trim() || 'a process';
const infoOf = (folder: string, file: string): string => textOf(`${folder}/fdinfo/${file}`);

/** Processes and files come and go while they are looked at, and those of others are closed to us. */
function tried<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

const statOf = (path: string): Stats | null => tried(() => statSync(path), null);
const namesIn = (folder: string): readonly string[] => tried(() => readdirSync(folder), []);
const textOf = (path: string): string => tried(() => readFileSync(path, 'latin1').slice(0, 4_096), '');
const linkOf = (path: string): string => tried(() => readlinkSync(path), '');
