/** A box as it is delivered: a Debian with the package, on a kernel with simulated lines and serial ports. */
import assert from 'node:assert/strict';
import { pause } from '../../../scripts/rig/until.ts';
import { Guest } from './guest.ts';
import { Qemu, type Run } from './qemu.ts';

/** Emulated, on a busy host. */
export const patientMs = 300_000;

export const slotCount = 12;

const triesMax = 4;

/** Where slots hang: lock on an even line, its door on the next one, presence 30 further. */
export const lineOf = (slot: number) => ({ lock: slot * 2, door: slot * 2 + 1, presence: slot * 2 + 30 });

const chip = '/sys/devices/platform/gpio-sim.0/gpiochip*';

/** What a watcher saw, in microseconds of the machine's monotonic clock. */
export interface Struck {
  readonly roseUs: number;
  /** Null: nobody was. */
  readonly struckUs: number | null;
  readonly fellUs: number;
  /** By how much this machine woke sleepers too late in the meantime, at worst. */
  readonly lateUs: number;
}

/** The processes of the service. */
export interface Processes {
  readonly daemon: number;
  /** The two of the helper: the one that watches over it, and the one that holds the lines. */
  readonly guard: number;
  readonly holder: number;
}

export class VirtualBox {
  readonly qemu: Qemu;
  readonly #guest: Guest;

  private constructor(qemu: Qemu, guest: Guest) {
    this.qemu = qemu;
    this.#guest = guest;
  }

  /** Switched on, or, where it was frozen, going on; resolves when it takes commands. */
  static async on(run: Run): Promise<VirtualBox> {
    const qemu = new Qemu(run);
    try {
      const guest = new Guest(await qemu.agent());
      if (run.frozen === undefined) await guest.up(patientMs * 2);
      else await qemu.thaw();
      return new VirtualBox(qemu, guest);
    } catch (error) {
      qemu.cut();
      throw new Error(`the virtual machine does not start:\n${qemu.said}`, { cause: error });
    }
  }

  /** What a script of bash printed. @throws Error unless it exits 0 */
  async sh(script: string, withinMs: number = patientMs): Promise<string> {
    const { code, said } = await this.#guest.run(script, withinMs);
    if (code !== 0) throw new Error(`inside, exit ${code}: ${script}\n${said}`);
    return said;
  }

  /** Looks until the script exits 0, and answers with what it printed. */
  async until(what: string, script: string, withinMs: number = patientMs): Promise<string> {
    for (const end = performance.now() + withinMs; ; await pause(200)) {
      const { code, said } = await this.#guest.run(script, withinMs);
      if (code === 0) return said;
      if (performance.now() > end) throw new Error(`waited in vain for ${what}:\n${said}${await this.log()}`);
    }
  }

  /** What the service said last, for whoever must find out. */
  async log(): Promise<string> {
    const look = this.#guest.run('journalctl -u smartboxd --no-pager -o cat | tail -n 20');
    return (await look.catch((error: unknown) => ({ said: String(error) }))).said;
  }

  /** Types at the keypad, which is a serial port, at its pace. */
  async type(keys: string): Promise<void> {
    await this.sh(
      `for ((n = 0; n < ${keys.length}; n++)); do k='${keys}'; printf %s "\${k:n:1}" >/dev/ttyS3; done`,
    );
  }

  /** Types the code and watches the line until it is off; `signal` goes to these processes while it is powered. */
  async strike(
    slot: number,
    code: string,
    blow: {
      readonly afterMs: number;
      readonly signal: 'KILL' | 'STOP' | 'TERM';
      readonly pids: readonly number[];
    } | null,
  ): Promise<Struck> {
    const numbers = { KILL: 9, STOP: 19, TERM: 15 } as const;
    const how = blow === null ? '0 0' : `${blow.afterMs} ${numbers[blow.signal]} ${blow.pids.join(' ')}`;
    const command = `strike ${chip}/sim_gpio${lineOf(slot).lock}/value '${code}#' ${how}`;
    let [rose, struck, fell, late] = await this.#struck(command);
    // What waited for ten seconds in a machine that stands still is typed again.
    for (let tries = 1; rose == null && tries < triesMax; tries += 1)
      [rose, struck, fell, late] = await this.#struck(command);
    assert.ok(rose != null, `the lock of slot ${slot} was never powered\n${await this.log()}`);
    assert.ok(fell != null, `the lock of slot ${slot} stays powered`);
    return { roseUs: rose, struckUs: struck ?? null, fellUs: fell, lateUs: late ?? 0 };
  }

  async #struck(command: string): Promise<readonly (number | null)[]> {
    const said = await this.sh(command);
    return said
      .trim()
      .split(' ')
      .map(text => (text === '-' ? null : Number(text)));
  }

  /** Resolves when the box believes its clock so far (rules.md 23). */
  async clockIs(level: 'synced'): Promise<void> {
    await this.until(
      `a clock that is ${level}`,
      `smartbox status --json | tr -d ' \\n' | grep '"clock":"${level}"'`,
    );
  }

  async lock(slot: number): Promise<number> {
    return Number(await this.sh(`cat ${chip}/sim_gpio${lineOf(slot).lock}/value`));
  }

  async #pull(line: number, level: 0 | 1): Promise<void> {
    await this.sh(`echo pull-${level === 1 ? 'up' : 'down'} >$(echo ${chip}/sim_gpio${line}/pull)`);
  }

  async door(slot: number, is: 'open' | 'shut'): Promise<void> {
    await this.#pull(lineOf(slot).door, is === 'shut' ? 0 : 1);
  }

  async key(slot: number, is: 'in' | 'out'): Promise<void> {
    await this.#pull(lineOf(slot).presence, is === 'in' ? 0 : 1);
  }

  /** From now on the lines are moved by this driver. */
  async drivenBy(driver: 'onoff'): Promise<void> {
    await this.sh(
      `sed -i "s/driver: auto/driver: ${driver}/" /etc/smartbox/box.yaml && systemctl restart smartboxd`,
    );
    assert.ok((await this.sh('smartbox doctor || true')).includes(`driver ${driver}`));
  }

  /** Of `onoff` the daemon alone: it moves the lines itself. */
  async processes(driver: 'cdev' | 'onoff' = 'cdev'): Promise<Processes> {
    const processesOfCdev = 'guard=$(pgrep -P $daemon gpio-lines) && holder=$(pgrep -P $guard) && ';
    const said = await this.until(
      'daemon and helper',
      `daemon=$(systemctl show -P MainPID smartboxd); ${driver === 'cdev' ? processesOfCdev : ''}echo $daemon $guard $holder`,
    );
    const [daemon = 0, guard = 0, holder = 0] = said.trim().split(' ').map(Number);
    return { daemon, guard, holder };
  }

  /** Resolves when another daemon than this one is READY. */
  async restarted(before: number): Promise<void> {
    await this.until(
      'another smartboxd',
      `[ $(systemctl show -P ActiveState smartboxd) = active ] && [ $(systemctl show -P MainPID smartboxd) != ${before} ]`,
    );
  }

  /** Types of the events of this slot (of all), oldest first. */
  async events(slot?: number): Promise<readonly string[]> {
    const said = await this.sh('smartbox events list --last 1000 --json');
    return (JSON.parse(said) as { readonly type: string; readonly slot?: number }[])
      .filter(event => slot === undefined || event.slot === slot)
      .map(event => event.type);
  }

  /** Writes down what happens from here on, as long as this daemon lives: asking anew for every event would cost a start each time. */
  async watch(): Promise<void> {
    await this.sh('setsid smartbox watch --json >/run/brought/watched 2>&1 &');
    await this.until('smartbox watch', 'grep -q screen /run/brought/watched');
  }

  /** Resolves when this slot has had this event so often since `watch`. */
  async seesEvent(type: string, slot: number, times: number): Promise<void> {
    const line = `"slot":${slot}[,}].*"type":"${type}"`;
    await this.until(`${type} of slot ${slot}`, `[ $(grep -c '${line}' /run/brought/watched) = ${times} ]`);
  }

  /** Resolves when the log of the service has had this so often; what is searched for is a line of it. */
  async said(pattern: string, times: number): Promise<void> {
    const count = `journalctl -u smartboxd --no-pager -o cat | grep -c '${pattern}'`;
    await this.until(`${pattern} in the log`, `[ $(${count}) -ge ${times} ]`);
  }

  /** The journal is whole. */
  async verifies(): Promise<void> {
    await this.sh(
      'smartbox events export --format jsonl >/run/brought/export && smartbox events verify /run/brought/export',
    );
  }

  async freeze(file: string): Promise<void> {
    await this.qemu.freeze(file);
  }

  async off(): Promise<void> {
    this.qemu.cut();
    await this.qemu.ended;
  }
}
