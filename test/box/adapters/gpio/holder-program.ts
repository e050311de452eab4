/** The helper of driver cdev, compiled once for a file of tests; a folder of files stands for a chip of it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after } from 'node:test';
import { compileGpioLines } from '../../../../scripts/build/gpio-lines.ts';
import type { Level } from '../../../../src/box/ports.ts';

const source = join(import.meta.dirname, '../../../hardware/gpio-lines-on-files.c');

export interface HolderProgram {
  /** Why it cannot be compiled here; false where it was. */
  readonly missing: string | false;
  readonly program: string;
  /** A new chip of files. */
  chip(): FileChip;
}

export interface FileChip {
  readonly path: string;
  /** By which the helper finds it. */
  readonly label: string;
  measure(line: number): Level;
  drive(line: number, level: Level): void;
}

export function holderProgram(): HolderProgram {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-lines-'));
  after(() => rmSync(dir, { recursive: true, force: true }));
  const program = join(dir, 'gpio-lines');
  let missing: string | false = false;
  try {
    compileGpioLines(process.env.CC ?? 'cc', program, { source, chips: join(dir, 'chips') });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    missing = 'no C compiler here';
  }
  let chips = 0;
  return {
    missing,
    program,
    chip: () => {
      const path = join(dir, 'chips', `chip${chips++}`);
      return fileChip(path);
    },
  };
}

/** A folder whose files are lines. */
export function fileChip(path: string): FileChip {
  mkdirSync(path, { recursive: true });
  return {
    path,
    label: basename(path),
    measure: line => (readFileSync(join(path, String(line)), 'utf8').startsWith('1') ? 1 : 0),
    drive: (line, level) => writeFileSync(join(path, String(line)), `${level}\n`),
  };
}
