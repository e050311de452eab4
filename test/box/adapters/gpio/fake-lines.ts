import { Fault } from '../../../../src/base/fault.ts';
import type { Guard } from '../../../../src/box/adapters/gpio/guard.ts';
import type { Answered } from '../../../../src/box/adapters/gpio/guard-answers.ts';
import type { InputLine, Level, LineSpec, Lines, OutputLine } from '../../../../src/box/ports.ts';

const nameOf = (spec: LineSpec): string => `${spec.chip}/${spec.line}`;

/** Lines in memory, with the faults a test asks for. */
export class FakeLines implements Lines {
  readonly levels = new Map<string, Level>();
  readonly hints = new Map<string, () => void>();
  /** Lines that cannot be set up, read, or written to that level. */
  readonly dead = new Set<string>();
  readonly unreadable = new Set<string>();
  readonly unwritable = new Set<string>();
  readonly written: string[] = [];
  /** How long a write takes: a process may stand still before it. */
  writeMs: () => void = () => {};
  /** Told of every write that worked. */
  wrote: (name: string, level: Level) => void = () => {};
  reads = 0;
  closed = 0;

  output(spec: LineSpec, idle: Level): OutputLine {
    const name = nameOf(spec);
    if (this.dead.has(name)) throw new Fault('line-setup', `${name} is dead`, 'none');
    this.levels.set(name, idle);
    return {
      write: level => {
        if (this.unwritable.has(`${name}=${level}`)) throw new Fault('line-write', `${name} refuses`, 'none');
        this.writeMs();
        this.written.push(`${name}=${level}`);
        this.levels.set(name, level);
        this.wrote(name, level);
      },
      read: () => this.levels.get(name) ?? idle,
    };
  }

  input(spec: LineSpec, initial: Level, changed: () => void): InputLine {
    const name = nameOf(spec);
    if (this.dead.has(name)) throw new Fault('line-setup', `${name} is dead`, 'none');
    if (!this.levels.has(name)) this.levels.set(name, initial);
    this.hints.set(name, changed);
    return {
      read: () => {
        this.reads += 1;
        if (this.unreadable.has(name)) throw new Fault('line-read', `${name} is mute`, 'none');
        return this.levels.get(name) ?? null;
      },
    };
  }

  /** The level changes; the edge is told unless it is lost. */
  set(name: string, level: Level, edge: 'told' | 'lost' = 'told'): void {
    this.levels.set(name, level);
    if (edge === 'told') this.hints.get(name)?.();
  }

  safePaths(): readonly { readonly path: string; readonly text: string }[] {
    return [];
  }

  close(): void {
    this.closed += 1;
  }
}

export class FakeGuard implements Guard {
  alive = true;
  /** Has not proved lately that it lives: a pulse waits for its answer. */
  stale = false;
  readonly said: string[] = [];
  #answered: Answered = () => {};

  begin(line: number, ms: number, answered: Answered): 'now' | 'wait' | 'none' {
    if (!this.alive) return 'none';
    this.said.push(`pulse ${line} ${ms}`);
    this.#answered = answered;
    return this.stale ? 'wait' : 'now';
  }

  /** To the last order. */
  answer(answered: boolean): void {
    this.#answered(answered);
  }

  ask(): void {
    this.said.push('ask');
  }

  end(): void {
    this.said.push('end');
  }

  healthy(): boolean {
    return this.alive;
  }

  async close(): Promise<void> {
    this.said.push('close');
  }
}
