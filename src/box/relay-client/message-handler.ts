import { never } from '../../base/assert.ts';
import { wall } from '../../base/brand.ts';
import { codeOf, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { AuthoritiesMessage, CommandMessage, Down, Keys, NewEpoch, Vouch } from '../../wire/down.ts';
import { follow, keyId, type RelayKey } from '../../wire/relay-key.ts';
import type { Up } from '../../wire/up.ts';
import type { InputBody } from '../core/input.ts';
import type { Journal, Report, Store } from '../ports.ts';
import type { Applied, Applier } from './applier.ts';
import type { CommandHandler } from './command-handler.ts';
import type { EventSender } from './event-sender.ts';
import type { Receipts } from './receipts.ts';

interface MessageHandlerDeps {
  readonly store: Pick<Store, 'journal' | 'synced'>;
  write(input: InputBody, also: () => void): void;
  readonly report: Report;
  readonly log: Log;
  readonly applier: Applier;
  readonly receipts: Receipts;
  readonly events: EventSender;
  readonly commands: CommandHandler;
  readonly send: (message: Up) => void;
  /** From now on this is the relay, and the file knows. */
  readonly turnTo: (relay: RelayKey) => void;
  /** Keeps the list, durably. False: it is an old word. @throws Fault `bad-input`, `storage-…`; nothing has changed then */
  readonly believeBroker: (message: AuthoritiesMessage) => boolean;
  readonly reject: (reason: string, detail: string) => void;
}

/** Highest number of a box epoch that a relay may order: it must not run out by one message. */
const epochMax = 1_000_000_000;

function holds(journal: Journal, { boxEpoch, seq, head }: NonNullable<NewEpoch['has']>): boolean {
  for (const event of journal.read({ from: seq, to: seq }))
    return event.epoch === boxEpoch && event.hash === head;
  return false;
}

/** Does what a message of the relay asks for, and answers it. Every message here was signed by the relay that is believed. */
export class MessageHandler {
  readonly #deps: MessageHandlerDeps;
  #relay: RelayKey;
  /** The key before, whose handover may come twice. */
  #former: RelayKey | null = null;

  constructor(deps: MessageHandlerDeps, relay: RelayKey) {
    this.#deps = deps;
    this.#relay = relay;
  }

  get relayId(): string {
    return keyId(this.#relay);
  }

  believed(id: string): RelayKey | null {
    if (id === keyId(this.#relay)) return this.#relay;
    return this.#former !== null && id === keyId(this.#former) ? this.#former : null;
  }

  /** @throws Fault `storage-…` when nothing could be kept; nothing has changed then */
  async receive(message: Down, signer: string): Promise<void> {
    // A key that has handed over says nothing any more, except the same handover again: what we said to that was lost.
    if (signer === this.relayId) await this.#receive(message);
    else if (message.kind === 'keys') this.#deps.receipts.receipt();
    else this.#deps.reject('unknown-key', 'handed over');
  }

  async #receive(message: Down): Promise<void> {
    const { applier, events, log } = this.#deps;
    switch (message.kind) {
      case 'delta':
        this.#applied(await applier.delta(message));
        return;
      case 'snapshot':
        this.#applied(await applier.snapshot(message));
        return;
      case 'vouch':
        this.#vouched(message);
        return;
      case 'ack':
        events.acknowledged(message);
        return;
      case 'new-epoch':
        this.#newEpoch(message);
        return;
      case 'keys':
        this.#handOver(message);
        return;
      case 'authorities':
        this.#authorities(message);
        return;
      case 'command':
        this.#order(message);
        return;
      case 'unsupported':
        log.warn({ of: message.of }, 'the relay does not know what this box says');
        return;
      default:
        never(message);
    }
  }

  #applied(applied: Applied): void {
    const { reject, receipts } = this.#deps;
    if (applied.as === 'rejected') reject(applied.reason, '');
    receipts.receipt(applied.as === 'wants' ? applied.what : 'nothing');
  }

  #vouched(vouch: Vouch): void {
    const { applier, receipts, report } = this.#deps;
    const tripMs = receipts.trip(vouch.challenge);
    if (tripMs === null) return;
    const { epoch, rev, digest } = applier.knowledge;
    const same = vouch.epoch === epoch && vouch.rev === rev;
    const newest = same && vouch.digest === digest;
    report({ type: 'vouched', wall: wall(vouch.at), tripMs, newest });
    if (newest) receipts.vouched();
    else if (same || vouch.epoch > epoch) receipts.receipt('snapshot');
    else if (vouch.epoch === epoch && vouch.rev > rev) receipts.receipt('delta');
  }

  /**
   * An order that was carried out lies behind the epoch that it led to, and says nothing a second time; one that an old word
   * of ours has led to is answered with a new one.
   */
  #newEpoch({ above, why, has }: NewEpoch): void {
    const { store, write, reject, events, receipts } = this.#deps;
    if (above < store.synced.boxEpoch) return;
    if (has !== undefined && holds(store.journal, has)) {
      receipts.receipt();
      return;
    }
    if (above >= epochMax) {
      reject('bad-message', 'above');
      return;
    }
    write({ type: 'relay-order', what: 'new-epoch', why }, () => store.synced.beginEpoch(above + 1));
    events.connected();
    receipts.connected();
  }

  #handOver({ chain }: Keys): void {
    const { store, write, reject, receipts, turnTo } = this.#deps;
    const next = follow(this.#relay, chain);
    const enrolment = store.synced.enrolment();
    if (next === null || enrolment === null) {
      reject('bad-handover', '');
      return;
    }
    const why = `handed over to ${keyId(next)}`;
    write({ type: 'relay-order', what: 'relay-key', why }, () =>
      store.synced.enrol({ ...enrolment, relayKey: next }),
    );
    this.#former = this.#relay;
    this.#relay = next;
    turnTo(next);
    receipts.receipt();
  }

  /** An old word is answered too: the relay is to know which list is here. */
  #authorities(message: AuthoritiesMessage): void {
    const { believeBroker, receipts, reject, log } = this.#deps;
    try {
      if (believeBroker(message))
        log.info({ rev: message.rev }, 'the relay has told whom to believe as its broker');
    } catch (error) {
      if (codeOf(error) === 'bad-input') reject('bad-authorities', '');
      // A link that is cut for it would bring the same again at once; the relay says it again by itself.
      else log.warn({ reason: reasonOf(error) }, 'whom to believe as the broker could not be kept');
      return;
    }
    receipts.receipt();
  }

  #order(message: CommandMessage): void {
    const { commands, receipts, send } = this.#deps;
    const { result, first } = commands.execute(message);
    send(result);
    if (first && result.done && message.order.verb === 'resync') receipts.receipt('snapshot');
  }
}
