/** One run of an emulator: its disks, its serial ports as sockets, and what can be asked of it (QMP, qemu.org/docs/master/interop). */
import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { pause } from '../../../scripts/rig/until.ts';
import type { Kernel } from '../kernel.ts';
import { type Processor, toolsOf } from '../processor.ts';

export interface Disks {
  /** A qcow2 image. */
  readonly root: string;
  /** What QEMU opens as a file: a path, or `nbd+unix:…`. */
  readonly data: { readonly file: string; readonly format: 'raw' | 'qcow2' };
  readonly brought: string;
}

export interface Run {
  readonly kernel: Kernel;
  readonly disks: Disks;
  /** Where its sockets lie. */
  readonly folder: string;
  /** A machine as `freeze` has put it into a file, which goes on where it stood; else it is switched on. */
  readonly frozen?: string;
  /** What the clock of the machine says as it is switched on, ISO 8601 without a zone, UTC; the host's by default. */
  readonly clock?: string;
}

const consoleMax = 262_144;
const connectWithinMs = 20_000;

/** What is different about the board: its processor, the kernel's name of the console, how it has four serial ports. */
interface Board {
  readonly args: readonly string[];
  readonly console: string;
  readonly ports: readonly string[];
}

// biome-ignore format: one option a line, with its value
const boards: Readonly<Record<Processor, Board>> = {
  // An old one, since programs choose wide instructions where there are any, and those are the slowest to emulate.
  amd64: {
    args: ['-cpu', 'Nehalem', '-m', '512'],
    console: 'ttyS0',
    ports: [
      '-serial', 'chardev:console', '-serial', 'chardev:agent', '-serial', 'chardev:keypad', '-serial', 'chardev:hand',
      '-device', 'isa-debugcon,chardev=diary,iobase=0xe9',
    ],
  },
  // As that of a Raspberry Pi 4. The console is a port of another kind, so that a card has the others under the same names as above.
  arm64: {
    args: ['-M', 'virt', '-cpu', 'cortex-a72', '-m', '768'],
    console: 'ttyAMA0',
    ports: [
      '-serial', 'chardev:console', '-chardev', 'null,id=none',
      '-device', 'pci-serial-4x,chardev1=none,chardev2=agent,chardev3=keypad,chardev4=hand',
    ],
  },
};

/** Two processors, so that whoever watches a line does not stand in the way of whoever moves it. */
// biome-ignore format: one option a line, with its value
const machine = (run: Run): readonly string[] => [
  '-accel', 'tcg,thread=multi', '-smp', '2', ...boards[run.kernel.processor].args,
  '-nodefaults', '-display', 'none', '-no-reboot',
  '-kernel', run.kernel.vmlinuz, '-initrd', run.kernel.initramfs,
  '-append', `console=${boards[run.kernel.processor].console} panic=-1 quiet mitigations=off no_timer_check systemd.show_status=0`,
  ...(run.clock === undefined ? [] : ['-rtc', `base=${run.clock}`]),
  ...(run.frozen === undefined ? [] : ['-incoming', `exec:cat '${run.frozen}'`]),
];

/** What is written to port 0xe9 inside, of a machine whose sockets lie in this folder. */
export const diaryFile = (folder: string): string => join(folder, 'diary');

// biome-ignore format: one option a line, with its value
const ports = (folder: string, processor: Processor): readonly string[] => [
  '-qmp', `unix:${folder}/qmp,server=on,wait=off`,
  '-chardev', 'stdio,id=console',
  '-chardev', `socket,id=agent,path=${folder}/agent,server=on,wait=off`,
  // A cable from the fourth port to the third: what is typed on one comes in on the other.
  '-chardev', `socket,id=hand,path=${folder}/cable,server=on,wait=off`,
  '-chardev', `socket,id=keypad,path=${folder}/cable`,
  // A byte is in the file with the instruction that writes it.
  '-chardev', `file,id=diary,path=${diaryFile(folder)}`,
  ...boards[processor].ports,
];

const disk = (id: string, file: string, format: string, more = ''): readonly string[] => [
  '-drive',
  `file=${file},format=${format},if=none,id=${id},cache=${id === 'data' ? 'writeback' : 'unsafe'}${more}`,
  '-device',
  `virtio-blk-pci,drive=${id}`,
];

export class Qemu {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly ended: Promise<void>;
  #said = '';
  #monitor: Monitor | null = null;

  constructor(run: Run) {
    const { disks, folder } = run;
    const args = [
      ...machine(run),
      ...ports(folder, run.kernel.processor),
      ...disk('root', disks.root, 'qcow2'),
      ...disk('data', disks.data.file, disks.data.format),
      ...disk('brought', disks.brought, 'raw', ',readonly=on'),
      ...['-netdev', 'user,id=net,restrict=on', '-device', 'virtio-net-pci,netdev=net,romfile='],
    ];
    this.#folder = folder;
    // However this process ends, no machine stays behind.
    const [emulator = ''] = Object.keys(toolsOf[run.kernel.processor].emulator);
    const command = ['--pdeathsig', 'KILL', emulator, ...args];
    this.#process = spawn('setpriv', command, { stdio: ['ignore', 'pipe', 'pipe'] });
    const hear = (text: string): void => {
      this.#said = (this.#said + text).slice(-consoleMax);
    };
    this.#process.stdout?.setEncoding('utf8').on('data', hear);
    this.#process.stderr?.setEncoding('utf8').on('data', hear);
    const off = (): void => this.cut();
    process.once('exit', off);
    this.ended = new Promise(resolve => {
      this.#process.once('error', error => hear(String(error)));
      this.#process.once('close', () => {
        process.off('exit', off);
        resolve();
      });
    });
  }

  /** The console, and complaints of the emulator. */
  get said(): string {
    return this.#said;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** As pulling the plug: nothing inside hears of it. */
  cut(): void {
    this.#process.kill('SIGKILL');
  }

  /** The other end of the second serial port. */
  async agent(): Promise<Socket> {
    return await this.#connect('agent');
  }

  async #connect(name: string): Promise<Socket> {
    const end = performance.now() + connectWithinMs;
    for (;;) {
      const socket = createConnection(join(this.#folder, name));
      const open = await new Promise<boolean>(resolve => {
        socket.once('connect', () => resolve(true));
        socket.once('error', () => resolve(false));
      });
      if (open) return socket;
      if (!this.running || performance.now() > end) throw new Error(`qemu opens no ${name}:\n${this.#said}`);
      await pause(20);
    }
  }

  /** What the emulator answers. @throws Error with its complaint */
  async ask(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    this.#monitor ??= await Monitor.on(await this.#connect('qmp'));
    return await this.#monitor.ask(command, args);
  }

  /** Goes on with a machine that was frozen. */
  async thaw(): Promise<void> {
    await this.#until('paused', async () => (await this.ask('query-status')).status);
    await this.ask('cont');
  }

  /** Puts the machine into a file, so that any number of others can go on from here; this one ends. */
  async freeze(file: string): Promise<void> {
    await this.ask('stop');
    await this.ask('migrate-set-parameters', { 'max-bandwidth': 10_000_000_000 });
    await this.ask('migrate', { uri: `exec:cat > '${file}'` });
    await this.#until('completed', async () => (await this.ask('query-migrate')).status);
    await this.ask('quit');
    await this.ended;
  }

  async #until(wanted: string, look: () => Promise<unknown>): Promise<void> {
    for (const end = performance.now() + 120_000; ; await pause(20)) {
      const status = await look();
      if (status === wanted) return;
      if (status === 'failed' || performance.now() > end)
        throw new Error(`qemu says ${status}:\n${this.#said}`);
    }
  }
}

type Answer = Readonly<Record<string, unknown>>;

interface Reply {
  readonly return?: Answer;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

class Monitor {
  readonly #socket: Socket;
  readonly #waiting: ((reply: Reply) => void)[] = [];
  #rest = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#hear(JSON.parse(line) as Reply);
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      for (const answer of this.#waiting.splice(0)) answer({ error: { desc: 'qemu has ended' } });
    });
  }

  static async on(socket: Socket): Promise<Monitor> {
    const monitor = new Monitor(socket);
    await monitor.ask('qmp_capabilities');
    return monitor;
  }

  #hear(reply: Reply): void {
    if (reply.return !== undefined || reply.error !== undefined) this.#waiting.shift()?.(reply);
  }

  ask(command: string, args: Answer = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(reply => {
        if (reply.error === undefined) resolve(reply.return ?? {});
        // It ends before it answers to this one.
        else if (command === 'quit') resolve({});
        else reject(new Error(`${command}: ${reply.error.desc}`));
      });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  }
}
