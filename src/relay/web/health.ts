/** `/healthz`: whether this copy can do its work. `/metrics`: figures of the whole relay, without names or ids. */
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

interface Figure {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly values: readonly { readonly labels: string; readonly value: number }[];
}

const plain = (value: number): Figure['values'] => [{ labels: '', value }];
const labelled = (label: string, values: Readonly<Record<string, number>>): Figure['values'] =>
  Object.entries(values).map(([name, value]) => ({ labels: `{${label}="${name}"}`, value }));

/** Prometheus text format 0.0.4. */
export async function metricsText(store: RelayStore, pulse: Pulse, now: number): Promise<string> {
  const figures = await figuresOf(store, pulse, now);
  return figures
    .map(({ name, kind, help, values }) => {
      const lines = values.map(({ labels, value }) => `smartbox_${name}${labels} ${value}`);
      return [`# HELP smartbox_${name} ${help}`, `# TYPE smartbox_${name} ${kind}`, ...lines].join('\n');
    })
    .join('\n')
    .concat('\n');
}

async function figuresOf(store: RelayStore, pulse: Pulse, now: number): Promise<readonly Figure[]> {
  const { db } = store;
  const count = db.fn.countAll<number>().as('count');
  const links = await db.selectFrom('box').select(['link', count]).groupBy('link').execute();
  const behind = await db
    .selectFrom('box')
    .select([count, eb => eb.fn.min('known_at').as('oldest')])
    .where('link', '=', 'up')
    .whereRef('known_rev', '<', 'revision')
    .executeTakeFirstOrThrow();
  const events = await db
    .selectFrom('account')
    .select(eb => eb.fn.sum<number>('events').as('sum'))
    .executeTakeFirst();
  const problems = await db
    .selectFrom('problem')
    .select(count)
    .where('cleared', 'is', null)
    .executeTakeFirst();
  const boxes = {
    never: 0,
    up: 0,
    lost: 0,
    ...Object.fromEntries(links.map(row => [row.link, Number(row.count)])),
  };
  const lagS = behind.oldest === null ? 0 : Math.max(0, (now - Number(behind.oldest)) / 1_000);
  const queues = { store: store.waiting, ...pulse.queues };
  const gauge = 'gauge' as const;
  return [
    { name: 'boxes', kind: gauge, help: 'Boxes by their link.', values: labelled('link', boxes) },
    {
      name: 'boxes_behind',
      kind: gauge,
      help: 'Boxes that are up and have not the newest set.',
      values: plain(Number(behind.count)),
    },
    {
      name: 'sync_lag_seconds',
      kind: gauge,
      help: 'Age of the oldest receipt among those.',
      values: plain(lagS),
    },
    {
      name: 'events_stored_total',
      kind: 'counter',
      help: 'Events of all boxes that are kept.',
      values: plain(Number(events?.sum ?? 0)),
    },
    {
      name: 'problems_open',
      kind: gauge,
      help: 'What administrators must see.',
      values: plain(Number(problems?.count ?? 0)),
    },
    {
      name: 'queue_length',
      kind: gauge,
      help: 'What waits in this copy.',
      values: labelled('queue', queues),
    },
    {
      name: 'shares_held',
      kind: gauge,
      help: 'Shares of the boxes that this copy serves.',
      values: plain(pulse.shares.mine),
    },
    {
      name: 'broker_up',
      kind: gauge,
      help: 'Whether this copy has its link to the broker.',
      values: plain(pulse.brokerUp ? 1 : 0),
    },
    {
      name: 'happened_total',
      kind: 'counter',
      help: 'What this copy has seen since its start.',
      values: labelled('what', pulse.counters),
    },
    {
      name: 'resident_bytes',
      kind: gauge,
      help: 'Memory of this process.',
      values: plain(process.memoryUsage.rss()),
    },
  ];
}
