/** From a post to rows that last. What comes while a commit is under way goes along with the next, as one statement. */
import type { Transaction } from 'kysely';
import { Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Time } from '../ports.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { WebhookEventTable } from '../store/tables-fleetio.ts';
import { readEnvelope } from './envelope.ts';
import { meaningOf } from './settings.ts';
import type { Proof, Target, WebhookKeys } from './webhook-keys.ts';

/** Posts that may wait for the disk; Fleetio sends a refused one again. */
const waitingMax = 20_000;
const batchMax = 500;
/** How exact `last_event` is: not every post writes the integration's row. */
const notedEveryMs = 10_000;

export interface IntakeOptions {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  readonly keys: WebhookKeys;
  /** Told after the commit of events that are to be worked on. */
  readonly stored: () => void;
}

interface Waiting {
  readonly rows: readonly WebhookEventTable[];
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #noted = new Map<string, number>();
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves once the event is durable, also when it was there before.
   * @throws Fault `unsigned` where it is nobody's; `bad-json`, `bad-input`; `store-busy`
   */
  async receive(raw: Uint8Array, proof: Proof): Promise<void> {
    const targets = await this.#options.keys.whose(raw, proof);
    if (targets.length === 0) throw unsigned();
    const envelope = readEnvelope(raw);
    const rows = targets.map(target => this.#row(target, envelope));
    if (this.#waiting.length >= waitingMax)
      throw new Fault('store-busy', `${waitingMax} events wait for the disk`, 'Send it again.');
    await new Promise<void>((done, fail) => {
      this.#waiting.push({ rows, done, fail });
      this.#running ??= this.#run();
    });
  }

  async close(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  #row(target: Target, { id, event, subject, payload }: ReturnType<typeof readEnvelope>): WebhookEventTable {
    const { integration, account, settings, enabled } = target;
    const now = this.#options.time.wall();
    const isKnown = meaningOf(event, settings) !== 'unknown';
    if (!isKnown) this.#options.log.info({ integration, event }, 'an event that nothing here waits for');
    return {
      ...{ integration, id, account, event, subject, received: now, due: now, tries: 0 },
      payload: isKnown ? payload : '{}',
      state: isKnown && enabled ? 'new' : 'ignored',
    };
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // One turn of the loop: all that arrives meanwhile goes along.
      await new Promise(resolve => setImmediate(resolve));
      await this.#batch(this.#waiting.splice(0, batchMax));
    }
    this.#running = null;
  }

  async #batch(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(batch.flatMap(({ rows }) => rows));
      for (const { done } of batch) done();
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) {
        this.#options.log.warn({ reason: reasonOf(error) }, 'an event was not stored');
        // Perhaps its integration is gone.
        this.#options.keys.forget();
        only.fail(error);
        return;
      }
      // One of them is not to spoil it for the others.
      for (const one of batch) await this.#batch([one]);
    }
  }

  async #write(rows: readonly WebhookEventTable[]): Promise<void> {
    const { store, time, stored } = this.#options;
    const now = time.wall();
    const heard = [...new Set(rows.map(({ integration }) => integration))].filter(
      integration => now - (this.#noted.get(integration) ?? 0) >= notedEveryMs,
    );
    await store.write(tx => insert(tx, rows, { heard, now }));
    for (const integration of heard) this.#noted.set(integration, now);
    if (rows.some(({ state }) => state === 'new')) stored();
  }
}

const unsigned = (): Fault =>
  new Fault(
    'unsigned',
    'this is signed with no key that is known here',
    'Copy the secret key of the webhook from Fleetio (Webhooks, row menu, View Secret Key) into the integration.',
  );

async function insert(
  tx: Transaction<Tables>,
  rows: readonly WebhookEventTable[],
  { heard, now }: { readonly heard: readonly string[]; readonly now: number },
): Promise<void> {
  await tx
    .insertInto('webhook_event')
    .values([...rows])
    .onConflict(on => on.columns(['integration', 'id']).doNothing())
    .execute();
  if (heard.length > 0)
    await tx.updateTable('integration').set({ last_event: now }).where('id', 'in', heard).execute();
}
