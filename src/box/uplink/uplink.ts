import { after, millis, type WallMs } from '../../base/brand.ts';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Down } from '../../wire/down.ts';
import { openDown } from '../../wire/envelope.ts';
import type { JournalEvent } from '../../wire/journal.ts';
import type { Link, OpenLink } from '../../wire/mqtt/link.ts';
import type { RelayKey } from '../../wire/relay-key.ts';
import { topic } from '../../wire/topics.ts';
import type { Up } from '../../wire/up.ts';
import type { Effect } from '../core/effect.ts';
import type { InputBody } from '../core/input.ts';
import type { BoxState } from '../core/model.ts';
import type { Report, Store } from '../ports.ts';
import { Applier, type ApplierParts } from './applier.ts';
import { Conversation } from './conversation.ts';
import { EventSender } from './event-sender.ts';
import { Orders } from './orders.ts';
import { Receipts } from './receipts.ts';
import { Speaker, type Voice } from './speaker.ts';
import { lostDocument, StatePublisher, stoppedDocument } from './state-document.ts';

export interface UplinkParts extends Omit<ApplierParts, 'store' | 'write'> {
  readonly store: Pick<Store, 'bookings' | 'keys' | 'synced' | 'journal'>;
  write(input: InputBody, also: (effects: readonly Effect[]) => void): void;
  readonly report: Report;
  watch(watcher: {
    events(events: readonly JournalEvent[]): void;
    changed(state: BoxState): void;
  }): () => void;
  readonly log: Log;
  readonly voice: Voice;
  /** The relay that is believed, until it hands over. */
  readonly relayKey: RelayKey;
  /** Id of the box in its own configuration, and the version of its program. */
  readonly label: string;
  readonly program: string;
  readonly openLink: OpenLink;
  /** 32 hex digits from a CSPRNG. */
  readonly challenge: () => string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The retained document as it would be now. */
  readonly document: () => Uint8Array;
  /** The relay has handed over, durably. */
  readonly handedOver: (relayKey: RelayKey) => void;
}

export interface UplinkState {
  readonly up: boolean;
  /** Since when it is so. */
  readonly since: WallMs;
  /** Why it is down, for people; null while it is up. */
  readonly trouble: string | null;
  /** Events that the relay does not have. */
  readonly waiting: number;
}

/** A booking whose key has come back follows the relay at once, but not in the same step. */
const followUpMs = 50;

/** The box speaks with its relay, for as long as this lives. Nothing at the door waits for any of it. */
export class Uplink {
  readonly #parts: UplinkParts;
  readonly #applier: Applier;
  readonly #speaker: Speaker;
  readonly #receipts: Receipts;
  readonly #events: EventSender;
  readonly #conversation: Conversation;
  readonly #publisher: StatePublisher;
  readonly #stopWatching: () => void;
  #link: Link | null = null;
  #state: Omit<UplinkState, 'waiting'>;
  #cancelFollowUp = (): void => {};
  #closed = false;

  static async open(parts: UplinkParts): Promise<Uplink> {
    return new Uplink(parts, await Applier.open(parts));
  }

  private constructor(parts: UplinkParts, applier: Applier) {
    const { time, store, log } = parts;
    const say = (message: Up): Promise<void> => this.#speaker.say(message);
    const link = (): Link | null => this.#link;
    this.#parts = parts;
    this.#applier = applier;
    this.#state = { up: false, since: time.wall(), trouble: 'connecting' };
    this.#speaker = new Speaker(parts.voice, parts.relayKey, link);
    this.#receipts = new Receipts({
      ...parts,
      say,
      knows: () => this.#knows(),
      introduces: () => ({
        label: parts.label,
        program: parts.program,
        relayKey: this.#conversation.relayId,
      }),
    });
    this.#events = new EventSender({ time, log, store, say });
    const orders = new Orders({
      state: () => parts.state(),
      judged: () => parts.judged(),
      write: (input, also) => parts.write(input, also),
      synced: () => store.synced,
      isFresh: challenge => this.#receipts.isFresh(challenge),
    });
    this.#conversation = new Conversation(
      {
        ...{ store, log, applier, orders, receipts: this.#receipts, events: this.#events },
        write: (input, also) => parts.write(input, also),
        report: parts.report,
        say: message => this.#say(message),
        turnTo: relay => this.#turnTo(relay),
        reject: (reason, detail) => this.#reject(reason, detail),
      },
      parts.relayKey,
    );
    this.#publisher = new StatePublisher({ time, box: parts.voice.box, link, document: parts.document });
    this.#stopWatching = parts.watch({
      events: events => this.#happened(events),
      changed: state => this.#publisher.changed(state),
    });
    this.#followUp();
    this.#link = this.#open();
    // A link without a network may be up before its maker has returned it.
    if (this.#state.up) this.#greet();
  }

  #open(): Link {
    const { box } = this.#parts.voice;
    const state = { topic: topic(box, 'state'), here: this.#parts.document, gone: lostDocument };
    return this.#parts.openLink(
      { clientId: box, subscriptions: [topic(box, 'down')], state },
      {
        connected: () => this.#connected(),
        lost: reason => this.#lost(reason),
        message: (name, payload) => this.#message(name, payload),
      },
    );
  }

  get state(): UplinkState {
    return { ...this.#state, waiting: this.#events.waiting };
  }

  /** Says goodbye. What is being applied is not. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#applier.close();
    this.#cancelFollowUp();
    this.#stopWatching();
    this.#quiet();
    const link = this.#link;
    this.#link = null;
    if (link?.up === true) {
      const name = topic(this.#parts.voice.box, 'state');
      link.publish(name, stoppedDocument(this.#parts.judged()), { retain: true }).catch(() => {});
    }
    await link?.close();
  }

  #quiet(): void {
    this.#receipts.disconnected();
    this.#events.disconnected();
    this.#publisher.disconnected();
  }

  #connected(): void {
    const { time, log } = this.#parts;
    this.#state = { up: true, since: time.wall(), trouble: null };
    log.info({}, 'the relay’s broker is reached');
    if (this.#link !== null) this.#greet();
  }

  #greet(): void {
    this.#events.connected();
    this.#publisher.connected();
    this.#receipts.connected();
  }

  #turnTo(relay: RelayKey): void {
    this.#speaker.turnTo(relay);
    this.#parts.handedOver(relay);
  }

  #lost(reason: string): void {
    const { time, log } = this.#parts;
    const since = this.#state.up ? time.wall() : this.#state.since;
    this.#state = { up: false, since, trouble: reason };
    log.info({ reason }, 'the relay’s broker is not reached');
    this.#quiet();
  }

  #knows() {
    const { state, store, judged } = this.#parts;
    const { seq, hash } = store.journal.last();
    const { boxEpoch } = store.synced;
    const clock = state().clock.level;
    const ids = this.#applier.spent.ids();
    const spent = ids.length === 0 ? {} : { spent: [...ids] };
    const at = Math.floor(judged());
    return { ...this.#applier.knowledge, boxEpoch, seq, head: hash, at, clock, ...spent };
  }

  #happened(events: readonly JournalEvent[]): void {
    this.#events.grew();
    const { deferred, spent } = this.#applier;
    for (const { type, booking } of events)
      if (type === 'key-returned' && booking !== undefined) spent.consider([booking]);
    if (deferred.size === 0) return;
    if (events.some(({ booking }) => booking !== undefined && deferred.has(booking))) this.#followUp();
  }

  #followUp(): void {
    const { time, log } = this.#parts;
    this.#cancelFollowUp();
    this.#cancelFollowUp = time.at(after(time.mono(), millis(followUpMs)), () => {
      try {
        this.#applier.followUp();
      } catch (error) {
        log.warn({ code: codeOf(error), reason: reasonOf(error) }, 'a booking does not follow the relay yet');
      }
    });
  }

  /** Rejects only where the disk has refused: then the broker is to send it again. */
  async #message(name: string, payload: Uint8Array): Promise<void> {
    const { voice } = this.#parts;
    if (name !== topic(voice.box, 'down')) {
      this.#reject('other-topic', name.slice(0, 80));
      return;
    }
    let signer = '';
    const opened = openDown(payload, voice, id => {
      signer = id;
      return this.#conversation.believed(id);
    });
    if ('rejected' in opened) this.#reject(opened.rejected, opened.detail);
    else if ('unsupported' in opened) this.#say({ kind: 'unsupported', of: opened.unsupported });
    else await this.#hear(opened.message, signer);
  }

  async #hear(message: Down, signer: string): Promise<void> {
    try {
      await this.#conversation.hear(message, signer);
    } catch (error) {
      if (this.#closed) return;
      if (error instanceof Fault && codeOf(error).startsWith('storage-')) throw error;
      // A message that this program cannot digest must not take the keypad with it.
      const { log } = this.#parts;
      log.error({ kind: message.kind, reason: reasonOf(error) }, 'a message could not be worked on');
      this.#reject('cannot-apply', message.kind);
    }
  }

  #reject(reason: string, detail: string): void {
    this.#parts.log.debug({ reason, detail }, 'a message was rejected');
    this.#parts.report({ type: 'message-rejected', reason });
  }

  #say(message: Up): void {
    this.#speaker.say(message).catch((error: unknown) => {
      this.#parts.log.debug({ kind: message.kind, reason: reasonOf(error) }, 'not said');
    });
  }
}
