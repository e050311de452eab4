import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { Level } from '../../../src/box/ports.ts';
import { Rig } from '../../blackbox/rig.ts';
import { pause, until } from '../../blackbox/until.ts';
import { type SimulatedChip, simulatedChip } from '../../box/adapters/gpio/simulated-chip.ts';
import { patientMs } from './watch.ts';

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
  static async make(t: TestContext, slots: number, pulseMs: number): Promise<KernelBox> {
    const chip = simulatedChip(/^pinctrl-bcm2711$/);
    if (typeof chip === 'string') throw new Error(chip);
    const rig = await Rig.make();
    t.after(() => rig.dispose());
    const box = new KernelBox(rig, chip);
    const ids = Array.from({ length: slots }, (_, at) => at + 1);
    rig.configure({
      gpio: { driver: 'onoff' },
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

  door(slot: number, is: 'open' | 'shut'): void {
    this.#chip.pull(lineOf(slot).door, is === 'shut' ? 0 : 1);
  }

  key(slot: number, is: 'in' | 'out'): void {
    this.#chip.pull(lineOf(slot).presence, is === 'in' ? 0 : 1);
  }

  /** Types a code; resolves when the lock is powered. */
  async opens(slot: number, code: string): Promise<void> {
    this.rig.type(`${code}#`);
    await until(`lock ${slot} powered`, () => this.lock(slot) === 1, patientMs);
  }

  /** How long from now until the lock is off, less what this process itself overslept at worst. */
  async offAfterMs(slot: number): Promise<number> {
    const from = performance.now();
    let last = from;
    let oversleptMs = 0;
    while (this.lock(slot) === 1 && last - from < 10_000) {
      await pause(2);
      oversleptMs = Math.max(oversleptMs, performance.now() - last - 2);
      last = performance.now();
    }
    return last - from - oversleptMs;
  }

  /** The process that guards this daemon's outputs; it leads a group of its own. */
  guardPid(): number {
    for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
      const [stat, command] = [readProc(pid, 'stat'), readProc(pid, 'cmdline')];
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (parent === this.rig.pid && command.includes('guard.sh')) return Number(pid);
    }
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

function readProc(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
