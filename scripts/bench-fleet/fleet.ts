/** A relay with a thousand boxes that have been enrolled, each with a key and a booking; and the ways to look at it from outside. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import { wall } from '../../src/base/brand.ts';
import { silent } from '../../src/base/log.ts';
import { openRelay } from '../../src/relay/app/open-store.ts';
import { hashPassword } from '../../src/relay/broker/password.ts';
import { readRelayConfig } from '../../src/relay/config/config.ts';
import { ensureFirstAccount, firstAccount } from '../../src/relay/domain/accounts.ts';
import { createBooking } from '../../src/relay/domain/bookings.ts';
import { createBox } from '../../src/relay/domain/boxes.ts';
import type { Context } from '../../src/relay/domain/context.ts';
import { ensureIdentity } from '../../src/relay/domain/identity.ts';
import { createKey } from '../../src/relay/domain/keys.ts';
import { chainReady } from '../../src/wire/chain.ts';
import type { RelayKey } from '../../src/wire/relay-key.ts';
import { freePort } from '../rig/mosquitto-server.ts';
import { RelayRig, type Sections } from '../rig/relay-rig.ts';
import { until } from '../rig/until.ts';
import { LightBox } from './light-box.ts';

const hourMs = 3_600_000;
/** Boxes that are made in one transaction. */
const seedEach = 50;

export interface FleetBox {
  readonly light: LightBox;
  readonly booking: string;
}

export interface Made {
  readonly boxes: readonly FleetBox[];
  readonly relayKey: RelayKey;
  readonly password: string;
}

/** Where boxes connect. */
export interface Broker {
  readonly port: number;
  /** Sections of relay.yaml. */
  readonly sections: Sections;
  /** Made, with the files that it wants, once the boxes are in the database. */
  readonly start: (rig: RelayRig) => Promise<void>;
  readonly pid: () => number | null;
  readonly stop: () => Promise<void>;
}

/** In the relay's own process. */
export async function insideBroker(): Promise<Broker> {
  const port = await freePort();
  const sections = { mqtt: { listen: `127.0.0.1:${port}` } };
  return { port, sections, start: async () => {}, pid: () => null, stop: async () => {} };
}

export class Fleet {
  readonly rig: RelayRig;
  readonly broker: Broker;
  readonly boxes: readonly FleetBox[];
  readonly #made: Made;
  #reader: Database.Database | null = null;
  token = '';

  private constructor(rig: RelayRig, broker: Broker, made: Made) {
    this.rig = rig;
    this.broker = broker;
    this.#made = made;
    this.boxes = made.boxes;
  }

  /** `count` boxes in the database of a relay that does not run yet. */
  static async make(broker: Broker, count: number, log: string): Promise<Fleet> {
    const http = { listen: `127.0.0.1:${await freePort()}` };
    const rig = new RelayRig({ http, ...broker.sections, log });
    const made = await seed(rig, count);
    const fleet = new Fleet(rig, broker, made);
    fleet.token = await rig.token('admin');
    await broker.start(rig);
    return fleet;
  }

  get pid(): number {
    return this.rig.relay.child.pid ?? 0;
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.rig.start(undefined, env);
  }

  /** Gives the relay's database file, opened for reading: looking at what has been committed costs the relay nothing. */
  get reader(): Database.Database {
    this.#reader ??= new Database(join(this.rig.data, 'relay.db'), { readonly: true });
    return this.#reader;
  }

  /** For a file that is replaced. */
  closeReader(): void {
    this.#reader?.close();
    this.#reader = null;
  }

  /** Milliseconds until all of them are connected and subscribed, all at once; and until each has its set and the relay's word on it. */
  async connect(
    some: readonly FleetBox[],
  ): Promise<{ readonly subscribedMs: number; readonly inStepMs: number }> {
    const from = performance.now();
    const { password, relayKey: relay } = this.#made;
    const where = { host: '127.0.0.1', port: this.broker.port, password, relay };
    await Promise.all(some.map(({ light }) => light.connect(where)));
    const subscribedMs = performance.now() - from;
    const ready = (): boolean => some.every(({ light }) => light.vouchedAt > 0);
    await until('all boxes to be vouched for', ready, 120_000);
    return { subscribedMs, inStepMs: performance.now() - from };
  }

  disconnect(): void {
    for (const { light } of this.boxes) light.disconnect();
  }

  async dispose(): Promise<void> {
    this.disconnect();
    this.#reader?.close();
    await this.rig.dispose();
    await this.broker.stop();
  }
}

async function seed(rig: RelayRig, count: number): Promise<Made> {
  await chainReady;
  const { store, atRest } = await openRelay(readRelayConfig(rig.configFile, null, '/'), silent);
  const now = wall(Date.now());
  const random = randomBytes;
  const password = randomBytes(32).toString('base64url');
  const hash = hashPassword(password);
  const boxes: FleetBox[] = [];
  try {
    const { key: relayKey } = await store.write(async tx => {
      await ensureFirstAccount(tx, now);
      return ensureIdentity(tx, { atRest, random, now });
    });
    for (let from = 0; from < count; from += seedEach) {
      const some = Array.from({ length: Math.min(seedEach, count - from) }, (_, at) => `box-${from + at}`);
      const made = await store.write(async tx => {
        const context: Context = { tx, account: firstAccount, atRest, random, who: 'bench', now };
        const each: FleetBox[] = [];
        for (const id of some) each.push(await seedBox(context, id, hash));
        return each;
      });
      boxes.push(...made);
    }
    return { boxes, relayKey, password };
  } finally {
    await store.close();
  }
}

/** As enrolled: with keys of its own, and what it is to have. */
async function seedBox(context: Context, id: string, password: string): Promise<FleetBox> {
  const light = new LightBox(id);
  const { tx, now } = context;
  await createBox(context, { name: id, id });
  const key = await createKey(context, { name: `Van ${id}`, box: id, slot: 1 });
  const window = { start: now - hourMs, end: now + 48 * hourMs };
  const { id: booking } = await createBooking(context, { key: key.id, ...window });
  const keys = { sign: light.sign, seal: light.seal };
  await tx
    .updateTable('box')
    .set({ enrolments: 1, enrolled: now, ...keys, label: id, slots: '1', password })
    .where('id', '=', id)
    .execute();
  return { light, booking };
}
