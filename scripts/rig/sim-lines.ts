import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { until } from './until.ts';

export type Level = 0 | 1;

/** The simulated lines of a box, as a person with `echo` and `cat` sees them. Chips are named after what hangs on them. */
export class SimLines {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  path(chip: string, line: number): string {
    return join(this.dir, chip, String(line));
  }

  /** Null where there is no such file yet, or no level in it. */
  level(chip: string, line: number): Level | null {
    try {
      const text = readFileSync(this.path(chip, line), 'latin1').trim();
      return text === '1' ? 1 : text === '0' ? 0 : null;
    } catch {
      return null;
    }
  }

  set(chip: string, line: number, level: Level): void {
    const path = this.path(chip, line);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${level}\n`);
  }

  /** The lock's line, active at 1. */
  lock(slot: number): Level | null {
    return this.level('lock', slot);
  }

  /**
   * Resolves when the lock is powered, or was since this was asked: on a busy machine a pulse may come and go between two looks.
   * @returns when its line was written last (ms of the wall clock)
   */
  async powered(slot: number, withinMs = 20_000): Promise<number> {
    const before = this.#writtenMs(slot);
    await until(
      `lock ${slot} powered`,
      () => this.lock(slot) === 1 || this.#writtenMs(slot) !== before,
      withinMs,
    );
    return this.#writtenMs(slot);
  }

  /** Resolves when the lock is off again. @returns when its line was written last (ms of the wall clock) */
  async released(slot: number, withinMs = 1_900): Promise<number> {
    await until(`lock ${slot} off`, () => this.lock(slot) === 0, withinMs);
    return this.#writtenMs(slot);
  }

  /** 0 where there is no such file yet. */
  #writtenMs(slot: number): number {
    return statSync(this.path('lock', slot), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  door(slot: number, is: 'open' | 'shut'): void {
    this.set('door', slot, is === 'shut' ? 0 : 1);
  }

  key(slot: number, is: 'in' | 'out'): void {
    this.set('presence', slot, is === 'in' ? 0 : 1);
  }
}
