/** `/metrics`: figures of the whole relay, without names or ids. Prometheus text format 0.0.4. */
import { eventsSoFar } from '../store/events.ts';
import type { RelayStore } from '../store/store.ts';
import type { Pulse } from './health.ts';

interface Figure {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  /** One number, or one for each value of a label. */
  readonly value: number | { readonly label: string; readonly of: Readonly<Record<string, number>> };
}

export async function metricsText(store: RelayStore, pulse: Pulse, now: number): Promise<string> {
  const figures = [...figuresOf(await countsOf(store), now), ...figuresOfCopy(store, pulse)];
  return `${figures.map(textOf).join('\n')}\n`;
}

function textOf({ name, kind, help, value }: Figure): string {
  const full = `smartbox_${name}`;
  const lines =
    typeof value === 'number'
      ? [`${full} ${value}`]
      : Object.entries(value.of).map(([word, each]) => `${full}{${value.label}="${word}"} ${each}`);
  return [`# HELP ${full} ${help}`, `# TYPE ${full} ${kind}`, ...lines].join('\n');
}

interface Counts {
  readonly links: Readonly<Record<string, number>>;
  readonly behind: number;
  /** The oldest receipt among those that are behind; null: none is, or one never gave any. */
  readonly oldest: number | null;
  readonly events: number;
  readonly problems: number;
}

async function countsOf({ db }: RelayStore): Promise<Counts> {
  const count = db.fn.countAll<number>().as('count');
  const links = await db.selectFrom('box').select(['link', count]).groupBy('link').execute();
  const behind = await db
    .selectFrom('box')
    .select([count, eb => eb.fn.min('known_at').as('oldest')])
    .where('link', '=', 'up')
    .whereRef('known_rev', '<', 'revision')
    .executeTakeFirstOrThrow();
  const problems = await db
    .selectFrom('problem')
    .select(count)
    .where('cleared', 'is', null)
    .executeTakeFirst();
  return {
    links: {
      never: 0,
      up: 0,
      lost: 0,
      ...Object.fromEntries(links.map(row => [row.link, Number(row.count)])),
    },
    behind: Number(behind.count),
    oldest: behind.oldest === null ? null : Number(behind.oldest),
    events: await eventsSoFar(db),
    problems: Number(problems?.count ?? 0),
  };
}

function figuresOf({ links, behind, oldest, events, problems }: Counts, now: number): readonly Figure[] {
  const lagS = oldest === null ? 0 : Math.max(0, (now - oldest) / 1_000);
  const gauge = 'gauge';
  return [
    { name: 'boxes', kind: gauge, help: 'Boxes by their link.', value: { label: 'link', of: links } },
    { name: 'boxes_behind', kind: gauge, help: 'Boxes that are up without the newest set.', value: behind },
    { name: 'sync_lag_seconds', kind: gauge, help: 'Age of the oldest receipt among those.', value: lagS },
    { name: 'events_stored_total', kind: 'counter', help: 'Events of all boxes so far.', value: events },
    { name: 'problems_open', kind: gauge, help: 'What administrators must see.', value: problems },
  ];
}

/** Of this process alone, where the others are the same whichever copy is asked. */
function figuresOfCopy(store: RelayStore, pulse: Pulse): readonly Figure[] {
  const gauge = 'gauge';
  const queues = { store: store.waiting, ...pulse.queues };
  const { counters, shares, brokerUp } = pulse;
  return [
    { name: 'queue_length', kind: gauge, help: 'What waits.', value: { label: 'queue', of: queues } },
    { name: 'shares_held', kind: gauge, help: 'Shares of the boxes that it serves.', value: shares.mine },
    { name: 'broker_up', kind: gauge, help: 'Whether it reaches the broker.', value: brokerUp ? 1 : 0 },
    {
      name: 'happened_total',
      kind: 'counter',
      help: 'Since its start.',
      value: { label: 'what', of: counters },
    },
    { name: 'resident_bytes', kind: gauge, help: 'Its memory.', value: process.memoryUsage.rss() },
  ];
}
