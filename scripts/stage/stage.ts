import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rig } from '../rig/box-rig.ts';
import { FaultProxy } from '../rig/fault-proxy.ts';
import { RelayRig } from '../rig/relay-rig.ts';
import { FleetioStage } from './fleetio.ts';
import { Mailbox } from './mailbox.ts';
import { slotCount, vans } from './people.ts';
import { type Port, portFor } from './ports.ts';
import { sharedPty } from './shared-pty.ts';

/** The manual names these ports; they are taken where they are free. */
const wanted = { start: 8000, cabinet: 8090, http: 8080, mqtt: 1883, fleetio: 8070 } as const;

type Ports = Readonly<Record<keyof typeof wanted, Port>>;

/**
 * A relay, a box with four slots, a keypad, a reader and a display, and the cable between them; a Fleetio sandbox and a mail
 * server beside. All in one temporary folder, all on the loopback. `open` starts none of the programs.
 */
export class Stage {
  readonly dir: string;
  readonly ports: Ports;
  readonly relay: RelayRig;
  readonly rig: Rig;
  readonly fleetio: FleetioStage;
  readonly mails: Mailbox;
  readonly #cable: FaultProxy;
  #unplugged = false;
  #isOff = false;
  #closed = false;

  private constructor(
    dir: string,
    ports: Ports,
    parts: {
      readonly relay: RelayRig;
      readonly rig: Rig;
      readonly mails: Mailbox;
      readonly cable: FaultProxy;
    },
  ) {
    this.dir = dir;
    this.ports = ports;
    this.relay = parts.relay;
    this.rig = parts.rig;
    this.mails = parts.mails;
    this.fleetio = new FleetioStage(ports.fleetio.port);
    this.#cable = parts.cable;
  }

  static async open(): Promise<Stage> {
    const dir = mkdtempSync(join(tmpdir(), 'smartbox-demo-'));
    try {
      const ports = await allPorts();
      const { http, mqtt } = ports;
      const mails = await Mailbox.open();
      const cable = await new FaultProxy(mqtt.port).listen();
      const relay = new RelayRig(
        {
          http: { listen: `127.0.0.1:${http.port}` },
          // The box gets the address of the cable, so that we can pull it.
          mqtt: { listen: `127.0.0.1:${mqtt.port}`, url: `mqtt://127.0.0.1:${cable.port}` },
          mail: { url: `smtp://127.0.0.1:${mails.port}`, from: 'Demo keys <keys@example.com>' },
          fleetio: { allowLoopback: true },
        },
        dir,
      );
      const rig = await Rig.make({ slots: slotCount, display: true, under: dir, pty: sharedPty });
      // Free until the daemon takes it, and again each time that its power is cut.
      const own = await portFor(0);
      furnish(rig, { page: ports.cabinet.port, cable: own.port, broker: cable.port });
      return new Stage(dir, ports, { relay, rig, mails, cable });
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Which ports are not those of the manual, a sentence each. */
  get replaced(): readonly string[] {
    return Object.entries(this.ports).flatMap(([name, { port, isOther }]) =>
      isOther ? [`port ${wanted[name as keyof Ports]} is taken here: ${name} is on ${port}`] : [],
    );
  }

  /** The link that makes the first administrator. */
  get firstLink(): string {
    const [, link] = /(http\S+\/admin\/first\/\S+)/.exec(this.relay.relay.stdout) ?? [];
    if (link === undefined) throw new Error('the relay printed no first link');
    return link;
  }

  /** A file that holds a token for everything. */
  get tokenFile(): string {
    return join(this.dir, 'token');
  }

  /** The one address that somebody needs. */
  get startUrl(): string {
    return `http://127.0.0.1:${this.ports.start.port}`;
  }

  get cabinetUrl(): string {
    return `http://127.0.0.1:${this.ports.cabinet.port}`;
  }

  /** Whether somebody here has switched the box off, and will switch it on again. */
  get isOff(): boolean {
    return this.#isOff;
  }

  get isOver(): boolean {
    return this.#closed;
  }

  get unplugged(): boolean {
    return this.#unplugged;
  }

  async startRelay(): Promise<void> {
    this.#mustBeOpen();
    await this.relay.start();
  }

  async startFleetio(): Promise<void> {
    this.#mustBeOpen();
    await this.fleetio.start();
  }

  async keepToken(): Promise<string> {
    const token = await this.relay.token('admin');
    this.#mustBeOpen();
    writeFileSync(this.tokenFile, `${token}\n`, { mode: 0o600 });
    return token;
  }

  /** The page of the cabinet shows beside it what the relay believes: by a token that may read just that. */
  async tellCabinet(box: string): Promise<void> {
    const token = await this.relay.token('boxes:read', 'events:read');
    this.#mustBeOpen();
    const asking = { url: this.relay.url, token, box };
    writeFileSync(askingFile(this.rig), JSON.stringify(asking), { mode: 0o600 });
  }

  async switchOn(): Promise<void> {
    this.#mustBeOpen();
    await this.rig.start();
    this.#isOff = false;
  }

  /** Without a warning, as a fuse does it. */
  async cutPower(): Promise<void> {
    this.#isOff = true;
    await this.rig.stop('SIGKILL');
    this.powerWent();
  }

  /** The daemon was killed, by whomever: it must not take that for a crash. */
  powerWent(): void {
    otherBoot(this.rig.data);
  }

  /** Pulls the network cable of the box. */
  unplug(): void {
    this.#unplugged = true;
    this.#cable.refuse();
    this.#cable.cut();
  }

  plug(): void {
    this.#unplugged = false;
    this.#cable.heal();
  }

  /** Everything ends and everything goes; nothing is started any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([
      this.rig.dispose(),
      this.relay.dispose(),
      this.fleetio.close(),
      this.#cable.close(),
      this.mails.close(),
    ]);
    rmSync(this.dir, { recursive: true, force: true });
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new Error('the demo is over');
  }
}

async function allPorts(): Promise<Ports> {
  const names = Object.keys(wanted) as (keyof typeof wanted)[];
  const found = await Promise.all(names.map(async name => [name, await portFor(wanted[name])] as const));
  return Object.fromEntries(found) as Record<keyof typeof wanted, Port>;
}

const askingFile = (rig: Rig): string => join(rig.dir, 'relay-asked.json');

interface Wires {
  /** The page of the cabinet. */
  readonly page: number;
  /** The cable that its switch cuts, and what that leads to. */
  readonly cable: number;
  readonly broker: number;
}

function furnish(rig: Rig, { page, cable, broker }: Wires): void {
  const lamp = (line: number) => ({ chip: 'lamp', line });
  rig.configure({
    box: {
      id: 'demo',
      name: 'Demo depot',
      timezone: 'Europe/Amsterdam',
      language: 'en',
      region: 'NL',
      phone: '+31201234567',
    },
    indicators: { green: lamp(1), red: lamp(2), buzzer: lamp(3) },
    inputs: { tamper: { chip: 'alarm', line: 1 }, powerLow: { chip: 'alarm', line: 2 } },
    uplink: { url: `mqtt://127.0.0.1:${cable}` },
    cabinet: {
      listen: `127.0.0.1:${page}`,
      keys: vans,
      cable: { listen: `127.0.0.1:${cable}`, to: `127.0.0.1:${broker}` },
      relay: askingFile(rig),
      restartedBy: 'The demo (scripts/demo)',
    },
  });
  for (let slot = 1; slot <= slotCount; slot += 1) {
    rig.lines.door(slot, 'shut');
    rig.lines.key(slot, slot < slotCount ? 'in' : 'out');
  }
}

/** After a real power cut the kernel has another boot id, by which the daemon tells a power cut from a crash. */
function otherBoot(data: string): void {
  const file = join(data, 'run.json');
  const run = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...run, boot: 'the one before the power cut' }));
}
