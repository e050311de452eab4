/** The helper of gpio driver cdev by itself, where files stand for lines: a file keeps its level, as a line of a Raspberry Pi does. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { until } from '../../scripts/rig/until.ts';
import { type FileChip, holderProgram } from '../box/adapters/gpio/holder-program.ts';

export const made = holderProgram();

/** Two locks (the second is powered by a low level), a lamp, an input, and a line that is on no chip. */
export const lock = 4;
export const lowLock = 5;
export const lamp = 6;
export const input = 7;
const specsOn = (chip: string): readonly string[] => [
  `lock,0,${lock},${chip}`,
  `lock,2,${lowLock},${chip}`,
  `lamp,0,${lamp},${chip}`,
  `in,256,${input},${chip}`,
  'in,1024,1,no-such-chip',
];
/** A command as the helper reads it. */
const command = (text: string): string => `${text.padEnd(31)}\n`;
/** Beginning of the answer when it is ready. */
const ready = 'levels 0 ';
export const forever = 9_999_999_999;

export class Held {
  readonly chip: FileChip;
  readonly guard: number;
  readonly ended: Promise<number | null>;
  readonly #child;
  #said = '';
  #heard = 0;

  private constructor() {
    this.chip = made.chip();
    this.#child = spawn(made.program, specsOn(this.chip.label), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.guard = this.#child.pid ?? 0;
    this.ended = new Promise(resolve => this.#child.once('exit', code => resolve(code)));
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
    this.#child.stdin.on('error', () => {});
  }

  static async start(t: TestContext): Promise<Held> {
    const held = new Held();
    t.after(() => held.kill());
    await until('ready', () => held.#said.includes(ready));
    return held;
  }

  /** The process that holds the lines. */
  get holder(): number {
    const children = readFileSync(`/proc/${this.guard}/task/${this.guard}/children`, 'utf8');
    return Number(children.trim());
  }

  get said(): readonly string[] {
    return this.#said.split('\n');
  }

  say(text: string): void {
    this.#child.stdin.write(command(text));
  }

  /** Resolves when it says so, after what was waited for before. */
  async says(line: string): Promise<void> {
    await until(line, () => this.said.includes(line, this.#heard));
    this.#heard = this.said.indexOf(line, this.#heard) + 1;
  }

  async pulses(n: number, ms: number): Promise<void> {
    this.say(`pulse ${n} ${ms} ${forever}`);
    await this.says(`begun ${n} 0`);
  }

  /** A command that the daemon did not live to write to its end. */
  saysHalf(text: string): void {
    this.#child.stdin.end(text);
  }

  /** As the daemon's death does. */
  hangUp(): void {
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
  }

  /** The same, while what is answered is still heard. */
  hangUpCommands(): void {
    this.#child.stdin.destroy();
  }

  deaf(): void {
    this.#child.stdout.pause();
  }

  kill(): void {
    if (alive(this.guard)) process.kill(this.guard, 'SIGCONT');
    this.hangUp();
  }

  /** Resolves when the line is at that level; with the moment at which it was written. */
  async takes(line: number, level: 0 | 1): Promise<number> {
    await until(`line ${line} at ${level}`, () => this.chip.measure(line) === level);
    return this.writtenAt(line);
  }

  writtenAt(line: number): number {
    return statSync(join(this.chip.path, String(line))).mtimeMs;
  }
}

/**
 * A helper in mid-pulse whose pipe stays open when its daemon dies. So the kernel leaves a daemon that was killed: it frees the memory
 * first, and closes the pipe long after on a busy machine.
 */
export class Orphaned {
  readonly chip = made.chip();
  readonly #pipe: number;
  readonly #daemon: ChildProcess;
  #said = '';
  #ended = false;

  private constructor() {
    const { program } = made;
    const fifo = join(this.chip.path, 'commands');
    execFileSync('mkfifo', [fifo]);
    // Open for both: it never ends.
    this.#pipe = openSync(fifo, 'r+');
    const spec = `lock,0,${lock},${this.chip.label}`;
    // The word after the helper keeps the shell from becoming it.
    this.#daemon = spawn('/bin/sh', ['-c', '"$@"; :', 'daemon', program, spec], {
      stdio: [this.#pipe, 'pipe', 'inherit'],
      detached: true,
    });
    this.#daemon.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
    this.#daemon.stdout?.once('close', () => {
      this.#ended = true;
    });
  }

  static async start(t: TestContext): Promise<Orphaned> {
    const orphaned = new Orphaned();
    t.after(() => orphaned.#end());
    await until('ready', () => orphaned.#said.includes(ready));
    writeSync(orphaned.#pipe, command(`pulse 0 900 ${forever}`));
    await until('a pulse', () => orphaned.said.includes('begun 0 0'));
    return orphaned;
  }

  get said(): readonly string[] {
    return this.#said.split('\n');
  }

  /** Kills the daemon. Resolves when no process holds the lines any more. */
  async dies(): Promise<void> {
    this.#daemon.kill('SIGKILL');
    await until('the end of the helper', () => this.#ended, 10_000);
  }

  #end(): void {
    closeSync(this.#pipe);
    if (!this.#ended && this.#daemon.pid !== undefined) process.kill(-this.#daemon.pid, 'SIGKILL');
  }
}

export function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
