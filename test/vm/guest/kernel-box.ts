import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { Rig } from '../../../scripts/rig/box-rig.ts';
import { pause, until } from '../../../scripts/rig/until.ts';
import type { Level } from '../../../src/box/ports.ts';
import { type SimulatedChip, simulatedChip } from '../../box/adapters/gpio/simulated-chip.ts';
import { patientMs } from './watch.ts';

/** Longer than an emulated box ever takes from the last key to the lock. */
const typedAgainMs = 20_000;

/** Where slots hang: lock on an even line, its door on the next one, presence 30 further. */
const lineOf = (slot: number) => ({ lock: slot * 2, door: slot * 2 + 1, presence: slot * 2 + 30 });

/** One box whose slots hang on the simulated chip of this kernel; everything goes with the test. */
export class KernelBox {
  readonly rig: Rig;
  readonly #chip: SimulatedChip;

  private constructor(rig: Rig, chip: SimulatedChip) {
    this.rig = rig;
    this.#chip = chip;
  }

  /** Every door shut, every key in; no daemon yet. */
  static async make(
    t: TestContext,
    slots: number,
    pulseMs: number,
    driver: 'auto' | 'onoff' = 'onoff',
  ): Promise<KernelBox> {
    const chip = simulatedChip(/^pinctrl-bcm2711$/);
    if (typeof chip === 'string') throw new Error(chip);
    const rig = await Rig.make();
    t.after(() => rig.dispose());
    const box = new KernelBox(rig, chip);
    const ids = Array.from({ length: slots }, (_, at) => at + 1);
    rig.configure({
      gpio: { driver },
      slots: ids.map(id => slotSection(id, chip.label, pulseMs)),
    });
    for (const id of ids) {
      box.door(id, 'shut');
      box.key(id, 'in');
    }
    return box;
  }

  /** Resolves when the daemon is ready; a daemon before it must have ended. */
  async start(): Promise<void> {
    rmSync(this.rig.socket, { force: true });
    const daemon = this.rig.spawn();
    await until(
      'the control socket',
      () => {
        if (!daemon.running) throw new Error(`smartboxd ended at its start:\n${daemon.stderr}`);
        return existsSync(this.rig.socket);
      },
      patientMs,
    );
  }

  /** What a voltmeter on the lock's line would show. */
  lock(slot: number): Level {
    return this.#chip.measure(lineOf(slot).lock);
  }

  /** Where another process can look at it. */
  lockFile(slot: number): string {
    return this.#chip.file(lineOf(slot).lock);
  }

  door(slot: number, is: 'open' | 'shut'): void {
    this.#chip.pull(lineOf(slot).door, is === 'shut' ? 0 : 1);
  }

  key(slot: number, is: 'in' | 'out'): void {
    this.#chip.pull(lineOf(slot).presence, is === 'in' ? 0 : 1);
  }

  /**
   * Types a code; resolves when the lock is powered. Typed again now and then, since a daemon that has just started may not have
   * opened its keypad yet, and what a tty gets by then is gone; told is what the box said where that does not help.
   */
  async opens(slot: number, code: string): Promise<void> {
    const from = performance.now();
    while (performance.now() - from < patientMs) {
      this.rig.type(`*${code}#`);
      const again = performance.now() + typedAgainMs;
      while (performance.now() < again) {
        if (this.lock(slot) === 1) return;
        await pause(5);
      }
    }
    const { stdout } = await this.rig.cli(['events', 'export', '--format', 'jsonl', '--last', '10']);
    throw new Error(`lock ${slot} was never powered; the box says ${stdout}`);
  }

  /** How long from now until the lock is off, less three times what this process itself overslept at worst. */
  async offAfterMs(slot: number): Promise<number> {
    const from = performance.now();
    let last = from;
    let oversleptMs = 0;
    while (this.lock(slot) === 1 && last - from < 10_000) {
      await pause(2);
      oversleptMs = Math.max(oversleptMs, performance.now() - last - 2);
      last = performance.now();
    }
    return last - from - 3 * oversleptMs;
  }

  /** The two processes of the helper that holds the lines: its guard, and the one that holds them. */
  helper(): { readonly guard: number; readonly holder: number } {
    const [guard = 0] = childrenOf(this.rig.pid).filter(pid => commandOf(pid).includes('gpio-lines'));
    const [holder = 0] = guard === 0 ? [] : childrenOf(guard);
    return { guard, holder };
  }

  /** The process that guards this daemon's outputs; it leads a group of its own. */
  guardPid(): number {
    const pid = this.rig.guardPid();
    if (pid !== null) return pid;
    throw new Error('this daemon has no guard');
  }
}

function slotSection(id: number, chip: string, pulseMs: number): object {
  const { lock, door, presence } = lineOf(id);
  return {
    id,
    lock: { chip, line: lock, pulseMs },
    door: { chip, line: door, closedLevel: 0 },
    presence: { chip, line: presence, presentLevel: 0 },
  };
}

const childrenOf = (pid: number): readonly number[] =>
  readProc(`${pid}/task/${pid}/children`)
    .split(' ')
    .map(Number)
    .filter(child => child > 0);
const commandOf = (pid: number): string => readProc(`${pid}/cmdline`);

/** Empty for a process that is gone. */
function readProc(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, 'latin1');
  } catch {
    return '';
  }
}
