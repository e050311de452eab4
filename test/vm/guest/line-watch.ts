import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { until } from '../../../scripts/rig/until.ts';
import type { Level } from '../../../src/box/ports.ts';
import { patientMs } from './watch.ts';

const program = join(import.meta.dirname, '../../..', process.env.SMARTBOX_DIST ?? '', 'line-watch');

/** Microseconds of CLOCK_MONOTONIC, as the watching process stamps them. */
export const nowUs = (): number => Number(process.hrtime.bigint() / 1_000n);

/** It happened between the two. */
export interface Change {
  readonly level: Level;
  /** When the line was seen so. */
  readonly atUs: number;
  /** When it was looked at before, and not so yet. */
  readonly unseenUs: number;
}

/** Another process that looks at lines, as a voltmeter beside the box does. */
export class LineWatch {
  readonly #child: ChildProcess;
  readonly #changes = new Map<string, Change[]>();
  #rest = '';

  private constructor(files: readonly string[]) {
    for (const file of files) this.#changes.set(file, []);
    this.#child = spawn(program, [...files], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) {
        const [file = '', level, atUs, unseenUs] = line.split(' ');
        const at = { atUs: Number(atUs), unseenUs: Number(unseenUs) };
        this.#changes.get(file)?.push({ level: level === '1' ? 1 : 0, ...at });
      }
    });
  }

  /** Resolves when it has seen each line once. */
  static async on(files: readonly string[]): Promise<LineWatch> {
    const watch = new LineWatch(files);
    await until(
      'the watch of the lines',
      () => [...watch.#changes.values()].every(all => all.length > 0),
      patientMs,
    );
    return watch;
  }

  /** The first change to this level after that moment. */
  async sees(file: string, level: Level, afterUs: number): Promise<Change> {
    let found: Change | undefined;
    const look = (): boolean => {
      found = this.#changes.get(file)?.find(change => change.level === level && change.atUs > afterUs);
      return found !== undefined;
    };
    await until(`${file} at ${level}`, look, patientMs);
    if (found === undefined) throw new Error(`${file} was never at ${level}`);
    return found;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
