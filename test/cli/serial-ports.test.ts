import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { portProblems, type SerialRoots, serialPorts } from '../../src/base/serial-ports.ts';
import { listOf, listText, onPort } from '../../src/cli/serial-ports.ts';
import type { Finding } from '../../src/wire/report.ts';

interface Plug {
  readonly manufacturer?: string;
  readonly product?: string;
  readonly serial?: string;
  /** Names under /dev/serial. */
  readonly id?: string;
  readonly place?: string;
}

/** A machine with nothing but what a test gives it. */
class Machine {
  readonly roots: SerialRoots;
  readonly #dir: string;

  constructor(t: TestContext) {
    const dir = mkdtempSync(join(tmpdir(), 'smartbox-serial-'));
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    this.#dir = dir;
    this.roots = {
      dev: join(dir, 'dev'),
      sys: join(dir, 'sys'),
      proc: join(dir, 'proc'),
      udev: join(dir, 'udev'),
    };
  }

  file(path: string, text = ''): void {
    const at = join(this.#dir, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
  }

  link(path: string, name: string): void {
    const at = join(this.#dir, 'dev', path);
    mkdirSync(dirname(at), { recursive: true });
    symlinkSync(join(this.roots.dev, name), at);
  }

  /** As the kernel lays it: the bridge, its interface, the port. */
  plugs(name: string, { id, place, ...told }: Plug): void {
    const bridge = `sys/devices/usb1/1-${name}`;
    this.file(`dev/${name}`);
    this.file(`${bridge}/idVendor`, '0403\n');
    this.file(`${bridge}/idProduct`, '6001\n');
    for (const [what, text] of Object.entries(told)) this.file(`${bridge}/${what}`, `${text}\n`);
    const port = join(this.#dir, bridge, '1-1:1.0', name);
    mkdirSync(port, { recursive: true });
    mkdirSync(join(this.roots.sys, 'class/tty', name), { recursive: true });
    symlinkSync(port, join(this.roots.sys, 'class/tty', name, 'device'));
    if (id !== undefined) this.link(`serial/by-id/${id}`, name);
    if (place !== undefined) this.link(`serial/by-path/${place}`, name);
  }

  /** A port of the board. */
  has(name: string, type: string): void {
    this.file(`dev/${name}`);
    this.file(`sys/class/tty/${name}/type`, `${type}\n`);
  }

  runs(pid: number, command: readonly string[]): void {
    this.file(`proc/${pid}/comm`, `${command[0]?.split('/').at(-1)}\n`);
    this.file(`proc/${pid}/cmdline`, `${command.join('\0')}\0`);
  }

  readonly path = (name: string): string => join(this.roots.dev, name);
}

const ftdi: Plug = {
  manufacturer: 'FTDI',
  product: 'FT232R',
  serial: 'A50285BI',
  id: 'usb-FTDI_A50285BI',
  place: 'usb-1.1',
};
const ch340: Plug = { product: 'USB2.0-Serial', id: 'usb-1a86_USB2.0-Serial', place: 'usb-1.2' };
const away: Finding = { level: 'bad', what: 'keypad is away', hint: 'Check its cable.' };

test('what is plugged in, by the name that stays: a rule of this machine, the serial number, else the socket', t => {
  const machine = new Machine(t);
  machine.plugs('ttyUSB0', ftdi);
  machine.plugs('ttyUSB1', ch340);
  machine.plugs('ttyACM0', { product: 'Pad', id: 'usb-pad', place: 'usb-1.3' });
  machine.link('smartbox-keypad', 'ttyACM0');
  machine.plugs('ttyUSB10', {});
  machine.has('ttyS0', '4');
  machine.has('ttyS1', '0');
  machine.file('dev/ttyS2');
  machine.file('dev/ttyAMA0');
  for (const other of ['tty1', 'ttyprintk', 'null']) machine.file(`dev/${other}`);
  const { path } = machine;
  assert.deepEqual(
    serialPorts(machine.roots).map(port => [port.path, port.stable, port.product]),
    [
      [path('ttyACM0'), path('smartbox-keypad'), 'Pad'],
      [path('ttyAMA0'), path('ttyAMA0'), ''],
      [path('ttyS0'), path('ttyS0'), ''],
      [path('ttyUSB0'), path('serial/by-id/usb-FTDI_A50285BI'), 'FTDI FT232R'],
      [path('ttyUSB1'), path('serial/by-path/usb-1.2'), 'USB2.0-Serial'],
      [path('ttyUSB10'), null, '0403:6001'],
    ],
  );
});

test('serial list: the path to write, and as what the configuration uses it', t => {
  const machine = new Machine(t);
  machine.plugs('ttyUSB0', ftdi);
  machine.plugs('ttyUSB1', ch340);
  machine.file('dev/pts/7');
  const { path } = machine;
  const used = [
    { device: 'keypad', path: path('ttyUSB0'), up: true },
    { device: 'front', path: path('serial/by-path/gone'), up: false },
    { device: 'display', path: path('pts/7'), up: true },
  ];
  const rows = listOf(used, machine.roots);
  assert.deepEqual(
    rows.map(({ path: write, use, now }) => [write, use, now]),
    [
      [path('serial/by-id/usb-FTDI_A50285BI'), 'keypad', path('ttyUSB0')],
      [path('serial/by-path/usb-1.2'), null, path('ttyUSB1')],
      [null, 'front', null],
      [path('pts/7'), 'display', path('pts/7')],
    ],
  );
  const text = listText(rows);
  assert.match(text, /usb-FTDI_A50285BI .*FTDI FT232R +keypad, as .*ttyUSB0$/m);
  assert.match(text, /^- +away +- +front, as .*gone$/m);
  assert.match(listText([]), /no serial port is here/);
});

test('a port that is not there: the one that may be it instead, by the path to write', t => {
  const machine = new Machine(t);
  const used = { device: 'keypad', path: machine.path('ttyUSB0'), up: false };
  const hint = (): string => onPort(away, used, [used], machine.roots)[0]?.hint ?? '';
  assert.match(hint(), /There is no .*ttyUSB0\. No serial port is here that nobody uses/);
  machine.has('ttyS0', '4');
  machine.plugs('ttyUSB1', ftdi);
  assert.match(
    hint(),
    /If it is this one, write in the configuration path: .*by-id\/usb-FTDI_A50285BI \(FTDI FT232R, now/,
  );
  machine.plugs('ttyUSB2', ch340);
  assert.match(hint(), /one of these, .*usb-FTDI_A50285BI .*, or path: .*by-path\/usb-1\.2/);
  const other = { device: 'front', path: machine.path('serial/by-id/usb-FTDI_A50285BI'), up: true };
  const [found] = onPort(away, used, [used, other], machine.roots);
  assert.match(found?.hint ?? '', /If it is this one, .*by-path\/usb-1\.2/, 'never one that is in use');
});

test('a path that another device may have after the next plug is warned of, with the one that stays', t => {
  const machine = new Machine(t);
  machine.plugs('ttyUSB0', ftdi);
  const levels = (path: string) =>
    onPort(away, { device: 'keypad', path, up: true }, [], machine.roots).map(({ level, hint }) => [
      level,
      hint,
    ]);
  const stable = machine.path('serial/by-id/usb-FTDI_A50285BI');
  assert.deepEqual(levels(machine.path('ttyUSB0')).at(-1), [
    'warn',
    `Write in the configuration: path: ${stable}`,
  ]);
  assert.equal(levels(stable).length, 1);
});

const troubles: readonly (readonly [string, (machine: Machine) => void, RegExp | null])[] = [
  ['nothing', () => {}, null],
  [
    'console= of the command line',
    m => m.file('proc/cmdline', 'quiet console=tty1 console=ttyAMA0,115200 rw'),
    /console=ttyAMA0/,
  ],
  [
    'a console that is active',
    m => m.file('sys/class/tty/console/active', 'tty0 ttyAMA0\n'),
    /console=ttyAMA0/,
  ],
  ['the console of another port', m => m.file('proc/cmdline', 'console=ttyAMA01 earlycon=ttyAMA0'), null],
  [
    'a login',
    m => m.runs(412, ['/sbin/agetty', '-o', '-p', '115200', 'ttyAMA0', 'vt220']),
    /a login \(getty, process 412\) reads ttyAMA0 too.*serial-getty@ttyAMA0/s,
  ],
  ['a login on a screen', m => m.runs(412, ['/sbin/agetty', 'tty1']), null],
  ['another program of that word', m => m.runs(412, ['/usr/bin/less', 'ttyAMA0']), null],
  ['ModemManager, which leaves ports of the board alone', m => m.runs(500, ['/usr/sbin/ModemManager']), null],
];
for (const [name, happens, said] of troubles)
  test(`what else is on a port of the board: ${name}`, t => {
    const machine = new Machine(t);
    machine.file('dev/ttyAMA0');
    machine.link('smartbox-keypad', 'ttyAMA0');
    happens(machine);
    const found = portProblems(machine.path('smartbox-keypad'), machine.roots);
    if (said === null) assert.deepEqual(found, []);
    else assert.match(found.map(({ what, hint }) => `${what}\n${hint}`).join('\n'), said);
    assert.ok(found.length <= 1);
  });

test('ModemManager asks a bridge whether it is a modem, unless udev was told to keep it off', t => {
  const machine = new Machine(t);
  machine.plugs('ttyUSB0', ftdi);
  machine.file('sys/class/tty/ttyUSB0/dev', '188:0\n');
  machine.runs(500, ['/usr/sbin/ModemManager']);
  const found = () => portProblems(machine.path('ttyUSB0'), machine.roots).map(({ what }) => what);
  assert.match(found().join(), /ModemManager runs, and asks ttyUSB0/);
  machine.file('udev/c188:0', 'S:serial/by-id/x\nE:ID_MM_PORT_IGNORE=1\n');
  assert.deepEqual(found(), []);
});
