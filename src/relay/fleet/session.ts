import { wall } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Ack, Down } from '../../wire/down.ts';
import { openUp, type Proven, type Rejection } from '../../wire/envelope.ts';
import type { Events, Hello, Receipt } from '../../wire/up.ts';
import { judge, order, type Stand } from '../core/intake.ts';
import type { Input, Now } from '../core/session/input.ts';
import { isDue } from '../core/session/plan.ts';
import type { SessionState } from '../core/session/state.ts';
import { begin, step } from '../core/session/step.ts';
import { type FleetBox, type OpenCommand, storedLine } from '../store/fleet-rows.ts';
import { type Allowance, Bucket } from './bucket.ts';
import type { Desk } from './desk.ts';
import { perform } from './effects.ts';
import type { Outcome } from './event-intake.ts';
import { speak } from './speaker.ts';
import type { Talk } from './talk.ts';

/** Words of one box. A box with a lifetime of events to send stays below it; a flood does not. */
const allowance: Allowance = { perSecond: 300, burst: 600 };
/** Batches of one box on their way into the database. */
const storingMax = 16;

/** How a message was taken: `stranger`, where another enrolment of the box would explain it. */
export type Taken = 'taken' | 'refused' | 'stranger';

/** What other keys of the box, or of the relay, would explain. */
const strange: ReadonlySet<Rejection> = new Set(['cannot-open', 'bad-signature', 'unknown-key']);

/** One box and the relay's talk with it, as long as this copy of the relay serves it. */
export class Session implements Talk {
  readonly box: FleetBox;
  readonly desk: Desk;
  readonly commands = new Map<string, OpenCommand>();
  markedRev: number;
  unmarkedRev = 0;
  toCheck: Hello | Receipt | null = null;
  lastWord: Pick<Proven, 'relay' | 'body' | 'sig'> | null = null;
  lastKept: Talk['lastKept'] = null;
  readonly solved = new Set<string>();
  #state: SessionState;
  readonly #upKeys = new Map<string, Uint8Array | null>();
  readonly #bucket: Bucket;
  /** Where the journal will stand when all that is under way is stored. */
  #checked: Stand;
  #storing = 0;
  #ack: Ack | null = null;
  #closed = false;

  constructor(box: FleetBox, desk: Desk) {
    this.box = box;
    this.desk = desk;
    const stand = { epoch: box.box_epoch, seq: box.seq, head: box.head };
    this.#checked = stand;
    this.markedRev = box.known_epoch === desk.epoch ? box.known_rev : 0;
    this.#bucket = new Bucket(allowance, desk.time.mono());
    this.#state = begin({
      box: box.id,
      epoch: desk.epoch,
      newest: box.revision,
      known: { epoch: box.known_epoch, rev: box.known_rev },
      pinned: box.pinned,
      link: box.link,
      told: wall(box.told_at),
      boxEpoch: Math.max(box.told_epoch, box.box_epoch),
      stand,
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Another session takes over, or another copy of the relay: what is still under way says nothing here any more. */
  close(): void {
    this.#closed = true;
  }

  take(input: Input): void {
    if (this.#closed) return;
    const newest = this.desk.ring().newest?.id ?? '';
    const { state, effects } = step(this.#state, input, this.#now(), newest);
    this.#state = state;
    for (const effect of effects) perform(this, effect);
  }

  tick(): void {
    const now = this.#now();
    if (isDue(this.#state, now)) this.take({ type: 'tick' });
    if (this.unmarkedRev > this.markedRev) {
      const row = { box: this.box.id, above: this.markedRev, rev: this.unmarkedRev, now: now.wall };
      this.desk.notes.push({ kind: 'sent', now: now.wall, row });
    }
    this.unmarkedRev = 0;
  }

  order(commands: readonly OpenCommand[]): void {
    for (const each of commands) this.commands.set(each.id, each);
    const pending = commands.map(({ id, not_after }) => ({ id, notAfter: wall(not_after) }));
    this.take({ type: 'commands', pending });
  }

  hear(payload: Uint8Array): Taken {
    if (!this.#bucket.take(this.desk.time.mono())) {
      this.desk.counted('flooded');
      this.take({ type: 'refused', reason: 'flood' });
      return 'refused';
    }
    const opened = openUp(payload, this.box.id, { keyFor: id => this.#keyFor(id), sign: this.box.sign });
    if ('unsupported' in opened) {
      this.say({ kind: 'unsupported', of: opened.unsupported });
      return 'taken';
    }
    if ('rejected' in opened) return this.#refuse(opened.rejected);
    const { up, relay, body, sig } = opened.message;
    this.desk.counted('messages');
    if (up.kind === 'events') this.#events(up);
    else {
      this.lastWord = { relay, body, sig };
      this.take({ type: 'said', up, relay });
    }
    return 'taken';
  }

  #refuse(reason: Rejection): Taken {
    this.desk.counted('refused');
    this.take({ type: 'refused', reason });
    return strange.has(reason) ? 'stranger' : 'refused';
  }

  /** Batches that were stored together are acknowledged together: sealing is dear. */
  acknowledge(ack: Ack): void {
    const waits = this.#ack !== null;
    this.#ack = ack;
    if (waits) return;
    queueMicrotask(() => {
      const last = this.#ack;
      this.#ack = null;
      if (last !== null && !this.#closed) this.say(last);
    });
  }

  say(message: Down, by: string | null = this.#state.pinned): void {
    speak(this.desk, this.box, by, message).catch((error: unknown) => {
      this.desk.log.debug({ box: this.box.id, kind: message.kind, reason: reasonOf(error) }, 'not sent');
    });
  }

  #now(): Now {
    return { mono: this.desk.time.mono(), wall: this.desk.time.wall() };
  }

  #keyFor(relay: string): Uint8Array | null {
    const known = this.#upKeys.get(relay);
    if (known !== undefined) return known;
    const key = this.desk.ring().upKey(relay, this.box);
    // An id that is none of ours is not kept: anybody can write one on an envelope.
    if (key !== null) this.#upKeys.set(relay, key);
    return key;
  }

  #events(batch: Events): void {
    this.desk.counted('batches');
    if (this.#storing >= storingMax) return;
    const verdict = judge(this.#checked, batch, { forked: this.#state.forked });
    switch (verdict.kind) {
      case 'store': {
        const { account, id: box, enrolments: enrolment } = this.box;
        const from = this.#checked;
        this.#checked = verdict.stand;
        this.#storing += 1;
        const settle = (outcome: Outcome | null): void => this.#stored(outcome);
        this.desk.intake.push({ owner: { account, box, enrolment }, from, what: verdict, settle });
        return;
      }
      case 'known':
        if (order(verdict.last.event, this.#state.stand) <= 0) void this.#compare(verdict.last);
        return;
      case 'gap':
        this.take({ type: 'not-stored', why: 'gap', detail: '' });
        return;
      case 'fork': {
        const { seq, epoch } = verdict.at;
        const detail = `Event ${seq} of epoch ${epoch} does not follow the one that is stored before it.`;
        this.take({ type: 'not-stored', why: 'fork', detail });
        return;
      }
      case 'forged':
        this.take({ type: 'not-stored', why: 'forged', detail: verdict.detail });
        return;
    }
  }

  #stored(outcome: Outcome | null): void {
    this.#storing -= 1;
    if (outcome === null) {
      this.#checked = this.#state.stand;
      this.take({ type: 'not-stored', why: 'gap', detail: '' });
      return;
    }
    if (outcome.unanchored !== null) this.take({ type: 'unanchored', place: outcome.unanchored });
    const { stand, last, lost } = outcome;
    this.take({ type: 'stored', stand, at: last.at, lost });
  }

  /** What comes again must be what came before. */
  async #compare({
    event,
    text,
  }: {
    readonly event: { epoch: number; seq: number };
    readonly text: string;
  }): Promise<void> {
    const { id: box, enrolments: enrolment } = this.box;
    const { epoch, seq } = event;
    try {
      const line = await storedLine(this.desk.store.db, { box, enrolment, epoch, seq });
      const same = line === null || line === text;
      const detail = same ? '' : `Event ${seq} of epoch ${epoch} is another one than the box sent before.`;
      this.take({ type: 'not-stored', why: same ? 'known' : 'fork', detail });
    } catch (error) {
      this.desk.log.warn({ box, reason: reasonOf(error) }, 'events that came again cannot be compared');
    }
  }
}
