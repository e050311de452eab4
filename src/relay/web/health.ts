/** `/healthz`: whether this copy can do its work. */
import { sql } from 'kysely';
import type { RelayStore } from '../store/store.ts';

/** What the rest of the program says of itself when asked. */
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

export interface Health {
  readonly status: 'ok' | 'failing';
  readonly store: 'ok' | 'failing';
  readonly broker: 'ok' | 'failing';
  readonly shares: { readonly mine: number; readonly all: number };
}

const withinMs = 2_000;

export async function healthOf(store: RelayStore, pulse: Pulse): Promise<Health> {
  const storeOk = await answers(store);
  const ok = storeOk && pulse.brokerUp;
  const word = (good: boolean): 'ok' | 'failing' => (good ? 'ok' : 'failing');
  return { status: word(ok), store: word(storeOk), broker: word(pulse.brokerUp), shares: pulse.shares };
}

/** A store that hangs is as bad as one that refuses. */
async function answers(store: RelayStore): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const asked = sql`select 1`.execute(store.db).then(
    () => true,
    () => false,
  );
  const outcome = await Promise.race([asked, late]);
  clearTimeout(timer);
  return outcome;
}
