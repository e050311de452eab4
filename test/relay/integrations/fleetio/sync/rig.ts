/** The engine between a sandbox and model boxes, in one process, over time that passes only when a test says so. */
import { silent } from '../../../../../src/base/log.ts';
import { Secret } from '../../../../../src/base/secret.ts';
import { changeAccount } from '../../../../../src/relay/domain/accounts.ts';
import { bookingWork } from '../../../../../src/relay/domain/booking-work.ts';
import { Client } from '../../../../../src/relay/integrations/fleetio/api/client.ts';
import { Limiter } from '../../../../../src/relay/integrations/fleetio/api/limiter.ts';
import {
  type IntegrationSettings,
  settingsOfIntegration,
} from '../../../../../src/relay/integrations/fleetio/settings.ts';
import {
  type Connection,
  type EngineDeps,
  type SyncContext,
  write,
} from '../../../../../src/relay/integrations/fleetio/sync/context.ts';
import { Engine } from '../../../../../src/relay/integrations/fleetio/sync/engine.ts';
import { fleetioWork } from '../../../../../src/relay/integrations/fleetio/sync/work-handlers.ts';
import {
  linkVehicle,
  noteVehicles,
} from '../../../../../src/relay/integrations/fleetio/vehicles/vehicles.ts';
import { Intake } from '../../../../../src/relay/integrations/fleetio/webhook/intake.ts';
import { WebhookKeys } from '../../../../../src/relay/integrations/fleetio/webhook/webhook-keys.ts';
import type { RelayStore } from '../../../../../src/relay/store/store.ts';
import type { BookingTable, KeyTable } from '../../../../../src/relay/store/tables.ts';
import type { AssignmentTable } from '../../../../../src/relay/store/tables-fleetio.ts';
import type { MessageTable } from '../../../../../src/relay/store/tables-notify.ts';
import { WorkRunner } from '../../../../../src/relay/work/runner.ts';
import { FakeTime } from '../../../../fake-time.ts';
import { boxWithKeys, type House, houseOn } from '../../../domain/house.ts';
import { storeTurn } from '../../../stores.ts';
import { ModelDepot } from './depot.ts';
import { FleetSide, type Shown } from './fleet-side.ts';
import { connect, forgetStores, freshStore, morning, stands } from './relay-side.ts';

export const minuteMs = 60_000;
export const hourMs = 3_600_000;

export interface RigOptions {
  readonly keys?: number;
  readonly settings?: object;
  /** The integration has no key for its webhook. */
  readonly unsigned?: boolean;
  readonly store?: RelayStore;
}

export class EngineRig {
  readonly time = new FakeTime({ wallMs: morning });
  readonly fleet: FleetSide;
  readonly house: House;
  readonly store: RelayStore;
  readonly integration = 'int_test';
  readonly engines: Engine[] = [];
  readonly runners: WorkRunner[] = [];
  readonly limiters: Limiter[] = [];
  readonly intake: Intake;
  readonly depot: ModelDepot;
  #ownStore = true;

  private constructor(house: House, store: RelayStore) {
    this.house = house;
    this.store = store;
    this.fleet = new FleetSide(this.time, (body, signature) => this.intake.receive(body, { signature }));
    const { atRest } = house;
    const keys = new WebhookKeys({ store, atRest, time: this.time, log: silent });
    this.intake = new Intake({
      ...{ store, time: this.time, log: silent, keys },
      stored: () => {
        for (const engine of this.engines) engine.nudge();
      },
    });
    this.depot = new ModelDepot(house);
  }

  get world() {
    return this.fleet.world;
  }

  get switches() {
    return this.fleet.switches;
  }

  get calls(): readonly string[] {
    return this.fleet.calls;
  }

  static async make({
    keys = 3,
    settings = {},
    unsigned = false,
    store: given,
  }: RigOptions = {}): Promise<EngineRig> {
    const store = given ?? (await freshStore());
    const house = await houseOn(store);
    house.nowMs = morning;
    const rig = new EngineRig(house, store);
    await connect(house, rig.integration, { settings, unsigned });
    const { box, keys: ids } = await boxWithKeys(house, keys, { id: 'depot-a' });
    await stands(house, { timezone: 'Europe/Amsterdam', region: 'NL' });
    rig.depot.boxes.push(box);
    await rig.#stocked(ids);
    rig.#ownStore = given === undefined;
    await rig.depot.sync(morning);
    return rig;
  }

  async #stocked(ids: readonly string[]): Promise<void> {
    await this.store.write(tx =>
      tx.updateTable('key').set({ place: 'in', place_since: morning }).where('id', 'in', ids).execute(),
    );
  }

  /** A vehicle, its key of the same number, linked. */
  async vehicle(number: number, mode: 'automatic' | 'prompt' | null = 'automatic'): Promise<number> {
    const { id, name, plate } = this.world.addVehicle(`Van ${number}`, `KX ${number}`);
    await this.house.act(async context => {
      const owner = { id: this.integration, account: 'main' };
      const seen = { id: String(id), name, plate, archived: false, sample: false };
      await noteVehicles(context, owner, [seen]);
      if (mode !== null)
        await linkVehicle(context, this.integration, String(id), { key: `van ${number}`, mode });
    });
    return id;
  }

  parts(copy: string, store: RelayStore = this.store): EngineDeps {
    const { atRest, random } = this.house;
    const limiter = new Limiter(this.time, 0);
    this.limiters.push(limiter);
    return {
      ...{ store, atRest, random, time: this.time, log: silent, copy, httpUrl: 'https://relay' },
      connect: id => this.#connection(id, limiter),
    };
  }

  async #connection(id: string, limiter: Limiter): Promise<Connection> {
    const row = await this.store.db
      .selectFrom('integration')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const settings: IntegrationSettings = settingsOfIntegration(row);
    limiter.perMin = settings.callsPerMin;
    const client = new Client({
      ...{ baseUrl: 'http://127.0.0.1:1/api', allowLoopback: true, settings, limiter, time: this.time },
      ...{ apiKey: new Secret('key-1'), accountToken: new Secret('abc123'), chance: () => 0.5 },
      http: this.fleet.http,
    });
    return { id, account: row.account, row, settings, client };
  }

  start(copy = 'relay-1', store: RelayStore = this.store): Engine {
    const parts = this.parts(copy, store);
    const engine = new Engine(parts);
    const { atRest, random } = this.house;
    const handlers = { ...bookingWork({ atRest, random }), ...fleetioWork(parts) };
    const runner = new WorkRunner({ store, time: this.time, log: silent, copy, handlers });
    this.engines.push(engine);
    this.runners.push(runner);
    runner.start();
    engine.start();
    return engine;
  }

  /** This copy ends, and another takes over. */
  async restart(copy: string): Promise<void> {
    await this.#stop();
    this.start(copy);
  }

  async #stop(): Promise<void> {
    for (const limiter of this.limiters.splice(0)) limiter.close();
    for (const runner of this.runners.splice(0)) await runner.close();
    const closing = Promise.all(this.engines.splice(0).map(engine => engine.close()));
    // Whatever waits for an answer has it.
    this.time.advance(minuteMs);
    this.house.nowMs = this.time.wall();
    await closing;
  }

  /** Whatever is set off in this instant has happened. */
  async quiet(): Promise<void> {
    const seen = () => this.fleet.moved + this.depot.moved;
    for (let still = 0; still < 12; ) {
      const before = seen();
      await storeTurn(this.store);
      still = before === seen() && this.store.waiting === 0 ? still + 1 : 0;
    }
  }

  /** Time passes in steps, and boxes hear what is new for them. */
  async pass(ms: number, stepMs = 1_000): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      await this.quiet();
      this.time.advance(Math.min(left, stepMs));
      this.house.nowMs = this.time.wall();
      await this.quiet();
      await this.depot.sync(this.time.wall());
    }
    await this.quiet();
  }

  now(): number {
    return this.time.wall();
  }

  set(settings: object): Promise<unknown> {
    return this.house.act(context => changeAccount(context, { settings: settings as never }));
  }

  act<T>(work: (context: SyncContext) => Promise<T>): Promise<T> {
    return write(this.parts('test'), { id: this.integration, account: 'main' }, work);
  }

  assignment(id: number): Promise<AssignmentTable | undefined> {
    return this.store.db.selectFrom('assignment').selectAll().where('id', '=', String(id)).executeTakeFirst();
  }

  async lease(): Promise<{ readonly lease: string | null }> {
    return this.store.db
      .selectFrom('integration')
      .select('lease')
      .where('id', '=', this.integration)
      .executeTakeFirstOrThrow();
  }

  /** The booking that stands for an assignment. */
  async booking(id: number): Promise<BookingTable | null> {
    const row = await this.assignment(id);
    const query = this.store.db.selectFrom('booking').where('id', '=', row?.booking ?? '');
    return (await query.selectAll().executeTakeFirst()) ?? null;
  }

  bookings(): Promise<readonly BookingTable[]> {
    return this.store.db.selectFrom('booking').selectAll().orderBy('id').execute();
  }

  async key(number: number): Promise<KeyTable> {
    return this.store.db
      .selectFrom('key')
      .selectAll()
      .where('name', '=', `van ${number}`)
      .executeTakeFirstOrThrow();
  }

  /** Kinds of open Problems. */
  async problems(): Promise<readonly string[]> {
    const rows = await this.store.db
      .selectFrom('problem')
      .select('kind')
      .where('cleared', 'is', null)
      .orderBy('kind')
      .execute();
    return rows.map(({ kind }) => kind);
  }

  /** What people were told, `kind:driver's name`, in order. */
  async told(): Promise<readonly string[]> {
    const rows = await this.store.db
      .selectFrom('message')
      .leftJoin('driver', 'driver.id', 'message.driver')
      .select(['message.kind', 'driver.name'])
      .where('message.kind', '!=', 'reminder')
      .orderBy('message.created')
      .orderBy('message.id')
      .execute();
    return rows.map(({ kind, name }) => `${kind}:${name ?? 'admins'}`);
  }

  messages(): Promise<readonly MessageTable[]> {
    return this.store.db.selectFrom('message').selectAll().orderBy('created').execute();
  }

  /** As Fleetio has them now. */
  fields(id: number): Shown {
    return this.fleet.fields(id);
  }

  /** The code as Fleetio shows it, without its gaps. */
  codeIn(id: number): string | undefined {
    return this.fields(id).code?.replaceAll(' ', '');
  }

  async codeOf(id: number): Promise<string | null> {
    const booking = await this.booking(id);
    if (booking?.code == null) return null;
    return this.house.atRest.open('code', booking.id, booking.code);
  }

  async close(): Promise<void> {
    await this.#stop();
    this.fleet.hooks.close();
    await this.intake.close();
    if (this.#ownStore) await this.store.close();
    forgetStores();
  }
}
