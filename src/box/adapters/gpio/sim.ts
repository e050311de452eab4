import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { codeOf, Fault, reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { makeFolder } from '../../../base/make-folder.ts';
import type { InputLine, Level, LineSpec, Lines, OutputLine, Time } from '../../ports.ts';
import { Claims, lineName } from './claims.ts';
import type { SafePath } from './guard.ts';
import { SimFolder } from './sim-folder.ts';

const texts = [Buffer.from('0\n'), Buffer.from('1\n')] as const;
/** A file that fills this is no level, however it begins. */
const readBytes = 8;
const { O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/** Lines that are files `dir/CHIP/LINE` holding `0` or `1` (contracts.md §2). Written in place, never renamed. */
export function openSimLines(options: {
  readonly dir: string;
  readonly time: Time;
  readonly log: Log;
}): Lines {
  return new SimLines(resolve(options.dir), options.time, options.log);
}

class SimLines implements Lines {
  readonly #dir: string;
  readonly #time: Time;
  readonly #log: Log;
  readonly #claims = new Claims();
  readonly #folders = new Map<string, SimFolder>();
  readonly #outputs: SimOutput[] = [];

  constructor(dir: string, time: Time, log: Log) {
    this.#dir = dir;
    this.#time = time;
    this.#log = log;
  }

  output(spec: LineSpec, idle: Level): OutputLine {
    const path = this.#path(spec);
    try {
      const output = new SimOutput(path, idle);
      this.#outputs.push(output);
      return output;
    } catch (error) {
      throw setupFault(spec, path, error);
    }
  }

  input(spec: LineSpec, initial: Level, changed: () => void): InputLine {
    const path = this.#path(spec);
    try {
      createInput(path, initial);
    } catch (error) {
      throw setupFault(spec, path, error);
    }
    this.#folder(spec.chip).listen(String(spec.line), changed);
    return { read: () => readLevel(path) };
  }

  safePaths(): readonly SafePath[] {
    return this.#outputs.map(({ path, idle }) => ({ path, text: texts[idle].toString() }));
  }

  close(): void {
    for (const folder of this.#folders.values()) folder.close();
    for (const output of this.#outputs.splice(0)) output.close();
  }

  #path(spec: LineSpec): string {
    const { chip } = spec;
    if (chip === '' || chip === '.' || chip === '..' || /[/\0]/.test(chip)) {
      throw new Fault(
        'line-setup',
        `${lineName(spec)}: the chip's name cannot be that of a folder`,
        'simulated chips are folders: name them without "/", and not "." or ".."',
      );
    }
    this.#claims.take(spec);
    return join(this.#dir, chip, String(spec.line));
  }

  #folder(chip: string): SimFolder {
    const known = this.#folders.get(chip);
    if (known !== undefined) return known;
    const folder = new SimFolder(join(this.#dir, chip), this.#time, this.#log);
    this.#folders.set(chip, folder);
    return folder;
  }
}

/** Keeps its file open; follows when somebody deleted or replaced it, as editors do. */
class SimOutput implements OutputLine {
  readonly path: string;
  readonly idle: Level;
  #fd: number | null = null;
  #inode = 0;

  constructor(path: string, idle: Level) {
    this.path = path;
    this.idle = idle;
    this.#put(idle);
  }

  write(level: Level): void {
    try {
      this.#put(level);
    } catch (error) {
      throw new Fault(
        'line-write',
        `cannot write ${this.path}: ${reasonOf(error)}`,
        'check that the folder exists and is writable',
        error,
      );
    }
  }

  read(): Level {
    return readLevel(this.path) ?? this.idle;
  }

  close(): void {
    try {
      this.#put(this.idle);
    } catch {
      // The folder may be gone together with the whole simulation.
    }
    this.#release();
  }

  /** The level first, and only then a look whether ours is still the file at the path: nearly always it is. */
  #put(level: Level): void {
    if (this.#fd !== null) writeSync(this.#fd, texts[level], 0, 2, 0);
    const found = statSync(this.path, { throwIfNoEntry: false });
    if (this.#fd === null || found?.ino !== this.#inode) writeSync(this.#open(), texts[level], 0, 2, 0);
    // Somebody's longer text must not stay behind ours.
    if (this.#fd !== null && found !== undefined && found.size > 2) ftruncateSync(this.#fd, 2);
  }

  #open(): number {
    this.#release();
    makeFolder(join(this.path, '..'), 0o777);
    const fd = openSync(this.path, O_RDWR | O_CREAT | O_NONBLOCK);
    this.#fd = fd;
    this.#inode = fstatSync(fd).ino;
    return fd;
  }

  #release(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}

function createInput(path: string, initial: Level): void {
  makeFolder(join(path, '..'), 0o777);
  try {
    const fd = openSync(path, O_RDWR | O_CREAT | O_EXCL);
    writeSync(fd, texts[initial], 0, 2, 0);
    closeSync(fd);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

const buffer = Buffer.alloc(readBytes);

/** Null for a file that is missing, empty or holds anything but a level. @throws Fault `line-read` */
function readLevel(path: string): Level | null {
  let fd: number | null = null;
  try {
    // Not blocking: a FIFO in place of the file must not stop the daemon.
    fd = openSync(path, O_RDONLY | O_NONBLOCK);
    const length = readSync(fd, buffer, 0, readBytes, 0);
    const text = length < readBytes ? buffer.toString('latin1', 0, length).trim() : '';
    return text === '0' ? 0 : text === '1' ? 1 : null;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Fault(
      'line-read',
      `cannot read ${path}: ${reasonOf(error)}`,
      'it must be a readable file',
      error,
    );
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

const setupFault = (spec: LineSpec, path: string, error: unknown): Fault =>
  new Fault(
    'line-setup',
    `${lineName(spec)}: cannot use ${path}: ${reasonOf(error)}`,
    'the folder of the simulated lines (gpio.dir) must be writable',
    error,
  );
