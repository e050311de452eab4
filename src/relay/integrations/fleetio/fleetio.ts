/** Fleetio's room: clients, webhooks, vehicles. What has a lifetime is here, and ends with it. */
import { after, millis } from '../../../base/brand.ts';
import { every } from '../../../base/every.ts';
import { reasonOf } from '../../../base/fault.ts';
import { Clients } from './clients.ts';
import { type FieldsSeen, seenFields } from './fields.ts';
import { type ImportDeps, importVehicles } from './vehicles/import.ts';
import { listedFields } from './verify-connection.ts';
import { Intake } from './webhook/intake.ts';
import { WebhookKeys } from './webhook/webhook-keys.ts';

const dayMs = 86_400_000;
const lookEveryMs = millis(10 * 60_000);
/** Events that were worked on are kept so long, for looking back. */
const eventsKeptMs = 30 * dayMs;
const pieceMax = 500;
/** Of all integrations, so many are read at one time. */
const importsAtOnce = 50;

interface FleetioOptions extends ImportDeps {
  /** 0 ≤ x < 1. */
  readonly chance: () => number;
  /** relay.yaml `fleetio.allowLoopback`. */
  readonly allowLoopback: boolean;
  /** `https://…/webhooks/fleetio`, as Fleetio is to be told. */
  readonly webhookUrl: () => string;
  /** Told after the commit of webhook events that are to be worked on. */
  readonly stored?: () => void;
}

export class Fleetio {
  readonly clients: Clients;
  readonly keys: WebhookKeys;
  readonly intake: Intake;
  readonly #options: FleetioOptions;
  readonly #imports = new Map<string, Promise<void>>();
  #cancel: () => void = () => {};
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: FleetioOptions) {
    this.#options = options;
    this.clients = new Clients(options);
    this.keys = new WebhookKeys(options);
    const { store, time, log, stored = () => {} } = options;
    this.intake = new Intake({ store, time, log, keys: this.keys, stored });
  }

  get webhookUrl(): string {
    return this.#options.webhookUrl();
  }

  /** Where the relay is found, without a slash at its end. */
  get httpUrl(): string {
    return this.webhookUrl.replace(/\/webhooks\/fleetio$/, '');
  }

  start(): void {
    this.#look();
    this.#cancel = every(this.#options.time, lookEveryMs, () => this.#look());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    this.clients.close();
    await this.intake.close();
    await this.#looking;
    await Promise.all(this.#imports.values());
  }

  /** Something about an integration was changed here. */
  changed(): void {
    this.keys.forget();
    if (!this.#closed) this.#looking = this.#looking.then(() => this.#importDue());
  }

  /** Reads all vehicles; resolves when they are read, or could not be. */
  refresh(id: string): Promise<void> {
    const running = this.#imports.get(id);
    if (running !== undefined) return running;
    const work = this.#import(id).finally(() => this.#imports.delete(id));
    this.#imports.set(id, work);
    return work;
  }

  /** As `refresh`, but waits no longer than so. */
  refreshWithin(id: string, ms: number): Promise<void> {
    const { time } = this.#options;
    return new Promise(resolve => {
      const stop = time.at(after(time.mono(), millis(ms)), resolve);
      void this.refresh(id).finally(() => {
        stop();
        resolve();
      });
    });
  }

  /** @throws Fault `not-found`; FleetioError */
  async customFields(id: string, account: string): Promise<FieldsSeen> {
    const { client, settings } = await this.clients.of(id, account);
    const assignments = await client.someAssignments({ for: 'person' });
    return seenFields(settings.fields, { list: await listedFields(client), assignments });
  }

  async #import(id: string): Promise<void> {
    try {
      await importVehicles(this.#options, await this.clients.of(id, null));
    } catch (error) {
      this.#options.log.warn({ integration: id, reason: reasonOf(error) }, 'vehicles could not be read');
    }
  }

  #look(): void {
    this.#looking = this.#looking.then(async () => {
      await this.#importDue();
      await this.#forgetEvents();
    });
  }

  /** New integrations, and once a day all. What they are still at does not keep the next look waiting. */
  async #importDue(): Promise<void> {
    const { store, time, log } = this.#options;
    try {
      const due = await store.db
        .selectFrom('integration')
        .select('id')
        .where('state', '=', 'connected')
        .where(eb => eb.or([eb('imported', 'is', null), eb('imported', '<', time.wall() - dayMs)]))
        .orderBy('imported')
        .limit(importsAtOnce)
        .execute();
      for (const { id } of due) void this.refresh(id);
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'integrations could not be looked at');
    }
  }

  async #forgetEvents(): Promise<void> {
    const { store, time, log } = this.#options;
    try {
      const integrations = await store.db.selectFrom('integration').select('id').execute();
      for (const { id } of integrations) {
        const before = time.wall() - eventsKeptMs;
        let forgotten = pieceMax;
        while (forgotten === pieceMax && !this.#closed) forgotten = await this.#forgetPiece(id, before);
      }
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'old events could not be forgotten');
    }
  }

  #forgetPiece(integration: string, before: number): Promise<number> {
    return this.#options.store.write(async tx => {
      const old = await tx
        .selectFrom('webhook_event')
        .select('id')
        .where('integration', '=', integration)
        .where('received', '<', before)
        .where('state', '!=', 'new')
        .limit(pieceMax)
        .execute();
      if (old.length > 0)
        await tx
          .deleteFrom('webhook_event')
          .where('integration', '=', integration)
          .where(
            'id',
            'in',
            old.map(({ id }) => id),
          )
          .execute();
      return old.length;
    });
  }
}
