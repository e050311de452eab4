/** The files of a package, laid out in a folder as they will lie on the system. */

import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const isProgram = 0o755;
const isFile = 0o644;

export class Tree {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  put(path: string, text: string | Uint8Array, mode: number = isFile): void {
    const file = this.#at(path);
    writeFileSync(file, text);
    chmodSync(file, mode);
  }

  program(path: string, text: string): void {
    this.put(path, text, isProgram);
  }

  copy(from: string, path: string, mode: number = isFile): void {
    const file = this.#at(path);
    copyFileSync(from, file);
    chmodSync(file, mode);
  }

  /** As Debian wants its manuals and changelogs. gzip itself writes no date, no name and no system here. */
  gzip(path: string, text: string): void {
    const packed = gzipSync(text, { level: 9 });
    packed[9] = 0xff;
    this.put(`${path}.gz`, packed);
  }

  /** Paths of everything but folders, sorted. */
  files(): readonly string[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .filter(path => !lstatSync(join(this.folder, path)).isDirectory() && !path.startsWith('DEBIAN/'))
      .sort();
  }

  /** As dpkg lists it: MD5, since that is the format. */
  md5sums(): string {
    const md5 = (path: string): string =>
      createHash('md5')
        .update(readFileSync(join(this.folder, path)))
        .digest('hex');
    return this.files()
      .map(path => `${md5(path)}  ${path}\n`)
      .join('');
  }

  /** Gives the size that dpkg shows as installed: KiB, files rounded up each, and one for each folder. */
  installedKib(): number {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .map(path => lstatSync(join(this.folder, path)))
      .reduce((sum, stat) => sum + (stat.isDirectory() ? 1 : Math.ceil(stat.size / 1024)), 0);
  }

  /** Rights and dates that come from no machine and no moment. */
  settle(date: Date): void {
    for (const path of [...readdirSync(this.folder, { recursive: true, encoding: 'utf8' }), '']) {
      const file = join(this.folder, path);
      const stat = lstatSync(file);
      if (stat.isDirectory()) chmodSync(file, isProgram);
      else if (!stat.isSymbolicLink()) chmodSync(file, (stat.mode & 0o100) === 0 ? isFile : isProgram);
      lutimesSync(file, date, date);
    }
  }

  #at(path: string): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    return file;
  }
}
