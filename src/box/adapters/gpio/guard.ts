import type { ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from '../../../base/assert.ts';
import { after, type Millis, type MonoMs, millis } from '../../../base/brand.ts';
import { Fault, reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { Time } from '../../ports.ts';

/** What must be written where to make one output safe. */
export interface SafePath {
  readonly path: string;
  readonly text: string;
}

/** The process that switches locks off when the daemon cannot (rules.md 14). */
export interface Guard {
  /**
   * Says that an output, by its place in the safe paths, is about to be powered for `ms`. Call it before the write.
   * False: no guard is alive, so nothing may be powered.
   */
  begin(line: number, ms: Millis): boolean;
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
  /** Words that a guard has not read; one that is so far behind is stuck. */
  unreadBytes: 1_024,
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

class ShellGuard implements Guard {
  readonly #options: GuardOptions & { readonly script: string };
  #child: ChildProcess | null = null;
  #startedAt: MonoMs;
  #failures = 0;
  /** Not started yet: nothing has been powered. */
  #fresh = true;
  #cancelStart: () => void;
  /** The announced pulse, told again to a guard that has to be started while it runs. */
  #pulse: string | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: GuardOptions & { readonly script: string }) {
    this.#options = options;
    this.#startedAt = options.time.mono();
    this.#cancelStart = this.#startIn(guardLimits.startMs);
  }

  begin(line: number, ms: Millis): boolean {
    assert(ms > 0 && ms <= guardLimits.pulseMaxMs, `pulse of ${ms} ms`);
    if (this.#fresh && this.#closing === null) this.#start();
    if (!this.healthy()) return false;
    const limitMs = Math.min(ms + guardLimits.lateMs, guardLimits.pulseMaxMs);
    this.#pulse = `pulse ${line} ${(limitMs / 1_000).toFixed(3)}\n`;
    return this.#tell(this.#pulse);
  }

  end(): void {
    this.#pulse = null;
    this.#tell('end\n');
  }

  healthy(): boolean {
    return (this.#child !== null || this.#fresh) && this.#closing === null;
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
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
      child = spawn('/bin/sh', args, { detached: true, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] });
    } catch (error) {
      this.#retry(reasonOf(error));
      return;
    }
    this.#child = child;
    this.#startedAt = time.mono();
    child.once('error', error => this.#lost(child, reasonOf(error)));
    child.once('exit', (code, signal) => this.#lost(child, `ended by ${signal ?? `exit ${code}`}`));
    // A broken pipe is told by `exit`; without a listener it would end the daemon.
    child.stdin?.on('error', error => log.debug({ reason: reasonOf(error) }, 'guard pipe'));
    child.unref();
    if (this.#pulse !== null) this.#tell(this.#pulse);
  }

  /** One write to a pipe that is nearly always empty: in the kernel's hands when it returns, SIGKILL or not. */
  #tell(words: string): boolean {
    const stdin = this.#child?.stdin;
    if (!stdin?.writable) return false;
    stdin.write(words);
    if (stdin.writableLength <= guardLimits.unreadBytes) return true;
    this.#child?.kill('SIGKILL');
    return false;
  }

  #lost(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    if (this.#closing === null) this.#retry(reason);
  }

  #retry(reason: string): void {
    const { time, log } = this.#options;
    const livedMs = time.mono() - this.#startedAt;
    if (livedMs >= guardLimits.provenMs) this.#failures = 0;
    const steps = guardLimits.backoffMs;
    const waitMs = steps[Math.min(this.#failures, steps.length - 1)] ?? 10_000;
    this.#failures += 1;
    log.error({ reason, retryMs: waitMs }, 'the guard process is gone: no lock opens until it is back');
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
