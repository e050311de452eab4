import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rig } from '../rig/box-rig.ts';
import { FaultProxy } from '../rig/fault-proxy.ts';
import { RelayRig } from '../rig/relay-rig.ts';
import { FleetioStage } from './fleetio.ts';
import { Mailbox } from './mailbox.ts';
import { slotCount } from './people.ts';
import { type Port, portFor } from './ports.ts';

/** The manual names these ports; they are taken where they are free. */
const wanted = { http: 8080, mqtt: 1883, fleetio: 8070 } as const;

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
      const [http, mqtt, fleetio] = await Promise.all([
        portFor(wanted.http),
        portFor(wanted.mqtt),
        portFor(wanted.fleetio),
      ]);
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
      const rig = await Rig.make({ slots: slotCount, display: true, under: dir });
      furnish(rig);
      return new Stage(dir, { http, mqtt, fleetio }, { relay, rig, mails, cable });
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

  async switchOn(): Promise<void> {
    this.#mustBeOpen();
    await this.rig.start();
  }

  /** Without a warning, as a fuse does it. */
  async cutPower(): Promise<void> {
    await this.rig.stop('SIGKILL');
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

function furnish(rig: Rig): void {
  rig.configure({
    box: {
      id: 'demo',
      name: 'Demo depot',
      timezone: 'Europe/Amsterdam',
      language: 'en',
      region: 'NL',
      phone: '+31201234567',
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
