/** All work on one integration, by the copy of the relay that has its lease. */

import { minutes } from '../../../../base/brand.ts';
import { reasonOf } from '../../../../base/fault.ts';
import { retryMs } from '../../../../base/retry.ts';
import { accountView } from '../../../domain/accounts.ts';
import { FleetioError } from '../api/errors.ts';
import { connectionProblem } from './connection-problems.ts';
import { type Connection, type EngineDeps, write } from './context.ts';
import { type Bundle, dueEvents, workOff } from './events.ts';
import { readContactsAgain } from './people.ts';
import { listVehicle, reconcile } from './reconcile.ts';
import { dueFields, writeBack } from './write-back.ts';

const kindsOfWork = ['events', 'fields', 'contacts', 'vehicles', 'reconcile'] as const;
export type KindOfWork = (typeof kindsOfWork)[number];

/** At one time; the limiter decides in which order calls go out. */
const bundlesMax = 64;
const writesMax = 8;
/** After a reading that failed, the next one waits so long; doubled each time. */
const again = { firstMs: minutes(1), mostMs: minutes(16) } as const;
/** How often it is looked at whether it is time to reconcile. */
const lookAgainMs = minutes(1);
/** A part of the interval by which each reading is early or late, so that not all read at one time. */
const jitter = 0.2;

export class Worker {
  readonly #deps: EngineDeps;
  readonly #id: string;
  readonly #wake: () => void;
  readonly #busy = new Map<string, Promise<void>>();
  /** Not before, by the wall clock: after a failure, per kind. */
  readonly #rest = new Map<KindOfWork, number>();
  #failures = 0;
  #isReconcileWanted = false;
  #isMissed = false;
  #jitter: number;

  /** `wake`: there may be more to do at once. */
  constructor(deps: EngineDeps, id: string, wake: () => void) {
    this.#deps = deps;
    this.#id = id;
    this.#wake = wake;
    const [byte = 0] = deps.random(1);
    this.#jitter = 1 + (byte / 255 - 0.5) * 2 * jitter;
  }

  get isBusy(): boolean {
    return this.#busy.size > 0;
  }

  /** Whether it wants to reconcile, though it is not yet time. */
  get isReconcileWanted(): boolean {
    return this.#isReconcileWanted;
  }

  /** Those that may be begun now. */
  ready(kinds: ReadonlySet<KindOfWork>): ReadonlySet<KindOfWork> {
    return new Set([...kinds].filter(kind => this.#isReady(kind)));
  }

  async close(): Promise<void> {
    while (this.#busy.size > 0) await Promise.allSettled(this.#busy.values());
  }

  /** Begins whatever of this is not under way; resolves when it has begun. */
  async run(kinds: ReadonlySet<KindOfWork>): Promise<void> {
    const connection = await this.#deps.connect(this.#id);
    if (connection.row.state !== 'connected') return;
    if (kinds.has('events')) await this.#events(connection);
    if (kinds.has('fields')) await this.#fields(connection);
    if (kinds.has('contacts'))
      this.#call('contacts', connection, () => readContactsAgain(this.#deps, connection));
    if (kinds.has('vehicles')) this.#call('vehicles', connection, () => this.#vehicles(connection));
    if ((kinds.has('reconcile') || this.#isReconcileWanted) && (await this.#isTime(connection)))
      this.#call('reconcile', connection, () => this.#reconcile(connection));
  }

  #call(kind: KindOfWork, connection: Connection, work: () => Promise<void>): void {
    if (this.#isReady(kind)) this.#begin(kind, () => this.#calls(kind, connection, work));
  }

  #begin(name: string, work: () => Promise<void>): void {
    if (this.#busy.has(name)) return;
    const running = work()
      .catch(error => {
        const reason = reasonOf(error);
        this.#deps.log.error({ integration: this.#id, work: name, reason }, 'work on an integration failed');
      })
      .finally(() => this.#busy.delete(name));
    this.#busy.set(name, running);
  }

  #isReady(kind: KindOfWork): boolean {
    return (this.#rest.get(kind) ?? 0) <= this.#deps.time.wall();
  }

  /** A call that Fleetio refuses is a Problem, and its kind is left alone for a while. */
  async #calls(kind: KindOfWork, connection: Connection, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#postpone(kind);
      if (!(error instanceof FleetioError)) throw error;
      if (error.code === 'fleetio-stopped') return;
      this.#failures += 1;
      this.#isMissed = true;
      await write(this.#deps, connection, context => connectionProblem(context, error));
    }
  }

  #postpone(kind: KindOfWork): void {
    const wait = retryMs(again, this.#failures);
    this.#rest.set(kind, this.#deps.time.wall() + wait);
  }

  async #events(connection: Connection): Promise<void> {
    const bundles = await dueEvents(this.#deps, connection);
    for (const bundle of bundles) {
      if (this.#busy.size >= bundlesMax) return;
      this.#begin(nameOf(bundle), async () => {
        if ((await workOff(this.#deps, connection, bundle)) === 'reconcile') this.#wantReconcile();
        this.#wake();
      });
    }
  }

  #wantReconcile(): void {
    this.#isReconcileWanted = true;
    if (this.#failures === 0) this.#rest.delete('reconcile');
  }

  async #fields(connection: Connection): Promise<void> {
    const writing = [...this.#busy.keys()].filter(name => name.startsWith('fields ')).length;
    if (writing >= writesMax) return;
    for (const { id } of await dueFields(this.#deps, connection, writesMax))
      this.#begin(`fields ${id}`, () => writeBack(this.#deps, connection, id));
  }

  async #vehicles(connection: Connection): Promise<void> {
    const rows = await this.#deps.store.db
      .selectFrom('vehicle')
      .select('id')
      .where('integration', '=', this.#id)
      .where('key', 'is not', null)
      .where('listed', 'is', null)
      .limit(50)
      .execute();
    for (const { id } of rows) await listVehicle(this.#deps, connection, id);
  }

  async #isTime({ row, account }: Connection): Promise<boolean> {
    if (!this.#isReady('reconcile')) return false;
    if (this.#isReconcileWanted || row.reconciled === null) return true;
    const { settings } = await accountView({ tx: this.#deps.store.db, account });
    const every = minutes(settings.assignments.reconcileMin) * this.#jitter;
    const now = this.#deps.time.wall();
    const due = row.reconciled + every;
    // What is set may be set otherwise.
    if (now < due) this.#rest.set('reconcile', Math.min(due, now + lookAgainMs));
    // Twice as long as it should be: nobody knows what was missed.
    if (now > due + every) this.#isMissed = true;
    return now >= due;
  }

  async #reconcile(connection: Connection): Promise<void> {
    const isFull = this.#isMissed || this.#isReconcileWanted;
    this.#isReconcileWanted = false;
    try {
      const isWhole = await reconcile(this.#deps, connection, { isFull });
      this.#isMissed = !isWhole;
      if (!isWhole) this.#postpone('reconcile');
      this.#failures = isWhole ? 0 : this.#failures + 1;
    } catch (error) {
      this.#isMissed ||= isFull;
      throw error;
    }
  }
}

const nameOf = ({ subject, events }: Bundle): string => `event ${subject ?? events[0]?.id ?? ''}`;
