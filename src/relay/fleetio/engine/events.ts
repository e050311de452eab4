/** Webhook events that were stored, worked off: what they are about is read again, judged, and carried out. */
import { type Kysely, sql } from 'kysely';
import { after, type Millis, millis, wall } from '../../../base/brand.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { Tables } from '../../store/tables.ts';
import type { WebhookEventTable } from '../../store/tables-fleetio.ts';
import { FleetioError } from '../client/errors.ts';
import { assignmentOfEvent } from '../envelope.ts';
import type { Assignment, Turn } from '../port.ts';
import { meaningOf } from '../settings.ts';
import { applyDeleted, applyReading, applyRecord } from './apply.ts';
import { readAgain } from './contacts.ts';
import { type Connection, type Desk, type EngineParts, write } from './parts.ts';
import { readWho } from './people.ts';
import { readingOf } from './rows.ts';
import { connectionProblem, connectionWorks } from './troubles.ts';

/** Longer than this nobody waits for a call: what the event itself tells is acted on, and checked later. */
const patienceMs = millis(5_000);
const againFirstMs = 5_000;
const againMostMs = 600_000;
/** About two hours; by then reconcile has seen to it. */
const triesMax = 16;
/** In one go. */
export const eventsMax = 256;

/** All that is due about one record. */
export interface Bundle {
  readonly subject: string | null;
  /** Start of the assignment, as the events tell it: who drives first goes first. */
  readonly start: number;
  readonly events: readonly WebhookEventTable[];
}

export async function dueEvents(
  { store, time }: EngineParts,
  { id, settings }: Connection,
): Promise<readonly Bundle[]> {
  const now = time.wall();
  const rows = await dueRows(store.db, { integration: id, now, most: eventsMax });
  const bundles = new Map<string, WebhookEventTable[]>();
  for (const row of rows) {
    const isContact = meaningOf(row.event, settings) === 'contact';
    const name = row.subject === null ? `event ${row.id}` : `${isContact ? 'contact' : ''} ${row.subject}`;
    const bundle = bundles.get(name) ?? [];
    bundle.push(row);
    bundles.set(name, bundle);
  }
  return [...bundles.values()]
    .map(events => ({ subject: events[0]?.subject ?? null, events, start: startOf(events, now) }))
    .sort((a, b) => a.start - b.start);
}

/** The state is part of the text: only then it is known beforehand that the index of what is new will do. */
export function dueRows(
  db: Kysely<Tables>,
  { integration, now, most }: { readonly integration: string; readonly now: number; readonly most: number },
): Promise<WebhookEventTable[]> {
  return db
    .selectFrom('webhook_event')
    .selectAll()
    .where(sql<boolean>`state = 'new'`)
    .where('due', '<=', now)
    .where('integration', '=', integration)
    .orderBy('due')
    .limit(most)
    .execute();
}

function startOf(events: readonly WebhookEventTable[], now: number): number {
  const told = events.map(({ payload }) => assignmentOfEvent(payload)?.started ?? null);
  return Math.min(...told.map(start => start ?? now));
}

/** What the work on a bundle asks of the worker. */
export type Wish = 'nothing' | 'reconcile';

export async function workOff(parts: EngineParts, connection: Connection, bundle: Bundle): Promise<Wish> {
  try {
    return await understand(parts, connection, bundle);
  } catch (error) {
    if (!(error instanceof FleetioError))
      parts.log.error(
        { integration: connection.id, reason: reasonOf(error) },
        'an event cannot be worked off',
      );
    await write(parts, connection, desk => postpone(desk, bundle.events, error));
    return 'nothing';
  }
}

/** The events are done in the transaction of what came of them: a commit less, and none is done without the other. */
async function understand(parts: EngineParts, connection: Connection, bundle: Bundle): Promise<Wish> {
  const { subject, events } = bundle;
  const meanings = new Set(events.map(({ event }) => meaningOf(event, connection.settings)));
  const done = (wish: Wish, work: (desk: Desk) => Promise<unknown> = async () => {}): Promise<Wish> =>
    write(parts, connection, async desk => {
      await work(desk);
      await finish(desk, events, 'done');
      return wish;
    });
  if (meanings.has('reconcile')) return await done('reconcile');
  if (subject === null) return await done(meanings.has('unknown') ? 'nothing' : 'reconcile');
  if (meanings.has('contact')) return await done('nothing', desk => readAgain(desk, subject));
  // Signed by Fleetio, so that it is so; what comes later about it changes nothing.
  if (meanings.has('deleted') && isProven(connection))
    return await done('nothing', desk => applyDeleted(desk, subject));
  if (meanings.has('unknown')) return await done('nothing');
  await reread(parts, connection, { ...bundle, subject });
  return 'nothing';
}

/** Whether what came by webhook is Fleetio's word. */
const isProven = ({ row }: Connection): boolean =>
  row.webhook_key !== null || row.webhook_authorization !== null;

async function reread(
  parts: EngineParts,
  connection: Connection,
  { subject, start, events }: Bundle & { readonly subject: string },
): Promise<void> {
  const turn = { for: 're-get', start: wall(start) } as const;
  const told = isProven(connection) ? newest(events) : null;
  try {
    if (told !== null && connection.client.waitMs(turn) > patienceMs)
      await believe(parts, connection, { told, events });
    else await ask(parts, connection, { subject, turn, told, events });
  } catch (error) {
    if (!(error instanceof FleetioError)) throw error;
    await write(parts, connection, desk => connectionProblem(desk, error));
    if (told === null || error.code === 'fleetio-stopped') throw error;
    await believe(parts, connection, { told, events });
  }
}

async function ask(
  parts: EngineParts,
  connection: Connection,
  {
    subject,
    turn,
    told,
    events,
  }: {
    readonly subject: string;
    readonly turn: Turn;
    readonly told: Assignment | null;
    readonly events: readonly WebhookEventTable[];
  },
): Promise<void> {
  const reading = connection.client.assignment(subject, turn);
  const record = await patiently(parts, reading, told === null ? null : patienceMs);
  // They are done only when it was read.
  if (record === 'late' && told !== null) await believe(parts, connection, { told, events: [] });
  const read = record === 'late' ? await reading : record;
  await take(parts, connection, { subject, turn, record: read, events });
}

/** `late`: it goes on, but nobody waits for it. Null: as long as it takes. */
function patiently(
  { time }: EngineParts,
  reading: Promise<Read>,
  patience: Millis | null,
): Promise<Read | 'late'> {
  if (patience === null) return reading;
  return new Promise((resolve, reject) => {
    const stop = time.at(after(time.mono(), patience), () => resolve('late'));
    reading.then(resolve, reject).finally(stop);
  });
}

type Read = Assignment | 'gone';

async function take(
  parts: EngineParts,
  connection: Connection,
  {
    subject,
    turn,
    record,
    events,
  }: {
    readonly subject: string;
    readonly turn: Turn;
    readonly record: Read;
    readonly events: readonly WebhookEventTable[];
  },
): Promise<void> {
  if (record !== 'gone') await readWho(parts, connection, record, turn);
  await write(parts, connection, async desk => {
    if (record === 'gone') await applyDeleted(desk, subject);
    else {
      await connectionWorks(desk);
      await applyRecord(desk, record, connection);
    }
    await finish(desk, events, 'done');
  });
}

/** Of what several events tell, the latest; null: none tells enough to act on. */
function newest(events: readonly WebhookEventTable[]): Assignment | null {
  const told = events.flatMap(({ payload }) => assignmentOfEvent(payload) ?? []);
  const dated = told.filter(({ updated, deleted }) => updated !== null && !deleted);
  return dated.sort((a, b) => (b.updated ?? 0) - (a.updated ?? 0))[0] ?? null;
}

async function believe(
  parts: EngineParts,
  connection: Connection,
  { told, events }: { readonly told: Assignment; readonly events: readonly WebhookEventTable[] },
): Promise<void> {
  await readWho(parts, connection, told, { for: 're-get', start: told.started ?? parts.time.wall() });
  await write(parts, connection, async desk => {
    await applyReading(desk, readingOf(told, 'webhook'));
    await finish(desk, events, 'done');
  });
}

async function finish(
  { tx, integration }: Desk,
  events: readonly WebhookEventTable[],
  state: 'done' | 'failed',
): Promise<void> {
  if (events.length === 0) return;
  const ids = events.map(({ id }) => id);
  await tx
    .updateTable('webhook_event')
    .set({ state })
    .where('integration', '=', integration)
    .where('id', 'in', ids)
    .where('state', '=', 'new')
    .execute();
}

async function postpone(desk: Desk, events: readonly WebhookEventTable[], error: unknown): Promise<void> {
  if (error instanceof FleetioError && error.code === 'fleetio-stopped') return;
  if (error instanceof FleetioError) await connectionProblem(desk, error);
  const told = error instanceof FleetioError ? (error.retryAfterMs ?? 0) : 0;
  for (const event of events) {
    if (event.tries + 1 >= triesMax) {
      await finish(desk, [event], 'failed');
      continue;
    }
    const wait = Math.min(againMostMs, againFirstMs * 2 ** Math.min(event.tries, 12));
    await desk.tx
      .updateTable('webhook_event')
      .set({ tries: event.tries + 1, due: desk.now + Math.max(wait, told) })
      .where('integration', '=', event.integration)
      .where('id', '=', event.id)
      .where('state', '=', 'new')
      .execute();
  }
}
