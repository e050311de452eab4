import type { ChildProcess } from 'node:child_process';
import { assert } from '../../../base/assert.ts';
import { after, type Millis, type MonoMs, millis } from '../../../base/brand.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { Time } from '../../ports.ts';
import { type Answer, Answers } from './holder-answers.ts';
import { Readings } from './holder-readings.ts';

const holderLimits = {
  /** Every level is read so often, whatever edges told; the answer shows too that the helper is alive. */
  readMs: 1_000,
  /** Readings in a row without an answer; each leaves time for one that waited while this process stood still. */
  unansweredMax: 3,
  /** How long a helper that was told to end may take: its guard kills one that is stuck. */
  endMs: 300,
  backoffMs: [0, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
  /** A helper that lived so long was a good one: the backoff starts anew. */
  provenMs: 10_000,
  /** A line that was had before and cannot be had now is tried for again so often, by a new holder. */
  recoverMs: 10_000,
} as const;

/** COMMAND of hardware/gpio-lines.c. */
const commandBytes = 32;

/** Answers about a pulse, and that the helper is there or gone. */
export type HolderNews =
  | Exclude<Answer, { readonly type: 'edge' | 'levels' | 'line' | 'malformed' }>
  | { readonly type: 'ready' }
  | { readonly type: 'gone' };

interface HolderOptions {
  /** The program gpio-lines (hardware/gpio-lines.c). */
  readonly program: string;
  /** Its arguments, one a line; lines are numbered in their order. */
  readonly specs: readonly string[];
  readonly time: Time;
  readonly log: Log;
  /** For tests. */
  readonly readMs?: number;
}

/** The level of one line as it is known; null: not known yet, or it cannot be read. */
interface KnownLine {
  readonly level: 0 | 1 | null;
  /** Why the helper could not take the line; null while it holds it. */
  readonly dead: string | null;
}

/**
 * The process that holds the lines of a box. One that dies or does not answer is replaced; the next one makes every output idle
 * as it takes it, and its levels are news.
 */
export class LineHolder {
  readonly #options: HolderOptions;
  readonly #lines: { level: 0 | 1 | null; dead: string | null; hadOnce: boolean }[];
  readonly #listeners = new Set<(news: HolderNews) => void>();
  readonly #changed = new Map<number, () => void>();
  #child: ChildProcess | null = null;
  #ready = false;
  #startedAt: MonoMs;
  #failures = 0;
  #unanswered = 0;
  readonly #readings = new Readings();
  #cancelNext = (): void => {};
  #cancelRead = (): void => {};
  #closing: Promise<void> | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: HolderOptions) {
    this.#options = options;
    this.#lines = options.specs.map(() => ({ level: null, dead: null, hadOnce: false }));
    this.#startedAt = options.time.mono();
    this.#start();
  }

  get ready(): boolean {
    return this.#ready && this.#closing === null;
  }

  line(n: number): KnownLine {
    return this.#lines[n] ?? { level: null, dead: 'no such line' };
  }

  onNews(listener: (news: HolderNews) => void): void {
    this.#listeners.add(listener);
  }

  /** `changed` is called whenever the known level of this line has changed. */
  onLevel(n: number, changed: () => void): void {
    this.#changed.set(n, changed);
  }

  /** Asks for a pulse that begins within `withinMs` or not at all; `begun` or `refused` follows, or `gone`. */
  pulse(n: number, ms: Millis, withinMs: Millis): void {
    // CLOCK_MONOTONIC, which both processes share; performance.now() counts from the start of this one.
    const byMs = process.hrtime.bigint() / 1_000_000n + BigInt(withinMs);
    this.#say(`pulse ${n} ${ms} ${byMs}`);
  }

  set(n: number, level: 0 | 1): void {
    this.#say(`set ${n} ${level}`);
  }

  /** True: every level was read since this was first asked. False: what the lines tell is on its way; ask again. */
  caughtUp(): boolean {
    return this.#readings.caughtUp(this.#options.time.mono(), () => (this.ready ? this.#read() : null));
  }

  /** A helper that is stuck makes place for another. */
  replace(reason: string): void {
    if (this.#child !== null) this.#gone(this.#child, reason);
  }

  /** Every output idle and the helper ended. Safe to call twice. */
  close(): Promise<void> {
    if (this.#closing === null) {
      this.#cancelNext();
      this.#cancelRead();
      this.#closing = this.#child === null ? this.#ended : this.#end(this.#child);
    }
    return this.#closing;
  }

  #start(): void {
    const { spawn } = process.getBuiltinModule('node:child_process');
    const { program, specs, time } = this.#options;
    this.#startedAt = time.mono();
    let child: ChildProcess;
    try {
      // A session of its own: it must not die with our terminal, and both its processes can be ended as a group.
      child = spawn(program, specs, {
        detached: true,
        cwd: '/',
        env: {},
        stdio: ['pipe', 'pipe', 'ignore'],
      });
    } catch (error) {
      this.#next(reasonOf(error));
      return;
    }
    this.#child = child;
    const answers = new Answers();
    const lost = (reason: string) => this.#gone(child, reason);
    child.once('error', error => lost(reasonOf(error)));
    // The guard of a dead helper lives on a little; the end of the pipe is what says that nobody holds the lines.
    child.stdout?.once('close', () => lost('its pipe has closed'));
    child.stdout?.on('data', (chunk: Buffer) => {
      for (const answer of answers.push(chunk)) if (this.#child === child) this.#hear(answer);
    });
    for (const pipe of [child.stdin, child.stdout]) pipe?.on('error', error => lost(reasonOf(error)));
    child.unref();
    for (const pipe of [child.stdin, child.stdout]) if (pipe !== null && 'unref' in pipe) unrefPipe(pipe);
  }

  #hear(answer: Answer): void {
    switch (answer.type) {
      case 'line':
        this.#taken(answer.n, answer.dead);
        return;
      case 'edge':
        this.#level(answer.n, answer.level);
        return;
      case 'levels':
        this.#unanswered = 0;
        this.#readings.answered(answer.mark, this.#options.time.mono());
        for (const [n, level] of answer.levels.entries()) this.#level(n, level);
        if (answer.mark === 0) this.#begun();
        return;
      case 'malformed':
        this.#options.log.error({}, 'the gpio helper did not understand a command');
        return;
      default:
        this.#tell(answer);
    }
  }

  #begun(): void {
    this.#ready = true;
    this.#readLater();
    this.#recoverLater();
    this.#tell({ type: 'ready' });
  }

  #taken(n: number, dead: string | null): void {
    const line = this.#lines[n];
    if (line === undefined) return;
    line.dead = dead;
    if (dead === null) line.hadOnce = true;
    else if (line.hadOnce) this.#options.log.error({ line: n, reason: dead }, 'a line was lost');
  }

  #level(n: number, level: 0 | 1 | null): void {
    const line = this.#lines[n];
    if (line === undefined || line.level === level) return;
    line.level = level;
    this.#changed.get(n)?.();
  }

  #tell(news: HolderNews): void {
    for (const listener of this.#listeners) listener(news);
  }

  #readLater(): void {
    const { time, readMs = holderLimits.readMs } = this.#options;
    this.#cancelRead();
    this.#cancelRead = time.at(after(time.mono(), millis(readMs)), () => {
      this.#unanswered += 1;
      if (this.#unanswered > holderLimits.unansweredMax) {
        this.replace('it does not answer');
        return;
      }
      this.#read();
      this.#readLater();
    });
  }

  #recoverLater(): void {
    if (!this.#lines.some(line => line.hadOnce && line.dead !== null)) return;
    const { time } = this.#options;
    this.#cancelNext();
    this.#cancelNext = time.at(after(time.mono(), millis(holderLimits.recoverMs)), () =>
      this.replace('a line that was lost is tried for again'),
    );
  }

  #read(): number {
    const mark = this.#readings.next();
    this.#say(`read ${mark}`);
    return mark;
  }

  /** One write to a pipe that is nearly always empty: in the kernel's hands when it returns. */
  #say(words: string): void {
    assert(words.length < commandBytes, `command "${words}" is too long`);
    const stdin = this.#child?.stdin;
    if (stdin?.writable === true) stdin.write(`${words.padEnd(commandBytes - 1)}\n`);
  }

  #gone(child: ChildProcess, reason: string): void {
    if (this.#child !== child || this.#closing !== null) return;
    this.#child = null;
    this.#ready = false;
    this.#readings.forget();
    this.#cancelRead();
    void this.#end(child);
    this.#next(reason);
    this.#tell({ type: 'gone' });
  }

  #next(reason: string): void {
    const { time, log } = this.#options;
    if (time.mono() - this.#startedAt >= holderLimits.provenMs) this.#failures = 0;
    const steps = holderLimits.backoffMs;
    const waitMs = steps[Math.min(this.#failures, steps.length - 1)] ?? 10_000;
    this.#failures += 1;
    log.error({ reason, retryMs: waitMs }, 'the gpio helper is gone: it is started again');
    this.#cancelNext();
    this.#cancelNext = time.at(after(time.mono(), millis(waitMs)), () => this.#start());
  }

  /** Ends a helper: by the end of its pipe, and where even its guard is stuck, by force. */
  #end(child: ChildProcess): Promise<void> {
    const { time } = this.#options;
    child.stdin?.destroy();
    const { pid } = child;
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    this.#ended = new Promise(resolve => {
      const byForce = time.at(after(time.mono(), millis(holderLimits.endMs)), () => killGroup(pid));
      child.once('exit', () => {
        byForce();
        resolve();
      });
    });
    return this.#ended;
  }
}

/** The pipes of a child are sockets, which may keep a process alive that has nothing else to do. */
function unrefPipe(pipe: object & { readonly unref?: unknown }): void {
  if (typeof pipe.unref === 'function') pipe.unref();
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended just now.
  }
}
