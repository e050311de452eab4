import type { ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from '../../../base/assert.ts';
import { after, type Millis, type MonoMs, millis } from '../../../base/brand.ts';
import { Fault, reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { Time } from '../../ports.ts';
import { type Answered, GuardAnswers } from './guard-answers.ts';

/** One output is safe when this text is written to this path. */
export interface SafePath {
  readonly path: string;
  readonly text: string;
}

/** The process that switches locks off when the daemon cannot (rules.md 14). */
export interface Guard {
  /**
   * Says that an output, by its place in the safe paths, is about to be powered for `ms`. Call it before the write. Where no
   * guard is alive one is started. `now`: it has just proved that it lives, and the output may be powered. `wait`: not before it has
   * answered. `none`: none can be had now, so nothing may be powered. Unless `none`, `answered` is told once; false: this guard is
   * no guard, it is replaced, and nothing may be powered any more under this order.
   */
  begin(line: number, ms: Millis, answered: Answered): 'now' | 'wait' | 'none';
  /** Somebody types: a pulse may follow, so the guard is asked whether it lives, and replaced if it does not say so. */
  ask(): void;
  /** The output is idle again. */
  end(): void;
  healthy(): boolean;
  /** Ends the guard, which forces all outputs safe once more on its way out. Safe to call twice. */
  close(): Promise<void>;
}

/** Beside this file in the sources, beside the bundle in `dist/`. */
export const guardScript: string = fileURLToPath(new URL('./guard.sh', import.meta.url));

export const guardLimits = {
  /** rules.md 14: no pulse is longer, whatever was asked. */
  pulseMaxMs: 1_000,
  /** Starting a first child costs 6 ms, which a box that is getting ready has better uses for. A pulse starts it at once. */
  startMs: 50,
  /** How late the daemon may be in ending a pulse before the guard does it, below the hard maximum. */
  lateMs: 250,
  /** A guard that has not answered for so long does nothing any more, whether its process is there or not. */
  answerMs: 400,
  /** A shell that has just been started takes longer, on a small machine that is busy. */
  firstAnswerMs: 2_000,
  /** An answer so young proves that the guard lives: whoever types waits for no other. */
  freshMs: 2_000,
  /** Asked at most so often. */
  askEveryMs: 250,
  /** Words that a guard has not read; one that is so far behind is stuck. */
  unreadBytes: 1_024,
  /** Guards in a row that may die early and be replaced at once while a lock is powered. */
  atOnceMax: 3,
  backoffMs: [100, 200, 500, 1_000, 2_000, 5_000, 10_000],
  /** A guard that lived so long was a good one: the backoff starts anew. */
  provenMs: 10_000,
  closeMs: 500,
} as const;

interface GuardOptions {
  readonly paths: readonly SafePath[];
  readonly time: Time;
  readonly log: Log;
  /** For tests. */
  readonly script?: string;
}

/** @throws Fault `guard-missing` when its script cannot be read. */
export function startGuard(options: GuardOptions): Guard {
  const script = options.script ?? guardScript;
  try {
    accessSync(script, constants.R_OK);
  } catch (error) {
    throw new Fault(
      'guard-missing',
      `the guard script ${script} cannot be read: ${reasonOf(error)}`,
      'install SmartBox again; guard.sh belongs beside the daemon',
      error,
    );
  }
  return new ShellGuard({ ...options, script });
}

interface Order {
  readonly words: string;
  readonly answered: Answered;
}

class ShellGuard implements Guard {
  readonly #options: GuardOptions & { readonly script: string };
  #child: ChildProcess | null = null;
  #startedAt: MonoMs;
  #failures = 0;
  /** Not started yet: nothing has been powered. */
  #fresh = true;
  #cancelStart: () => void;
  /** The announced pulse, told again to a guard that has to be started while it runs. */
  #pulse: Order | null = null;
  #closing: Promise<void> | null = null;
  readonly #answers: GuardAnswers;
  #askedAt: MonoMs | null = null;

  constructor(options: GuardOptions & { readonly script: string }) {
    this.#options = options;
    this.#startedAt = options.time.mono();
    this.#answers = new GuardAnswers(options.time, () => this.#silent());
    this.#cancelStart = this.#startIn(guardLimits.startMs);
  }

  begin(line: number, ms: Millis, answered: Answered): 'now' | 'wait' | 'none' {
    assert(ms > 0 && ms <= guardLimits.pulseMaxMs, `pulse of ${ms} ms`);
    if (this.#closing !== null) return 'none';
    const limitMs = Math.min(ms + guardLimits.lateMs, guardLimits.pulseMaxMs);
    this.#pulse = { words: `pulse ${line} ${(limitMs / 1_000).toFixed(3)}`, answered };
    const isProven = this.#isProven();
    // Whoever waits for a pulse waits for no backoff; a guard that reads nothing is as good as gone.
    if (this.#takesWords()) this.#order(this.#pulse);
    else this.#replace();
    if (this.#child !== null) return isProven ? 'now' : 'wait';
    this.#pulse = null;
    return 'none';
  }

  ask(): void {
    const now = this.#options.time.mono();
    const isAsked = this.#askedAt !== null && now - this.#askedAt < guardLimits.askEveryMs;
    if (isAsked || this.#answers.waiting || !this.#takesWords()) return;
    this.#order({ words: 'ask - -', answered: () => {} });
  }

  /** All that it was asked is answered, and that was a moment ago. */
  #isProven(): boolean {
    const { answeredAt, waiting } = this.#answers;
    const now = this.#options.time.mono();
    return answeredAt !== null && !waiting && now - answeredAt < guardLimits.freshMs;
  }

  #takesWords(): boolean {
    const stdin = this.#child?.stdin;
    return stdin?.writable === true && stdin.writableLength <= guardLimits.unreadBytes;
  }

  /** An order with its number, which the guard says when it has carried it out. */
  #order({ words, answered }: Order): void {
    const { answerMs, firstAnswerMs } = guardLimits;
    this.#askedAt = this.#options.time.mono();
    const withinMs = millis(this.#answers.answeredAt === null ? firstAnswerMs : answerMs);
    this.#tell(`${words} ${this.#answers.expect(withinMs, answered)}\n`);
  }

  /** It runs, perhaps, and does nothing: frozen, or held up by a disk. Its orders are told to be void by `forget`. */
  #silent(): void {
    const old = this.#child;
    this.#child = null;
    // Whoever has a lock powered switches it off now; then no timer of the old guard may cut short what comes next.
    this.#answers.forget();
    if (old?.pid !== undefined) killGroup(old.pid);
    if (this.#closing === null) this.#retry('it does not answer');
  }

  end(): void {
    this.#pulse = null;
    if (!this.#tell('end\n')) this.#child?.kill('SIGKILL');
  }

  healthy(): boolean {
    return (this.#child !== null || this.#fresh) && this.#closing === null;
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  /** A new guard now, told of the pulse that runs; the old one, if there is one, has no say any more. */
  #replace(): void {
    const old = this.#child;
    this.#child = null;
    this.#answers.forget();
    old?.kill('SIGKILL');
    this.#start();
  }

  #startIn(ms: number): () => void {
    const { time } = this.#options;
    return time.at(after(time.mono(), millis(ms)), () => this.#start());
  }

  #start(): void {
    this.#cancelStart();
    this.#fresh = false;
    const { spawn } = process.getBuiltinModule('node:child_process');
    const { script, paths, log, time } = this.#options;
    const args = [script, ...paths.flatMap(({ path, text }) => [path, text])];
    // Its own session and no share in our descriptors: it must neither die with our terminal nor keep our pipes open.
    let child: ChildProcess;
    try {
      child = spawn('/bin/sh', args, { detached: true, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] });
    } catch (error) {
      this.#retry(reasonOf(error));
      return;
    }
    // A program that could not be started has no process, and says why in a moment.
    if (child.pid === undefined) {
      child.once('error', error => {
        if (this.#closing === null) this.#retry(reasonOf(error));
      });
      return;
    }
    this.#child = child;
    this.#startedAt = time.mono();
    child.once('error', error => this.#lost(child, reasonOf(error)));
    child.once('exit', (code, signal) => this.#lost(child, `ended by ${signal ?? `exit ${code}`}`));
    // A broken pipe is told by `exit`; without a listener it would end the daemon.
    child.stdin?.on('error', error => log.debug({ reason: reasonOf(error) }, 'guard pipe'));
    child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      if (this.#child === child) this.#answers.heard(text);
    });
    child.stdout?.on('error', error => log.debug({ reason: reasonOf(error) }, 'guard pipe'));
    // Neither the process nor what it says keeps us running.
    child.unref();
    const said = child.stdout;
    if (said !== null && 'unref' in said && typeof said.unref === 'function') said.unref();
    if (this.#pulse !== null) this.#order(this.#pulse);
  }

  /** One write to a pipe that is nearly always empty: in the kernel's hands when it returns, SIGKILL or not. */
  #tell(words: string): boolean {
    const stdin = this.#child?.stdin;
    if (!stdin?.writable) return false;
    stdin.write(words);
    return stdin.writableLength <= guardLimits.unreadBytes;
  }

  #lost(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#answers.forget();
    if (this.#closing === null) this.#retry(reason);
  }

  #retry(reason: string): void {
    const { time, log } = this.#options;
    const livedMs = time.mono() - this.#startedAt;
    if (livedMs >= guardLimits.provenMs) this.#failures = 0;
    const steps = guardLimits.backoffMs;
    // A lock is powered just now: the next one takes over the watch at once, unless they die one after the other.
    const atOnce = this.#pulse !== null && this.#failures < guardLimits.atOnceMax;
    const waitMs = atOnce ? 0 : (steps[Math.min(this.#failures, steps.length - 1)] ?? 10_000);
    this.#failures += 1;
    log.error({ reason, retryMs: waitMs }, 'the guard process is gone: it is started again');
    this.#cancelStart();
    this.#cancelStart = this.#startIn(waitMs);
  }

  #stop(): Promise<void> {
    this.#cancelStart();
    const child = this.#child;
    if (child === null) return Promise.resolve();
    const { time } = this.#options;
    return new Promise(resolve => {
      const giveUp = time.at(after(time.mono(), millis(guardLimits.closeMs)), () => child.kill('SIGKILL'));
      child.once('exit', () => {
        giveUp();
        resolve();
      });
      child.stdin?.end();
    });
  }
}

/** A guard leads a session of its own: its timers are of the same group. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
