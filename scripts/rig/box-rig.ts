import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEvent } from '../../src/wire/journal.ts';
import { type Finished, programOf, Running } from './program.ts';
import { openPty, type Pty } from './pty.ts';
import { SimLines } from './sim-lines.ts';
import { until } from './until.ts';

export interface RigOptions {
  /** How many slots, numbered from 1; 3 by default. */
  readonly slots?: number;
  /** Which slots have no presence sensor. */
  readonly unsensed?: readonly number[];
  readonly pulseMs?: number;
  readonly rules?: Readonly<Record<string, unknown>>;
  /** A serial display; text of the box arrives at `display.heard()`. */
  readonly display?: boolean;
  /** User id that the daemon runs as, where that is not the test’s own, which then must be root. */
  readonly user?: number;
  /** Folder under which the rig makes its own; the system's temporary folder by default. */
  readonly under?: string;
  /** Where the simulated lines live, if not beside the data. */
  readonly lines?: string;
  readonly pty?: (path: string) => Promise<Pty>;
}

/** A booking as `bookings import` reads it. */
export interface BookingFile {
  readonly id?: string;
  readonly code?: string;
  readonly slot: number;
  readonly start: string;
  readonly end: string | null;
  readonly [more: string]: unknown;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

/** One box in a temporary folder: real process, ptys, simulated lines; everything goes with `dispose`. */
export class Rig {
  readonly dir: string;
  readonly lines: SimLines;
  readonly options: RigOptions;
  readonly reader: Pty;
  readonly display: Pty | null;
  #keypad: Pty;
  #daemon: Running | null = null;
  #seenSeq = 0;

  private constructor(
    dir: string,
    options: RigOptions,
    ports: { readonly keypad: Pty; readonly reader: Pty; readonly display: Pty | null },
  ) {
    this.dir = dir;
    this.options = options;
    this.lines = new SimLines(options.lines ?? join(dir, 'gpio'));
    this.#keypad = ports.keypad;
    this.reader = ports.reader;
    this.display = ports.display;
  }

  static async make(options: RigOptions = {}): Promise<Rig> {
    const dir = mkdtempSync(join(options.under ?? tmpdir(), 'smartbox-rig-'));
    const open = options.pty ?? openPty;
    const keypad = await open(join(dir, 'keypad'));
    const reader = await open(join(dir, 'reader'));
    const display = options.display === true ? await open(join(dir, 'display')) : null;
    const rig = new Rig(dir, options, { keypad, reader, display });
    mkdirSync(rig.lines.dir, { recursive: true });
    rig.configure({});
    return rig;
  }

  get configFile(): string {
    return join(this.dir, 'box.yaml');
  }

  get data(): string {
    return join(this.dir, 'data');
  }

  get socket(): string {
    return join(this.dir, 'control.sock');
  }

  get keypad(): Pty {
    return this.#keypad;
  }

  get daemon(): Running {
    if (this.#daemon === null) throw new Error('the daemon was not started');
    return this.#daemon;
  }

  get pid(): number {
    const { pid } = this.daemon.child;
    if (pid === undefined) throw new Error('the daemon was not started');
    return pid;
  }

  /** The process that switches locks off when the daemon cannot; null when there is none just now. */
  guardPid(): number | null {
    for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
      const [stat, command] = [readProc(pid, 'stat'), readProc(pid, 'cmdline')];
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (parent === this.pid && command.includes('guard.sh')) return Number(pid);
    }
    return null;
  }

  /** Writes box.yaml anew (JSON is YAML), with these sections instead of the rig's own. */
  configure(sections: Readonly<Record<string, unknown>>): void {
    writeFileSync(this.configFile, JSON.stringify({ ...this.#sections(), ...sections }, null, 1));
  }

  #sections(): Record<string, unknown> {
    const { slots = 3, unsensed = [], pulseMs, rules } = this.options;
    return {
      box: { id: 'rig', name: 'Rig', timezone: 'Europe/Amsterdam', language: 'en', region: 'NL' },
      data: this.data,
      control: this.socket,
      keypad: { path: this.keypad.path, baud: 9600, protocol: 'ascii' },
      readers: [{ name: 'front', path: this.reader.path, baud: 9600, protocol: 'em4100-ascii' }],
      gpio: { driver: 'sim', dir: this.lines.dir },
      slots: Array.from({ length: slots }, (_, at) =>
        slotSection(at + 1, !unsensed.includes(at + 1), pulseMs),
      ),
      ...(rules === undefined ? {} : { rules }),
      ...(this.display === null
        ? {}
        : { display: { path: this.display.path, baud: 9600, columns: 20, rows: 4 } }),
    };
  }

  /** Starts the daemon without waiting for anything. */
  spawn(env: Readonly<Record<string, string>> = {}): Running {
    const { user } = this.options;
    const command = [...programOf('smartboxd'), '--config', this.configFile] as const;
    if (user !== undefined) this.#give(user);
    const ids = ['--reuid', String(user), '--regid', String(user), '--clear-groups'];
    this.#daemon = new Running(user === undefined ? command : ['setpriv', ...ids, ...command], env);
    return this.#daemon;
  }

  #give(user: number): void {
    const ports = [this.keypad, this.reader, ...(this.display === null ? [] : [this.display])];
    for (const path of [this.dir, this.lines.dir, this.configFile, ...ports.map(port => port.path)])
      chownSync(path, user, user);
  }

  /** Starts the daemon; resolves when it is ready, which is when its socket appears (contracts.md §2). */
  async start(env: Readonly<Record<string, string>> = {}): Promise<Running> {
    // The socket of a killed daemon lies there still.
    rmSync(this.socket, { force: true });
    const daemon = this.spawn(env);
    await until(
      'the control socket',
      async () => {
        if (daemon.running) return existsSync(this.socket);
        const { code, stderr } = await daemon.finished;
        throw new Error(`smartboxd ended at its start, exit ${code}:\n${stderr}`);
      },
      60_000,
    );
    return daemon;
  }

  /** Ends the daemon by `signal`; resolves when it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    this.daemon.child.kill(signal);
    return await this.daemon.finished;
  }

  /** Types digits and `#` as a keypad does, one ASCII byte a key. */
  type(keys: string): void {
    this.keypad.write(keys);
  }

  /** Pulls the keypad's plug, and puts it back when `noticed` has resolved. */
  async replugKeypad(noticed: () => Promise<unknown>): Promise<void> {
    const { path } = this.#keypad;
    await this.#keypad.close();
    await noticed();
    this.#keypad = await (this.options.pty ?? openPty)(path);
  }

  /** Holds a tag, ten hex digits, to the reader: one frame of an RDM6300. */
  tap(tag: string): void {
    this.reader.write(`\x02${tag}${checksum(tag)}\x03`);
  }

  /** Starts `smartbox ARGS` against this box. */
  runs(args: readonly string[], input?: string): Running {
    return new Running([...programOf('smartbox'), ...args], { SMARTBOX_SOCKET: this.socket }, input);
  }

  /** Runs `smartbox ARGS` against this box, to its end. */
  cli(args: readonly string[], input?: string): Promise<Finished> {
    return this.runs(args, input).finished;
  }

  /** As `cli`. @throws Error with its stderr unless it exits 0 */
  async must(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.cli(args, input);
    if (code !== 0) throw new Error(`smartbox ${args.join(' ')} exited ${code}: ${stderr}${stdout}`);
    return stdout;
  }

  async book(...bookings: readonly BookingFile[]): Promise<void> {
    await this.must(['bookings', 'import', '-'], JSON.stringify(bookings));
  }

  /** The journal as `events export` writes it, without the checkpoint at its end. */
  async events(): Promise<readonly JournalEvent[]> {
    const text = await this.must(['events', 'export', '--format', 'jsonl']);
    const lines = text.trimEnd().split('\n').slice(0, -1);
    return lines.map(line => JSON.parse(line) as JournalEvent);
  }

  /** The next event of this type (of this slot), after whatever was seen before. */
  async sees(type: JournalEvent['type'], slot?: number): Promise<JournalEvent> {
    const found: JournalEvent[] = [];
    await until(`event ${type}${slot === undefined ? '' : ` of slot ${slot}`}`, async () => {
      const later = (await this.events()).filter(event => event.seq > this.#seenSeq);
      found.push(
        ...later.filter(event => event.type === type && (slot ?? event.slot) === event.slot).slice(0, 1),
      );
      return found.length > 0;
    });
    const [event] = found;
    if (event === undefined) throw new Error(`no event ${type}`);
    this.#seenSeq = event.seq;
    return event;
  }

  async dispose(): Promise<void> {
    if (this.#daemon?.running === true) await this.stop('SIGKILL');
    await Promise.all([this.keypad.close(), this.reader.close(), this.display?.close()]);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Empty for a process that is gone. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

function slotSection(id: number, sensed: boolean, pulseMs: number | undefined): object {
  return {
    id,
    lock: { chip: 'lock', line: id, activeLevel: 1, ...(pulseMs === undefined ? {} : { pulseMs }) },
    door: { chip: 'door', line: id, closedLevel: 0 },
    ...(sensed ? { presence: { chip: 'presence', line: id, presentLevel: 0 } } : {}),
  };
}

/** XOR of the five bytes, as two hex digits. */
function checksum(tag: string): string {
  const bytes = Buffer.from(tag, 'hex');
  const sum = bytes.reduce((all, byte) => all ^ byte, 0);
  return sum.toString(16).toUpperCase().padStart(2, '0');
}
