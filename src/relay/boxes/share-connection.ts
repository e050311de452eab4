import { after, type MonoMs, millis } from '../../base/brand.ts';
import type { Link, OpenLink } from '../../wire/mqtt/link.ts';
import { readTopic } from '../../wire/topics.ts';
import { fleetBox, openCommands } from '../store/box-rows.ts';
import type { FleetContext } from './fleet-context.ts';
import { Session } from './session.ts';

/** Ids that no enrolled box has, remembered for a moment: garbage on made-up topics asks the database nothing. */
const unknownBoxesMax = 1_000;
const unknownBoxMs = millis(10_000);
/** How often the keys of a box are looked up again because of what cannot be read. */
const reloadMs = millis(1_000);

interface ShareConnectionOptions {
  readonly fleet: Omit<FleetContext, 'publish' | 'replaced'>;
  readonly openLink: OpenLink;
  readonly clientId: string;
  /** Which boxes are served here. */
  readonly owns: (box: string) => boolean;
}

/** Boxes that one connection to the broker serves, and the sessions with them. */
export class ShareConnection {
  readonly #options: ShareConnectionOptions;
  readonly #fleet: FleetContext;
  readonly #sessions = new Map<string, Session>();
  readonly #unknownBoxes = new Map<string, MonoMs>();
  readonly #reloaded = new Map<string, MonoMs>();
  /** Newest last; the ones before it go when it is there. */
  #links: readonly Link[] = [];
  #opened = 0;
  /** Since when no link is up, although one was opened. */
  #awaySince: MonoMs | null = null;
  #closed = false;

  constructor(options: ShareConnectionOptions) {
    this.#options = options;
    this.#fleet = {
      ...options.fleet,
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

  /** Whether a link was ever asked for: a share without boxes needs none. */
  get isOpen(): boolean {
    return this.#opened > 0;
  }

  /** Since when the broker is away; null while a link is up or none was asked for. */
  get awaySince(): MonoMs | null {
    return this.#awaySince;
  }

  /** The link before stays until this one is there, so that a new box costs the others nothing. */
  open(subscriptions: readonly string[]): void {
    this.#opened += 1;
    if (!this.up) this.#awaySince ??= this.#fleet.time.mono();
    const clientId = `${this.#options.clientId}-${this.#opened}`;
    const link = this.#options.openLink(
      { clientId, subscriptions },
      {
        connected: () => {
          this.#awaySince = null;
          this.#replace(link);
          this.#resume();
        },
        lost: reason => {
          if (!this.up) this.#awaySince ??= this.#fleet.time.mono();
          this.#fleet.log.warn({ reason, clientId }, 'the broker is away');
        },
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
    for (const [box, until] of this.#unknownBoxes)
      if (this.#fleet.time.mono() >= until) this.#unknownBoxes.delete(box);
    for (const [box, at] of this.#reloaded)
      if (this.#fleet.time.mono() >= after(at, reloadMs)) this.#reloaded.delete(box);
  }

  /** Something to be sent to these boxes has changed. Those that were never heard here read it when they come. */
  dirty(boxes: readonly string[]): void {
    if (!this.up) return;
    for (const box of boxes) {
      this.#unknownBoxes.delete(box);
      this.#sessions.get(box)?.dispatch({ type: 'dirty' });
    }
  }

  /** The next word under its topic finds out who says it. */
  #replaced(box: string): void {
    this.#sessions.get(box)?.close();
    this.#sessions.delete(box);
  }

  /** The relay has a new key. */
  rotated(): void {
    for (const session of this.#sessions.values()) session.dispatch({ type: 'rotated' });
  }

  authoritiesChanged(): void {
    for (const session of this.#sessions.values()) session.dispatch({ type: 'authorities-changed' });
  }

  #publish(topic: string, payload: Uint8Array): Promise<void> {
    const link = this.#upLink();
    return link === undefined ? Promise.reject(new Error('not connected')) : link.publish(topic, payload);
  }

  #resume(): void {
    for (const session of this.#sessions.values()) session.dispatch({ type: 'resumed' });
  }

  #message(topic: string, payload: Uint8Array): void | Promise<void> {
    const place = readTopic(topic);
    if (this.#closed) return;
    if (place === null || place.lane === 'down' || !this.#options.owns(place.box)) {
      this.#fleet.counted('foreign');
      return;
    }
    const { box, lane } = place;
    const session = this.#sessions.get(box);
    if (session !== undefined) return this.#deliver(session, lane, payload);
    return this.#ensureSession(box).then(ensured =>
      ensured === null ? undefined : this.#deliver(ensured, lane, payload),
    );
  }

  /** The session with this box, begun if it is one of ours. Rejects when the database cannot tell. */
  async #ensureSession(id: string): Promise<Session | null> {
    const until = this.#unknownBoxes.get(id);
    const now = this.#fleet.time.mono();
    if (until !== undefined && now < until) {
      this.#fleet.counted('foreign');
      return null;
    }
    const box = await fleetBox(this.#fleet.store.db, id);
    if (this.#closed) return null;
    if (box === null) {
      this.#fleet.counted('foreign');
      if (this.#unknownBoxes.size < unknownBoxesMax) this.#unknownBoxes.set(id, after(now, unknownBoxMs));
      return null;
    }
    const commands = await openCommands(this.#fleet.store.db, id);
    const known = this.#sessions.get(id);
    if (this.#closed || (known !== undefined && known.box.enrolments === box.enrolments))
      return known ?? null;
    known?.close();
    const session = new Session(box, this.#fleet);
    this.#sessions.set(id, session);
    session.order(commands);
    return session;
  }

  #deliver(session: Session, lane: 'up' | 'state', payload: Uint8Array): void | Promise<void> {
    if (lane === 'state') {
      session.receiveState(payload);
      return;
    }
    const { intake } = this.#fleet;
    // Nothing is read on meanwhile: a flood of a thousand boxes stays in their sockets.
    if (intake.full)
      return intake.room().then(() => (this.#closed ? undefined : this.#deliver(session, lane, payload)));
    const reception = session.receive(payload);
    if (reception !== 'unknown-keys') return;
    const { id } = session.box;
    const now = this.#fleet.time.mono();
    const last = this.#reloaded.get(id);
    if (last !== undefined && now < after(last, reloadMs)) return;
    this.#reloaded.set(id, now);
    return this.#receiveAgain(session, payload);
  }

  /** Perhaps the box was enrolled anew, or another copy of the relay has a new key. */
  async #receiveAgain(session: Session, payload: Uint8Array): Promise<void> {
    const rotated = await this.#fleet.checkRing();
    const ensured = await this.#ensureSession(session.box.id);
    if (ensured !== null && (rotated || ensured !== session)) ensured.receive(payload);
  }
}
