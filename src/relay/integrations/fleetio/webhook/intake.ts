/** From a post to rows that last. What comes while a commit is under way goes along with the next, as one statement. */
import type { Transaction } from 'kysely';
import { Fault, reasonOf } from '../../../../base/fault.ts';
import type { Log } from '../../../../base/log.ts';
import type { Time } from '../../../../base/time.ts';
import { BatchWriter } from '../../../store/batch-writer.ts';
import type { RelayStore } from '../../../store/store.ts';
import type { Tables } from '../../../store/tables.ts';
import type { WebhookEventTable } from '../../../store/tables-fleetio.ts';
import { meaningOf } from '../settings.ts';
import { readEnvelope } from './envelope.ts';
import type { Among, Proof, Target, WebhookKeys } from './webhook-keys.ts';

/** Posts that may wait for the disk; Fleetio sends a refused one again. */
const waitingMax = 20_000;
const batchMax = 500;
/** How exact `last_event` is: not every post writes the integration's row. */
const notedEveryMs = 10_000;

interface IntakeOptions {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  readonly keys: WebhookKeys;
  /** Told after the commit of events that are to be worked on. */
  readonly stored: () => void;
}

/** A post that waits for its answer, with its rows. */
interface Posted {
  readonly rows: readonly WebhookEventTable[];
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #noted = new Map<string, number>();
  readonly #writer: BatchWriter<Posted>;
  /** The integrations whose `last_event` the last job wrote. */
  #heard: readonly string[] = [];

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#writer = new BatchWriter<Posted>({
      store: options.store,
      most: batchMax,
      // One turn of the loop: all that arrives meanwhile goes along.
      gather: () => new Promise(resolve => setImmediate(resolve)),
      write: (tx, posts) => this.#write(tx, rowsOf(posts)),
      done: posts => this.#stored(posts),
      failed: (posts, error) => {
        options.log.warn({ reason: reasonOf(error), posts: posts.length }, 'events were not stored');
        // Perhaps their integration is gone.
        options.keys.forget();
        for (const { fail } of posts) fail(error);
      },
    });
  }

  get waiting(): number {
    return this.#writer.waiting;
  }

  /**
   * Resolves once the event is durable, also when it was there before.
   * Gives the ids of the integrations that it was for; `among`: see `WebhookKeys.whose`.
   * @throws Fault `unsigned` where it is nobody's; `bad-json`, `bad-input`; `store-busy`
   */
  async receive(raw: Uint8Array, proof: Proof, among: Among = 'all'): Promise<readonly string[]> {
    const targets = await this.#options.keys.whose(raw, proof, among);
    if (targets.length === 0) throw unsigned();
    const envelope = readEnvelope(raw);
    const rows = targets.map(target => this.#row(target, envelope));
    if (this.waiting >= waitingMax)
      throw new Fault('store-busy', `${waitingMax} events wait for the disk`, 'Send it again.');
    await new Promise<void>((done, fail) => this.#writer.push({ rows, done, fail }));
    return targets.map(({ integration }) => integration);
  }

  close(): Promise<void> {
    return this.#writer.settled();
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

  async #write(tx: Transaction<Tables>, rows: readonly WebhookEventTable[]): Promise<void> {
    const now = this.#options.time.wall();
    const integrations = new Set(rows.map(({ integration }) => integration));
    const heard = [...integrations].filter(each => now - (this.#noted.get(each) ?? 0) >= notedEveryMs);
    this.#heard = heard;
    await insert(tx, rows, { heard, now });
  }

  #stored(posts: readonly Posted[]): void {
    const now = this.#options.time.wall();
    for (const integration of this.#heard) this.#noted.set(integration, now);
    if (rowsOf(posts).some(({ state }) => state === 'new')) this.#options.stored();
    for (const { done } of posts) done();
  }
}

const rowsOf = (posts: readonly Posted[]): readonly WebhookEventTable[] => posts.flatMap(({ rows }) => rows);

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
