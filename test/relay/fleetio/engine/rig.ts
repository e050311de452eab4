/** The engine between a sandbox and model boxes, in one process, over time that passes only when a test says so. */
import { createHmac } from 'node:crypto';
import { existsSync as isThere, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, millis } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import { Secret } from '../../../../src/base/secret.ts';
import { changeAccount } from '../../../../src/relay/domain/accounts.ts';
import { timerWorkIn } from '../../../../src/relay/fleet/timer-work.ts';
import { Timers } from '../../../../src/relay/fleet/timers.ts';
import { Client } from '../../../../src/relay/fleetio/client/client.ts';
import { Engine } from '../../../../src/relay/fleetio/engine/engine.ts';
import {
  type Connection,
  type Desk,
  type EngineParts,
  write,
} from '../../../../src/relay/fleetio/engine/parts.ts';
import { assignmentTimers } from '../../../../src/relay/fleetio/engine/timer-work.ts';
import { Intake } from '../../../../src/relay/fleetio/intake.ts';
import { Limiter } from '../../../../src/relay/fleetio/limiter.ts';
import { type IntegrationSettings, settingsOfIntegration } from '../../../../src/relay/fleetio/settings.ts';
import { linkVehicle, noteVehicles } from '../../../../src/relay/fleetio/vehicles.ts';
import { WebhookKeys } from '../../../../src/relay/fleetio/webhook-keys.ts';
import { Hooks, type Webhook } from '../../../../src/relay/sandbox/hooks.ts';
import { assignmentRecord } from '../../../../src/relay/sandbox/records.ts';
import type { Office } from '../../../../src/relay/sandbox/routes.ts';
import { Gate } from '../../../../src/relay/sandbox/server.ts';
import { type Switches, wellBehaved } from '../../../../src/relay/sandbox/switches.ts';
import { World } from '../../../../src/relay/sandbox/world.ts';
import { openSqliteStore } from '../../../../src/relay/store/sqlite.ts';
import type { RelayStore } from '../../../../src/relay/store/store.ts';
import type { BookingTable, KeyTable } from '../../../../src/relay/store/tables.ts';
import type { AssignmentTable } from '../../../../src/relay/store/tables-fleetio.ts';
import type { MessageTable } from '../../../../src/relay/store/tables-notify.ts';
import { FakeTime } from '../../../fake-time.ts';
import { boxWithKeys, type House, houseOn } from '../../domain/house.ts';
import { ModelDepot } from './depot.ts';
import { inProcess } from './in-process.ts';

export const morning = Date.parse('2026-03-02T06:00:00Z');
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const fieldLabels = ['Keycafe Access Instructions', 'Keycafe Access Link', 'Keycafe Access Code'];
const sharedKey = 'test-shared-key';

export interface RigOptions {
  readonly keys?: number;
  readonly settings?: object;
  /** Names of the fields of which the integration knows the keys. */
  readonly unsigned?: boolean;
  readonly store?: RelayStore;
}

export class EngineRig {
  readonly time = new FakeTime({ wallMs: morning });
  readonly world: World;
  readonly switches: Switches = wellBehaved();
  readonly hooks: Hooks;
  readonly office: Office;
  readonly calls: string[] = [];
  readonly house: House;
  readonly store: RelayStore;
  readonly integration = 'int_test';
  readonly engines: Engine[] = [];
  readonly timers: Timers[] = [];
  readonly limiters: Limiter[] = [];
  readonly intake: Intake;
  readonly depot: ModelDepot;
  hook: Webhook | null = null;
  #moved = 0;
  #events = 0;
  #ownStore = true;

  private constructor(house: House, store: RelayStore) {
    const clock = {
      now: (): number => this.time.wall(),
      after: (ms: number, run: () => void): (() => void) =>
        this.time.at(after(this.time.mono(), millis(ms)), run),
    };
    this.house = house;
    this.store = store;
    this.world = new World({ id: 42, name: 'Example Fleet', token: 'abc123', apiKey: 'key-1' }, clock.now);
    this.hooks = new Hooks(this.world, this.switches, clock, (hook, body, signature) =>
      this.#post(hook, body, signature),
    );
    this.office = { world: this.world, switches: this.switches, hooks: this.hooks, now: clock.now };
    this.gate = new Gate(this.switches, clock, this.calls);
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

  readonly gate: Gate;

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
    await rig.#connect(settings, unsigned);
    for (const label of fieldLabels) rig.world.addField(label);
    const { box, keys: ids } = await boxWithKeys(house, keys, { id: 'depot-a' });
    rig.depot.boxes.push(box);
    await rig.#stocked(ids);
    rig.#ownStore = given === undefined;
    rig.hook = rig.hooks.add({
      ...{ url: 'http://relay/webhooks/fleetio', description: '', authorization: null, sharedKey },
      ...{ allEvents: true, events: new Set<string>() },
    });
    await rig.depot.sync(morning);
    return rig;
  }

  async #connect(settings: object, unsigned: boolean): Promise<void> {
    const { atRest } = this.house;
    const seal = (column: string, text: string): string =>
      atRest.seal('fleetio', `${this.integration}/${column}`, text);
    const key = (label: string) => ({ label, key: label.toLowerCase().replaceAll(' ', '_') });
    const [instructions = '', link = '', code = ''] = fieldLabels;
    const fields = { instructions: key(instructions), link: key(link), code: key(code) };
    await this.store.write(tx =>
      tx
        .insertInto('integration')
        .values({
          ...{
            id: this.integration,
            account: 'main',
            kind: 'fleetio',
            label: 'Fleet',
            base_url: 'http://127.0.0.1:1/api',
          },
          ...{ api_key: seal('api_key', 'key-1'), account_token: seal('account_token', 'abc123') },
          webhook_key: unsigned ? null : seal('webhook_key', sharedKey),
          webhook_authorization: null,
          settings: JSON.stringify({ callsPerMin: 0, fields, ...settings }),
          ...{ state: 'connected', created: morning, webhook_id: '11' },
        })
        .execute(),
    );
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

  parts(copy: string, store: RelayStore = this.store): EngineParts {
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
      http: inProcess(this.office, this.gate, () => {
        this.#moved += 1;
      }),
    });
    return { id, account: row.account, row, settings, client };
  }

  start(copy = 'relay-1', store: RelayStore = this.store): Engine {
    const parts = this.parts(copy, store);
    const engine = new Engine(parts);
    const { atRest, random } = this.house;
    const work = { ...timerWorkIn({ atRest, random }), ...assignmentTimers(parts) };
    const timers = new Timers({ store, time: this.time, log: silent, copy, work });
    this.engines.push(engine);
    this.timers.push(timers);
    timers.start();
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
    for (const timers of this.timers.splice(0)) await timers.close();
    const closing = Promise.all(this.engines.splice(0).map(engine => engine.close()));
    // Whatever waits for an answer has it.
    this.time.advance(minuteMs);
    this.house.nowMs = this.time.wall();
    await closing;
  }

  /** An event as Fleetio would send it, whatever the sandbox does. */
  async event(event: string, payload: object): Promise<void> {
    this.#events += 1;
    const body = Buffer.from(JSON.stringify({ id: this.#events, event, payload }));
    await this.intake.receive(body, {
      signature: createHmac('sha256', sharedKey).update(body).digest('hex'),
    });
  }

  record(id: number): object {
    const assignment = this.world.assignments.get(id);
    if (assignment === undefined) throw new Error(`there is no assignment ${id}`);
    return assignmentRecord(assignment, this.world, this.switches, this.now());
  }

  async #post(_hook: Webhook, body: string, signature: string): Promise<number | null> {
    try {
      await this.intake.receive(Buffer.from(body), { signature });
      return 200;
    } catch {
      return 500;
    }
  }

  /** Whatever is set off in this instant has happened. */
  async quiet(): Promise<void> {
    const seen = () => this.#moved + this.depot.moved;
    for (let still = 0; still < 12; ) {
      const before = seen();
      // A server of its own takes its time; SQLite is done within a turn.
      if (this.store.engine === 'postgres') await new Promise(resolve => setTimeout(resolve, 5));
      else await new Promise(resolve => setImmediate(resolve));
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

  act<T>(work: (desk: Desk) => Promise<T>): Promise<T> {
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
    if (row?.booking == null) return null;
    return (
      (await this.store.db
        .selectFrom('booking')
        .selectAll()
        .where('id', '=', row.booking)
        .executeTakeFirst()) ?? null
    );
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
  fields(id: number): {
    readonly instructions: string | null;
    readonly link: string | null;
    readonly code: string | null;
  } {
    const values = this.world.assignments.get(id)?.fields ?? {};
    const of = (label = ''): string | null => values[label.toLowerCase().replaceAll(' ', '_')] ?? null;
    return { instructions: of(fieldLabels[0]), link: of(fieldLabels[1]), code: of(fieldLabels[2]) };
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
    this.hooks.close();
    await this.intake.close();
    if (this.#ownStore) await this.store.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

const folders: string[] = [];

async function freshStore(): Promise<RelayStore> {
  const folder = mkdtempSync(join(isThere('/dev/shm') ? '/dev/shm' : tmpdir(), 'smartbox-engine-'));
  folders.push(folder);
  return await openSqliteStore({ file: join(folder, 'relay.db'), log: silent });
}
