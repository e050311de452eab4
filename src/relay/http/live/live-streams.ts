/** Open pages that hear when something of their account is new: names only, never what is new about it. */
import { after, type MonoMs, millis } from '../../../base/brand.ts';
import { every } from '../../../base/every.ts';
import type { Time } from '../../../base/time.ts';
import type { News } from '../../store/commit-effects.ts';
import type { Scope } from '../api/scopes.ts';

/** One open page. */
export interface Listener {
  readonly account: string;
  readonly send: (text: string) => void;
  readonly end: () => void;
  /** Its session may see these now; null: it is over. */
  readonly scopes: () => Promise<ReadonlySet<Scope> | null>;
}

/** Of one account: more are told to ask by themselves. */
const streamsMost = 200;
/** Shorter than any line between takes a silence for an end. */
const beatMs = millis(25_000);
/** However much happens, an account's pages are told once a second. */
const gatheredMs = millis(1_000);

interface Account {
  readonly streams: Map<Listener, ReadonlySet<Scope>>;
  readonly pending: Set<string>;
  told: MonoMs | null;
  cancel: (() => void) | null;
}

export class LiveStreams {
  readonly #time: Time;
  readonly #accounts = new Map<string, Account>();
  readonly #stop: readonly (() => void)[];

  constructor(time: Time, onNews: (listener: (news: readonly News[]) => void) => () => void) {
    this.#time = time;
    this.#stop = [onNews(news => this.#hear(news)), every(time, beatMs, () => this.#beat())];
  }

  /** False: this account has as many as it may. */
  add(listener: Listener, scopes: ReadonlySet<Scope>): boolean {
    const known = this.#accounts.get(listener.account);
    const own = known ?? { streams: new Map(), pending: new Set<string>(), told: null, cancel: null };
    if (own.streams.size >= streamsMost) return false;
    own.streams.set(listener, scopes);
    this.#accounts.set(listener.account, own);
    return true;
  }

  remove(listener: Listener): void {
    const own = this.#accounts.get(listener.account);
    own?.streams.delete(listener);
    if (own?.streams.size !== 0) return;
    own.cancel?.();
    this.#accounts.delete(listener.account);
  }

  close(): void {
    for (const stop of this.#stop) stop();
    for (const { streams, cancel } of this.#accounts.values()) {
      cancel?.();
      for (const listener of streams.keys()) listener.end();
    }
    this.#accounts.clear();
  }

  #hear(news: readonly News[]): void {
    for (const { account, name } of news) {
      const own = this.#accounts.get(account);
      if (own === undefined) continue;
      if (name === 'sessions') this.#look(own);
      else own.pending.add(name);
    }
    for (const own of this.#accounts.values()) if (own.pending.size > 0) this.#arm(own);
  }

  #arm(own: Account): void {
    if (own.cancel !== null) return;
    const now = this.#time.mono();
    const due = own.told === null ? now : after(own.told, gatheredMs);
    if (due <= now) this.#tell(own);
    else own.cancel = this.#time.at(due, () => this.#tell(own));
  }

  #tell(own: Account): void {
    own.cancel = null;
    own.told = this.#time.mono();
    const names = [...own.pending];
    own.pending.clear();
    for (const [listener, scopes] of own.streams) {
      const text = names
        .filter(name => scopes.has(scopeOf(name)))
        .map(name => `event: ${name}\ndata:\n\n`)
        .join('');
      if (text !== '') listener.send(text);
    }
  }

  #beat(): void {
    for (const own of this.#accounts.values()) {
      for (const listener of own.streams.keys()) listener.send(':\n\n');
      this.#look(own);
    }
  }

  /** Whose session is over hears nothing more; whose rights are others hears by those. */
  #look({ streams }: Account): void {
    for (const listener of streams.keys())
      listener.scopes().then(
        scopes => {
          if (scopes === null) listener.end();
          else if (streams.has(listener)) streams.set(listener, scopes);
        },
        () => listener.end(),
      );
  }
}

function scopeOf(name: string): Scope {
  if (name === 'bookings') return 'bookings:read';
  if (name === 'events') return 'events:read';
  return name === 'problems' ? 'problems:read' : 'boxes:read';
}
