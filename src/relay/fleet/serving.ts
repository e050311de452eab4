import * as v from 'valibot';
import { after, type MonoMs, millis } from '../../base/brand.ts';
import { boxState } from '../../wire/box-state.ts';
import type { Link, OpenLink } from '../../wire/mqtt/link.ts';
import { payloadMaxBytes, readTopic } from '../../wire/topics.ts';
import { fleetBox, openCommands } from '../store/fleet-rows.ts';
import type { Desk } from './desk.ts';
import { Session } from './session.ts';

/** Ids that no enrolled box has, remembered for a moment: garbage on made-up topics asks the database nothing. */
const strangersMax = 1_000;
const strangerMs = millis(10_000);
/** How often the keys of a box are looked up again because of what cannot be read. */
const reloadMs = millis(1_000);

export interface ServingOptions {
  readonly desk: Omit<Desk, 'publish' | 'replaced'>;
  readonly openLink: OpenLink;
  readonly clientId: string;
  /** Which boxes are served here. */
  readonly owns: (box: string) => boolean;
}

/** Boxes that one connection to the broker serves, and the sessions with them. */
export class Serving {
  readonly #options: ServingOptions;
  readonly #desk: Desk;
  readonly #sessions = new Map<string, Session>();
  readonly #strangers = new Map<string, MonoMs>();
  readonly #reloaded = new Map<string, MonoMs>();
  /** Newest last; the ones before it go when it is there. */
  #links: readonly Link[] = [];
  #opened = 0;
  #closed = false;

  constructor(options: ServingOptions) {
    this.#options = options;
    this.#desk = {
      ...options.desk,
      publish: (topic, payload) => this.#publish(topic, payload),
      replaced: box => this.#replaced(box),
    };
  }

  get sessions(): ReadonlyMap<string, Session> {
    return this.#sessions;
  }

  get up(): boolean {
    return this.#upLink() !== undefined;
  }

  /** The link before stays until this one is there, so that a new box costs the others nothing. */
  open(subscriptions: readonly string[]): void {
    this.#opened += 1;
    const clientId = `${this.#options.clientId}-${this.#opened}`;
    const link = this.#options.openLink(
      { clientId, subscriptions },
      {
        connected: () => {
          this.#replace(link);
          this.#resume();
        },
        lost: reason => this.#desk.log.warn({ reason, clientId }, 'the broker is away'),
        message: (topic, payload) => this.#message(topic, payload),
      },
    );
    this.#links = [...this.#links, link];
  }

  #replace(by: Link): void {
    const at = this.#links.indexOf(by);
    for (const older of this.#links.slice(0, Math.max(at, 0))) void older.close();
    this.#links = this.#links.slice(Math.max(at, 0));
  }

  #upLink(): Link | undefined {
    return this.#links.findLast(({ up }) => up);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const session of this.#sessions.values()) session.close();
    this.#sessions.clear();
    await Promise.all(this.#links.map(link => link.close()));
  }

  tick(): void {
    if (!this.up) return;
    for (const session of this.#sessions.values()) session.tick();
    for (const [box, until] of this.#strangers)
      if (this.#desk.time.mono() >= until) this.#strangers.delete(box);
    for (const [box, at] of this.#reloaded)
      if (this.#desk.time.mono() >= after(at, reloadMs)) this.#reloaded.delete(box);
  }

  /** Something to be sent to these boxes has changed. Those that were never heard here read it when they come. */
  dirty(boxes: readonly string[]): void {
    if (!this.up) return;
    for (const box of boxes) {
      this.#strangers.delete(box);
      this.#sessions.get(box)?.take({ type: 'dirty' });
    }
  }

  /** The next word under its topic finds out who says it. */
  #replaced(box: string): void {
    this.#sessions.get(box)?.close();
    this.#sessions.delete(box);
  }

  /** The relay has a new key. */
  rotated(): void {
    for (const session of this.#sessions.values()) session.take({ type: 'rotated' });
  }

  #publish(topic: string, payload: Uint8Array): Promise<void> {
    const link = this.#upLink();
    return link === undefined ? Promise.reject(new Error('not connected')) : link.publish(topic, payload);
  }

  #resume(): void {
    for (const session of this.#sessions.values()) session.take({ type: 'resumed' });
  }

  #message(topic: string, payload: Uint8Array): void | Promise<void> {
    const place = readTopic(topic);
    if (this.#closed) return;
    if (place === null || place.lane === 'down' || !this.#options.owns(place.box)) {
      this.#desk.counted('foreign');
      return;
    }
    const { box, lane } = place;
    const session = this.#sessions.get(box);
    if (session !== undefined) return this.#deliver(session, lane, payload);
    return this.#met(box).then(met => (met === null ? undefined : this.#deliver(met, lane, payload)));
  }

  /** The session with this box, begun if it is one of ours. Rejects when the database cannot tell. */
  async #met(id: string): Promise<Session | null> {
    const until = this.#strangers.get(id);
    const now = this.#desk.time.mono();
    if (until !== undefined && now < until) {
      this.#desk.counted('foreign');
      return null;
    }
    const box = await fleetBox(this.#desk.store.db, id);
    if (this.#closed) return null;
    if (box === null) {
      this.#desk.counted('foreign');
      if (this.#strangers.size < strangersMax) this.#strangers.set(id, after(now, strangerMs));
      return null;
    }
    const commands = await openCommands(this.#desk.store.db, id);
    const known = this.#sessions.get(id);
    if (this.#closed || (known !== undefined && known.box.enrolments === box.enrolments))
      return known ?? null;
    known?.close();
    const session = new Session(box, this.#desk);
    this.#sessions.set(id, session);
    session.order(commands);
    return session;
  }

  #deliver(session: Session, lane: 'up' | 'state', payload: Uint8Array): void | Promise<void> {
    if (lane === 'state') {
      this.#state(session, payload);
      return;
    }
    const { intake } = this.#desk;
    // Nothing is read on meanwhile: a flood of a thousand boxes stays in their sockets.
    if (intake.full)
      return intake.room().then(() => (this.#closed ? undefined : this.#deliver(session, lane, payload)));
    const taken = session.hear(payload);
    if (taken !== 'stranger') return;
    const { id } = session.box;
    const now = this.#desk.time.mono();
    const last = this.#reloaded.get(id);
    if (last !== undefined && now < after(last, reloadMs)) return;
    this.#reloaded.set(id, now);
    return this.#again(session, payload);
  }

  /** Perhaps the box was enrolled anew, or another copy of the relay has a new key. */
  async #again(session: Session, payload: Uint8Array): Promise<void> {
    const rotated = await this.#desk.checkRing();
    const met = await this.#met(session.box.id);
    if (met !== null && (rotated || met !== session)) met.hear(payload);
  }

  #state(session: Session, payload: Uint8Array): void {
    if (payload.length === 0) return;
    const document = payload.length > payloadMaxBytes ? null : parsed(payload);
    const read = v.safeParse(boxState, document);
    if (read.success) session.take({ type: 'state', link: read.output.link === 'up' ? 'up' : 'lost' });
    else {
      this.#desk.counted('refused');
      session.take({
        type: 'refused',
        reason: payload.length > payloadMaxBytes ? 'too-large' : 'bad-message',
      });
    }
  }
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
  } catch {
    return null;
  }
}
