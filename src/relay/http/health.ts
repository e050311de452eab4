/** `/healthz`: the program is alive. `/readyz`: this copy can serve, or why it cannot. */
import { reasonOf } from '../../base/fault.ts';
import { setMeta } from '../store/migrate.ts';
import type { RelayStore } from '../store/store.ts';

/** The state of the rest of the program, for health and metrics. */
export interface Pulse {
  /** The link to the broker is up. */
  readonly brokerUp: boolean;
  /** Shares of the boxes that this copy serves, of all. */
  readonly shares: { readonly mine: number; readonly all: number };
  /** Name → how many wait in that queue now. */
  readonly queues: Readonly<Record<string, number>>;
  /** Name → how often since the start. */
  readonly counters: Readonly<Record<string, number>>;
}

/** Why this copy cannot serve, and what whoever runs it must do. */
interface Unready {
  readonly what: 'store' | 'broker';
  readonly reason: string;
  readonly hint: string;
}

interface Readiness {
  readonly status: 'ready' | 'not-ready';
  readonly reasons: readonly Unready[];
  readonly shares: { readonly mine: number; readonly all: number };
}

/** A store that hangs is as bad as one that refuses. */
const withinMs = 2_000;
/** Nobody makes the relay write more often by asking more often. */
const triedAgainAfterMs = 1_000;

/**
 * Tries what serving needs. A database that can still be read but not written (a full disk, a standby) takes no webhook and
 * no booking, so that a row is written, once a second at the most.
 */
export class ReadinessProbe {
  readonly #store: Pick<RelayStore, 'write'>;
  readonly #nowMs: () => number;
  #tried: { readonly atMs: number; readonly outcome: Promise<string | null> } | null = null;
  #pending = false;

  constructor(store: Pick<RelayStore, 'write'>, nowMs: () => number) {
    this.#store = store;
    this.#nowMs = nowMs;
  }

  async readiness({ brokerUp, shares }: Pulse): Promise<Readiness> {
    const refusal = await inTime(this.#write());
    const reasons: Unready[] = [];
    if (refusal !== null)
      reasons.push({
        what: 'store',
        reason: refusal,
        hint: 'Nothing can be written: look for room on the disk, and whether the database server runs.',
      });
    if (!brokerUp)
      reasons.push({
        what: 'broker',
        reason: 'the broker cannot be reached',
        hint: 'Start it, or look at the section broker of relay.yaml. Until then boxes hear nothing.',
      });
    return { status: reasons.length === 0 ? 'ready' : 'not-ready', reasons, shares };
  }

  /** Null: written. While one attempt hangs no other is begun. */
  #write(): Promise<string | null> {
    const nowMs = this.#nowMs();
    const tried = this.#tried;
    if (tried !== null && (this.#pending || nowMs - tried.atMs < triedAgainAfterMs)) return tried.outcome;
    this.#pending = true;
    const outcome = this.#store
      .write(tx => setMeta(tx, 'ready', String(Math.floor(nowMs))))
      .then(
        () => null,
        (error: unknown) => reasonOf(error),
      )
      .finally(() => {
        this.#pending = false;
      });
    this.#tried = { atMs: nowMs, outcome };
    return outcome;
  }
}

async function inTime(outcome: Promise<string | null>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve(`no answer within ${withinMs / 1_000} s`), withinMs);
  });
  const refusal = await Promise.race([outcome, late]);
  clearTimeout(timer);
  return refusal;
}
