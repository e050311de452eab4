/**
 * Sends what waits, for each address in order and one at a time. An item of the queue is taken off, marks the address as being called and
 * waits once more for the time when a call without an end counts as lost; the call itself happens outside of any transaction.
 */
import { wall } from '../../../base/brand.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { Time } from '../../../base/time.ts';
import type { Context, DomainDeps } from '../../domain/context.ts';
import { selectForUpdate } from '../../store/select-for-update.ts';
import type { RelayStore } from '../../store/store.ts';
import type { WebhookTable } from '../../store/tables-webhooks.ts';
import { putWork } from '../../work/queue.ts';
import type { WorkHandlers } from '../../work/runner.ts';
import { type Call, type CallResult, callWebhook } from './call.ts';
import { cloudEvent } from './cloud-event.ts';
import { sendingWork } from './feed.ts';
import { giveUpOld, settle } from './settle.ts';
import { secretRow } from './webhooks.ts';

/** Longer than any call. */
const leaseMs = 60_000;
/** Calls of this copy at one time. */
const callsMost = 16;
const fullMs = 1_000;

interface SenderDeps extends DomainDeps {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  /** relay.yaml `webhooks.allowLoopback`. */
  readonly allowLoopback: boolean;
  /** Where the relay is found. */
  readonly httpUrl: () => string;
}

type Tx = Context['tx'];

export class WebhookSender {
  readonly work: WorkHandlers = { [sendingWork]: (tx, id, now) => this.#next(tx, id, now) };
  readonly #deps: SenderDeps;
  readonly #calls = new Map<string, Promise<void>>();
  readonly #end = new AbortController();

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#calls.values());
  }

  async #next(tx: Tx, id: string, now: number): Promise<void> {
    const row = await rowOf(tx, id);
    if (row === undefined || row.state !== 'on' || this.#end.signal.aborted) return;
    const again = (due: number): Promise<void> => putWork(tx, { kind: sendingWork, subject: id, due });
    if (row.resting !== null && row.resting > now) return await again(row.resting);
    if (this.#calls.has(id) || this.#calls.size >= callsMost) return await again(now + fullMs);
    await giveUpOld(this.#context(tx, row.account, now), row);
    const next = await tx
      .selectFrom('webhook_delivery')
      .selectAll()
      .where('webhook', '=', id)
      .where('state', '=', 'waiting')
      .orderBy('number')
      .limit(1)
      .executeTakeFirst();
    if (next === undefined) return;
    await tx
      .updateTable('webhook')
      .set({ resting: now + leaseMs })
      .where('id', '=', id)
      .execute();
    await again(now + leaseMs);
    const body = await cloudEvent(tx, row, next, this.#deps.httpUrl());
    this.#begin(row, next.number, {
      address: row.address,
      secrets: this.#secrets(row, now),
      id: next.id,
      body,
    });
  }

  #secrets({ id, secret, old_secret, old_until }: WebhookTable, now: number): readonly string[] {
    const { atRest } = this.#deps;
    const kept =
      old_secret !== null && old_until !== null && now < old_until ? [secret, old_secret] : [secret];
    return kept.map(each => atRest.open('webhook', secretRow(id), each));
  }

  /** A transaction that is undone afterwards has sent it all the same: receivers know an event by its id. */
  #begin({ id, account }: WebhookTable, number: number, call: Call): void {
    const { time, allowLoopback } = this.#deps;
    const done = callWebhook(call, { time, allowLoopback, signal: this.#end.signal })
      .then(result => this.#settle({ id, account, number }, result))
      .catch(error =>
        this.#deps.log.warn({ webhook: id, reason: reasonOf(error) }, 'what came of a webhook is not kept'),
      )
      .finally(() => this.#calls.delete(id));
    this.#calls.set(id, done);
  }

  async #settle(
    { id, account, number }: { readonly id: string; readonly account: string; readonly number: number },
    result: CallResult,
  ): Promise<void> {
    // Broken off by our own end: it is sent again by whoever comes next.
    if (this.#end.signal.aborted && result.outcome !== 'taken') return;
    const { store, time } = this.#deps;
    await store.write(async tx => {
      const row = await rowOf(tx, id);
      if (row !== undefined) await settle(this.#context(tx, account, time.wall()), row, { number, result });
    });
  }

  #context(tx: Tx, account: string, now: number): Context {
    const { atRest, random } = this.#deps;
    return { tx, atRest, random, account, who: 'webhooks', now: wall(now) };
  }
}

/** Nobody else changes it until the commit. */
const rowOf = (tx: Tx, id: string): Promise<WebhookTable | undefined> =>
  selectForUpdate(tx, tx.selectFrom('webhook').selectAll().where('id', '=', id)).executeTakeFirst();
