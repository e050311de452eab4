import { after, millis } from '../../base/brand.ts';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { Down } from '../../wire/down.ts';
import { openDown } from '../../wire/envelope.ts';
import type { JournalEvent } from '../../wire/journal.ts';
import type { Link } from '../../wire/mqtt/link.ts';
import type { RelayKey } from '../../wire/relay-key.ts';
import { topic } from '../../wire/topics.ts';
import type { Hello, Receipt, Up } from '../../wire/up.ts';
import { Applier } from './applier.ts';
import { CommandHandler } from './command-handler.ts';
import { EventSender } from './event-sender.ts';
import { MessageHandler } from './message-handler.ts';
import { Receipts } from './receipts.ts';
import { RelaySilence } from './relay-silence.ts';
import { Sender } from './sender.ts';
import {
  lostDocument,
  type StateProof,
  StatePublisher,
  stoppedDocument,
  upDocumentBytes,
} from './state-document.ts';
import type { UplinkDeps, UplinkState } from './uplink-deps.ts';

/** A booking whose key has come back follows the relay at once, but not in the same step. */
const followUpMs = 50;

/** The box speaks with its relay, for as long as this lives. Nothing at the door waits for any of it. */
export class Uplink {
  readonly #deps: UplinkDeps;
  readonly #applier: Applier;
  readonly #sender: Sender;
  readonly #receipts: Receipts;
  readonly #events: EventSender;
  readonly #messages: MessageHandler;
  readonly #publisher: StatePublisher;
  readonly #stopWatching: () => void;
  #link: Link | null = null;
  #state: Omit<UplinkState, 'waiting'>;
  readonly #silence: RelaySilence;
  #cancelFollowUp = (): void => {};
  #closed = false;

  static async open(deps: UplinkDeps): Promise<Uplink> {
    return new Uplink(deps, await Applier.open(deps));
  }

  private constructor(deps: UplinkDeps, applier: Applier) {
    const { time, store, log } = deps;
    const send = (message: Up): Promise<void> => this.#sender.send(message);
    const link = (): Link | null => this.#link;
    this.#deps = deps;
    this.#applier = applier;
    this.#state = { up: false, since: time.wall(), trouble: 'connecting' };
    this.#silence = new RelaySilence(time);
    this.#sender = new Sender(deps.identity, deps.relayKey, link);
    this.#receipts = new Receipts({
      ...deps,
      send: message => this.#tell(message),
      knows: () => this.#knows(),
      introduces: () => this.#introduces(),
    });
    this.#events = new EventSender({ time, log, store, send });
    const commands = new CommandHandler({
      state: () => deps.state(),
      judged: () => deps.judged(),
      write: (input, also) => deps.write(input, also),
      synced: () => store.synced,
      isFresh: challenge => this.#receipts.isFresh(challenge),
    });
    this.#messages = new MessageHandler(
      {
        ...{ store, log, applier, commands, receipts: this.#receipts, events: this.#events },
        write: (input, also) => deps.write(input, also),
        report: deps.report,
        send: message => this.#send(message),
        turnTo: relay => this.#turnTo(relay),
        believeBroker: deps.believeBroker,
        reject: (reason, detail) => this.#reject(reason, detail),
      },
      deps.relayKey,
    );
    this.#publisher = new StatePublisher({
      ...{ time, box: deps.identity.box, link, document: deps.document },
      bytes: document => upDocumentBytes(document, this.#proof()),
    });
    this.#stopWatching = deps.watch({
      events: events => this.#happened(events),
      changed: state => this.#publisher.changed(state),
    });
    this.#followUp();
    this.#link = this.#open();
    // A link without a network may be up before its maker has returned it.
    if (this.#state.up) this.#greet();
  }

  #tell(message: Hello | Receipt): Promise<void> {
    if (message.challenge !== null) this.#silence.asked();
    return this.#sender.send(message);
  }

  #proof(): StateProof {
    const { identity, store } = this.#deps;
    const { boxEpoch } = store.synced;
    return { box: identity.box, sign: identity.sign, boxEpoch, seq: store.journal.last().seq };
  }

  #introduces() {
    const { label, place, program, instance } = this.#deps;
    const stands = place === undefined ? {} : { place };
    const { relayId: relayKey } = this.#messages;
    return { label, ...stands, program, relayKey, instance, signsState: true };
  }

  #open(): Link {
    const { box } = this.#deps.identity;
    const state = {
      topic: topic(box, 'state'),
      here: () => upDocumentBytes(this.#deps.document(), this.#proof()),
      gone: lostDocument,
    };
    return this.#deps.openLink(
      { clientId: box, subscriptions: [topic(box, 'down')], state },
      {
        connected: () => this.#connected(),
        lost: reason => this.#lost(reason),
        // Several may come in one piece: a key press waits for one of them, not for all.
        message: (name, payload) => this.#applier.yieldTurn().then(() => this.#message(name, payload)),
      },
    );
  }

  get state(): UplinkState {
    const { up, trouble } = this.#state;
    const { waiting } = this.#events;
    return { ...this.#state, trouble: up ? this.#silence.trouble : trouble, waiting };
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
      const name = topic(this.#deps.identity.box, 'state');
      link
        .publish(name, stoppedDocument(Math.floor(this.#deps.judged()), this.#proof()), { retain: true })
        .catch(() => {});
    }
    await link?.close();
  }

  #quiet(): void {
    this.#receipts.disconnected();
    this.#events.disconnected();
    this.#publisher.disconnected();
  }

  #connected(): void {
    const { time, log } = this.#deps;
    this.#state = { up: true, since: time.wall(), trouble: null };
    this.#silence.connected();
    log.info({}, 'the relay’s broker is reached');
    if (this.#link !== null) this.#greet();
  }

  #greet(): void {
    this.#events.connected();
    this.#publisher.connected();
    this.#receipts.connected();
  }

  #turnTo(relay: RelayKey): void {
    this.#sender.turnTo(relay);
    this.#deps.handedOver(relay);
  }

  #lost(reason: string): void {
    const { time, log } = this.#deps;
    this.#state = { up: false, since: this.#state.up ? time.wall() : this.#state.since, trouble: reason };
    log.info({ reason }, 'the relay’s broker is not reached');
    this.#quiet();
  }

  #knows() {
    const { state, store, judged } = this.#deps;
    const { seq, hash } = store.journal.last();
    const { boxEpoch } = store.synced;
    const clock = state().clock.level;
    const ids = this.#applier.usedCodes.ids();
    const spent = ids.length === 0 ? {} : { spent: [...ids] };
    const at = Math.floor(judged());
    const authorities = this.#deps.authorities();
    return { ...this.#applier.knowledge, boxEpoch, seq, head: hash, at, clock, authorities, ...spent };
  }

  #happened(events: readonly JournalEvent[]): void {
    this.#events.grew();
    const { deferred, usedCodes } = this.#applier;
    for (const { type, booking } of events)
      if (type === 'key-returned' && booking !== undefined) usedCodes.consider([booking]);
    if (deferred.size === 0) return;
    if (events.some(({ booking }) => booking !== undefined && deferred.has(booking))) this.#followUp();
  }

  #followUp(): void {
    const { time, log } = this.#deps;
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
    const { identity } = this.#deps;
    if (name !== topic(identity.box, 'down')) {
      this.#reject('other-topic', name.slice(0, 80));
      return;
    }
    let signer = '';
    const opened = openDown(payload, identity, id => {
      signer = id;
      return this.#messages.believed(id);
    });
    if ('rejected' in opened) {
      if (opened.rejected === 'unknown-key') this.#silence.foreign();
      this.#reject(opened.rejected, opened.detail);
      return;
    }
    const handover = 'message' in opened && opened.message.kind === 'keys';
    if (signer === this.#messages.relayId) this.#silence.believed();
    else if (!handover) this.#silence.foreign();
    if ('unsupported' in opened) this.#send({ kind: 'unsupported', of: opened.unsupported });
    else await this.#receive(opened.message, signer);
  }

  async #receive(message: Down, signer: string): Promise<void> {
    try {
      await this.#messages.receive(message, signer);
    } catch (error) {
      if (this.#closed) return;
      if (error instanceof Fault && codeOf(error).startsWith('storage-')) throw error;
      // A message that this program cannot digest must not take the keypad with it.
      const { log } = this.#deps;
      log.error({ kind: message.kind, reason: reasonOf(error) }, 'a message could not be worked on');
      this.#reject('cannot-apply', message.kind);
    }
  }

  #reject(reason: string, detail: string): void {
    this.#deps.log.debug({ reason, detail }, 'a message was rejected');
    this.#deps.report({ type: 'message-rejected', reason });
  }

  #send(message: Up): void {
    this.#sender.send(message).catch((error: unknown) => {
      this.#deps.log.debug({ kind: message.kind, reason: reasonOf(error) }, 'not said');
    });
  }
}
