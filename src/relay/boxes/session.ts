import { wall } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { Ack, Down } from '../../wire/down.ts';
import { openUp, type Proven, type Rejection } from '../../wire/envelope.ts';
import type { Events, Hello, Receipt } from '../../wire/up.ts';
import { type KeptCheckpoint, readCheckpoint } from '../core/checkpoint-line.ts';
import type { EventLine } from '../core/event-line.ts';
import { judge, order, type Stand } from '../core/intake.ts';
import type { Input, Now } from '../core/session/input.ts';
import { isDue } from '../core/session/plan.ts';
import type { SessionState } from '../core/session/state.ts';
import { begin, step } from '../core/session/step.ts';
import { type FleetBox, type OpenCommand, storedLine } from '../store/box-rows.ts';
import { perform } from './effects.ts';
import { EventBudget, eventsADayBytes } from './event-budget.ts';
import type { Outcome } from './event-intake.ts';
import type { FleetContext } from './fleet-context.ts';
import { sendSealed } from './sender.ts';
import type { SessionContext } from './session-context.ts';
import { StateReader } from './state-reader.ts';

/** Words of one box. A box with a lifetime of events to send stays below it; a flood does not. */
const allowance = { perSecond: 300, burst: 600 } as const;
/** Batches of one box on their way into the database. */
const storingMax = 16;

/** How a message was taken: `unknown-keys`, where another enrolment of the box would explain it. */
type Reception = 'accepted' | 'refused' | 'unknown-keys';

/** Rejections that other keys of the box, or of the relay, would explain. */
const otherKeys: ReadonlySet<Rejection> = new Set(['cannot-open', 'bad-signature', 'unknown-key']);

/** One box and the relay's session with it, as long as this copy of the relay serves it. */
export class Session implements SessionContext {
  readonly box: FleetBox;
  readonly fleet: FleetContext;
  readonly commands = new Map<string, OpenCommand>();
  linkSince: number | null;
  markedRev: number;
  unmarkedRev = 0;
  toCheck: Hello | Receipt | null = null;
  lastReport: Pick<Proven, 'relay' | 'body' | 'sig'> | null = null;
  lastStored: SessionContext['lastStored'] = null;
  readonly solved = new Set<string>();
  #state: SessionState;
  readonly #upKeys = new Map<string, Uint8Array | null>();
  readonly #bucket = new TokenBucket(allowance.burst, allowance.perSecond);
  readonly #budget: EventBudget;
  /** Whether it was last reported as over; null: not in this session. */
  #saidOver: boolean | null = null;
  /** Where the journal will stand when all that is under way is stored. */
  #checked: Stand;
  #storing = 0;
  readonly #states: StateReader = new StateReader(this);
  #ack: Ack | null = null;
  #closed = false;

  constructor(box: FleetBox, fleet: FleetContext) {
    this.box = box;
    this.fleet = fleet;
    const stand = { epoch: box.box_epoch, seq: box.seq, head: box.head };
    this.#checked = stand;
    this.linkSince = box.link_since;
    this.markedRev = box.known_epoch === fleet.epoch ? box.known_rev : 0;
    this.#budget = new EventBudget(fleet.eventsADayBytes ?? eventsADayBytes);
    this.#state = begin({
      box: box.id,
      epoch: fleet.epoch,
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

  dispatch(input: Input): void {
    if (this.#closed) return;
    const ours = {
      key: this.fleet.ring().newest?.id ?? '',
      authorities: this.fleet.authorities()?.digest ?? null,
    };
    const { state, effects } = step(this.#state, input, this.#now(), ours);
    this.#state = state;
    for (const effect of effects) perform(this, effect);
  }

  tick(): void {
    const now = this.#now();
    if (isDue(this.#state, now)) this.dispatch({ type: 'tick' });
    if (this.unmarkedRev > this.markedRev) {
      const row = { box: this.box.id, above: this.markedRev, rev: this.unmarkedRev, now: now.wall };
      this.fleet.writeBehind.push({ kind: 'sent', now: now.wall, row });
    }
    this.unmarkedRev = 0;
  }

  order(commands: readonly OpenCommand[]): void {
    for (const each of commands) this.commands.set(each.id, each);
    const pending = commands.map(({ id, not_after }) => ({ id, notAfter: wall(not_after) }));
    this.dispatch({ type: 'commands', pending });
  }

  receiveState(payload: Uint8Array): void {
    if (!this.#closed) this.#states.receive(payload);
  }

  receive(payload: Uint8Array): Reception {
    if (!this.#bucket.take(this.fleet.time.mono())) {
      this.fleet.counted('flooded');
      this.dispatch({ type: 'refused', reason: 'flood' });
      return 'refused';
    }
    const opened = openUp(payload, this.box.id, { keyFor: id => this.#keyFor(id), sign: this.box.sign });
    if ('unsupported' in opened) {
      this.send({ kind: 'unsupported', of: opened.unsupported });
      return 'accepted';
    }
    if ('rejected' in opened) return this.#refuse(opened.rejected);
    const { up, relay, body, sig } = opened.message;
    this.fleet.counted('messages');
    if (up.kind === 'events') this.#events(up);
    else {
      this.lastReport = { relay, body, sig };
      this.dispatch({ type: 'said', up, relay });
    }
    return 'accepted';
  }

  #refuse(reason: Rejection): Reception {
    this.fleet.counted('refused');
    this.dispatch({ type: 'refused', reason });
    return otherKeys.has(reason) ? 'unknown-keys' : 'refused';
  }

  /** Batches that were stored together are acknowledged together: sealing is expensive. */
  acknowledge(ack: Ack): void {
    const waits = this.#ack !== null;
    this.#ack = ack;
    if (waits) return;
    queueMicrotask(() => {
      const last = this.#ack;
      this.#ack = null;
      if (last !== null && !this.#closed) this.send(last);
    });
  }

  send(message: Down, by: string | null = this.#state.pinned): void {
    sendSealed(this.fleet, this.box, by, message).catch((error: unknown) => {
      this.fleet.log.debug({ box: this.box.id, kind: message.kind, reason: reasonOf(error) }, 'not sent');
    });
  }

  #now(): Now {
    return { mono: this.fleet.time.mono(), wall: this.fleet.time.wall() };
  }

  #keyFor(relay: string): Uint8Array | null {
    const known = this.#upKeys.get(relay);
    if (known !== undefined) return known;
    const key = this.fleet.ring().upKey(relay, this.box);
    // An id that is none of ours is not kept: anybody can write one on an envelope.
    if (key !== null) this.#upKeys.set(relay, key);
    return key;
  }

  #events(batch: Events): void {
    this.fleet.counted('batches');
    // What is not stored stays at the box, which sends it again.
    if (this.#storing >= storingMax || !this.fleet.hasRoom()) return;
    const decision = judge(this.#checked, batch, { forked: this.#state.forked });
    switch (decision.kind) {
      case 'store': {
        if (!this.#mayStore(decision.lines)) return;
        const { account, id: box, enrolments: enrolment } = this.box;
        const from = this.#checked;
        this.#checked = decision.stand;
        this.#storing += 1;
        const settle = (outcome: Outcome | null): void => this.#stored(outcome);
        const owner = { account, box, enrolment };
        const checkpoint = this.#checkpoint(batch, decision.lines.at(-1));
        this.fleet.intake.push({ owner, from, what: decision, checkpoint, settle });
        return;
      }
      case 'known':
        if (order(decision.last.event, this.#state.stand) <= 0) void this.#compare(decision.last);
        return;
      case 'gap':
        this.dispatch({ type: 'not-stored', why: 'gap', detail: '' });
        return;
      case 'fork': {
        const { seq, epoch } = decision.at;
        const detail = `Event ${seq} of epoch ${epoch} does not follow the one that is stored before it.`;
        this.dispatch({ type: 'not-stored', why: 'fork', detail });
        return;
      }
      case 'forged':
        this.dispatch({ type: 'not-stored', why: 'forged', detail: decision.detail });
        return;
    }
  }

  #checkpoint({ checkpoint }: Events, last: EventLine | undefined): KeptCheckpoint | null {
    return checkpoint === undefined || last === undefined
      ? null
      : readCheckpoint(checkpoint, last, this.box.sign);
  }

  #mayStore(lines: readonly EventLine[]): boolean {
    const bytes = lines.reduce((sum, { text }) => sum + text.length, 0);
    const may = this.#budget.take(bytes, this.fleet.time.mono());
    const is = this.#budget.isOver;
    if (is !== this.#saidOver) {
      this.#saidOver = is;
      this.dispatch({ type: 'over-budget', is });
    }
    return may;
  }

  #stored(outcome: Outcome | null): void {
    this.#storing -= 1;
    if (outcome === null) {
      this.#checked = this.#state.stand;
      this.dispatch({ type: 'not-stored', why: 'gap', detail: '' });
      return;
    }
    if (outcome.unanchored !== null) this.dispatch({ type: 'unanchored', place: outcome.unanchored });
    const { stand, last, lost } = outcome;
    this.dispatch({ type: 'stored', stand, at: last.at, lost });
  }

  /** An event that comes again must be the one that came before. */
  async #compare({
    event,
    text,
  }: {
    readonly event: { epoch: number; seq: number };
    readonly text: string;
  }): Promise<void> {
    const { id: box, enrolments: enrolment } = this.box;
    const { epoch, seq } = event;
    // Of an epoch that is over: a branch that was refused then is said again, by whoever kept it, and decides nothing any more.
    if (epoch < this.#state.stand.epoch) return;
    try {
      const line = await storedLine(this.fleet.store.db, { box, enrolment, epoch, seq });
      const same = line === null || line === text;
      const detail = same ? '' : `Event ${seq} of epoch ${epoch} is another one than the box sent before.`;
      this.dispatch({ type: 'not-stored', why: same ? 'known' : 'fork', detail });
    } catch (error) {
      this.fleet.log.warn({ box, reason: reasonOf(error) }, 'events that came again cannot be compared');
    }
  }
}
