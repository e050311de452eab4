import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node, Running } from '../rig/program.ts';
import { pause, until } from '../rig/until.ts';
import { Samples } from './figures.ts';
import { type DirectPty, directPty } from './ptys.ts';
import { lastKeyToLine, type Measured } from './station.ts';

/** A person's last key comes after the others; the daemon is at rest again. */
const betweenKeysMs = 10;
/** The daemon still writes just after the lock moved; this long after it the next press is measured, since they share a core. */
const aftermathMs = 20;

/** The floor program on a pty of its own, with its database in `data`. */
export class Floor implements Measured {
  readonly #pty: DirectPty;
  readonly #line: number;
  readonly #program: Running;

  private constructor(pty: DirectPty, line: number, program: Running) {
    this.#pty = pty;
    this.#line = line;
    this.#program = program;
  }

  static async start(data: string, lineDir: string): Promise<Floor> {
    const pty = await directPty(join(data, '..', 'floor-tty'));
    mkdirSync(lineDir, { recursive: true });
    const linePath = join(lineDir, 'floor');
    writeFileSync(linePath, '0\n');
    const script = join(import.meta.dirname, 'floor.ts');
    const program = new Running([node, script, pty.path, join(data, 'floor.db'), linePath], {});
    await until('the floor program', () => program.stdout.includes('ready'));
    return new Floor(pty, openSync(linePath, 'r'), program);
  }

  get pid(): number {
    return this.#program.child.pid ?? 0;
  }

  prepare(): void {
    this.#pty.write('12345678');
  }

  press(): number {
    return lastKeyToLine(this.#pty.master, this.#line);
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#program.child.kill('SIGKILL');
    await this.#program.finished;
  }
}

export interface Contender {
  readonly samples: Samples;
  readonly what: Measured;
  /** Lines that never moved. */
  missed: number;
}

export const contender = (name: string, what: Measured): Contender => ({
  samples: new Samples(name),
  what,
  missed: 0,
});

/** All contenders in turn, `rounds` times, each round beginning with another one, so that all see the same machine. */
export async function race(contenders: readonly Contender[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const { what } of contenders) what.prepare();
    await pause(betweenKeysMs);
    const shift = round % contenders.length;
    for (const each of [...contenders.slice(shift), ...contenders.slice(0, shift)]) {
      const ms = each.what.press();
      if (Number.isNaN(ms)) each.missed += 1;
      else each.samples.add(ms);
      await pause(aftermathMs);
    }
    await Promise.all(contenders.map(each => each.what.finish()));
    if (process.stdout.isTTY) process.stdout.write(`\r  round ${round + 1} of ${rounds} `);
  }
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}
