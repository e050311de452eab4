/** Webhook events that were stored, worked off: what they are about is read again, judged, and carried out. */

import { type Kysely, sql } from 'kysely';
import { after, type Millis, millis, wall } from '../../../../base/brand.ts';
import { reasonOf } from '../../../../base/fault.ts';
import { retryMs } from '../../../../base/retry.ts';
import type { Tables } from '../../../store/tables.ts';
import type { WebhookEventTable } from '../../../store/tables-fleetio.ts';
import { FleetioError } from '../api/errors.ts';
import type { Assignment, Malformed, Turn } from '../api/port.ts';
import { noteMalformed } from '../malformed.ts';
import { meaningOf } from '../settings.ts';
import { assignmentOfEvent } from '../webhook/envelope.ts';
import { applyDeleted, applyReading, applyRecord } from './apply.ts';
import { connectionProblem, connectionWorks } from './connection-problems.ts';
import { readAgain } from './contacts.ts';
import { type Connection, type EngineDeps, type SyncContext, write } from './context.ts';
import { mayCome } from './on-its-way.ts';
import { readWho } from './people.ts';
import { readingOf } from './rows.ts';

/** Longer than this nobody waits for a call: what the event itself tells is acted on, and checked later. */
const patienceMs = millis(5_000);
const again = { firstMs: 5_000, mostMs: 600_000 } as const;
/** About two hours; by then reconcile has seen to it. */
const triesMax = 16;
/** In one go. */
const eventsMax = 256;

/** All that is due about one record. */
export interface Bundle {
  readonly subject: string | null;
  /** Start of the assignment, as the events tell it: who drives first goes first. */
  readonly start: number;
  readonly events: readonly WebhookEventTable[];
}

export async function dueEvents(
  { store, time }: EngineDeps,
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

/** The work that a bundle leaves to the worker. */
type FollowUp = 'nothing' | 'reconcile';

export async function workOff(deps: EngineDeps, connection: Connection, bundle: Bundle): Promise<FollowUp> {
  try {
    return await understand(deps, connection, bundle);
  } catch (error) {
    const malformed = error instanceof FleetioError ? error.malformed : null;
    if (malformed !== null) return await setAside(deps, connection, bundle, malformed);
    if (!(error instanceof FleetioError))
      deps.log.error(
        { integration: connection.id, reason: reasonOf(error) },
        'an event cannot be worked off',
      );
    await write(deps, connection, context => postpone(context, bundle.events, error));
    return 'nothing';
  }
}

/** The record that it is about cannot be used: named, and asked for again whenever all is compared. */
const setAside = (
  deps: EngineDeps,
  connection: Connection,
  { events }: Bundle,
  malformed: Malformed,
): Promise<FollowUp> =>
  write(deps, connection, async (context): Promise<FollowUp> => {
    await noteMalformed(context, malformed);
    await finish(context, events, 'done');
    return 'nothing';
  });

/** The events are done in the transaction of what came of them: a commit less, and none is done without the other. */
async function understand(deps: EngineDeps, connection: Connection, bundle: Bundle): Promise<FollowUp> {
  const { subject, events } = bundle;
  const meanings = new Set(events.map(({ event }) => meaningOf(event, connection.settings)));
  const done = (
    followUp: FollowUp,
    work: (context: SyncContext) => Promise<unknown> = async () => {},
  ): Promise<FollowUp> =>
    write(deps, connection, async context => {
      await work(context);
      await finish(context, events, 'done');
      return followUp;
    });
  if (meanings.has('reconcile')) return await done('reconcile');
  if (subject === null) return await done(meanings.has('unknown') ? 'nothing' : 'reconcile');
  if (meanings.has('contact')) return await done('nothing', context => readAgain(context, subject));
  // Signed by Fleetio, so that it is so; what comes later about it changes nothing.
  if (meanings.has('deleted') && isProven(connection))
    return await done('nothing', context => applyDeleted(context, subject, 'told'));
  if (meanings.has('unknown')) return await done('nothing');
  await reread(deps, connection, { ...bundle, subject });
  return 'nothing';
}

/** Whether what came by webhook is Fleetio's word. */
const isProven = ({ row }: Connection): boolean =>
  row.webhook_key !== null || row.webhook_authorization !== null;

async function reread(
  deps: EngineDeps,
  connection: Connection,
  { subject, start, events }: Bundle & { readonly subject: string },
): Promise<void> {
  const turn = { for: 're-get', start: wall(start) } as const;
  const told = isProven(connection) ? newest(events) : null;
  try {
    if (told !== null && connection.client.waitMs(turn) > patienceMs)
      await believe(deps, connection, { told, events });
    else await ask(deps, connection, { subject, turn, told, events });
  } catch (error) {
    if (!(error instanceof FleetioError)) throw error;
    const { malformed } = error;
    await write(deps, connection, context =>
      malformed === null ? connectionProblem(context, error) : noteMalformed(context, malformed),
    );
    if (told === null || error.code === 'fleetio-stopped') throw error;
    await believe(deps, connection, { told, events });
  }
}

async function ask(
  deps: EngineDeps,
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
  const record = await patiently(deps, reading, told === null ? null : patienceMs);
  // They are done only when it was read.
  if (record === 'late' && told !== null) await believe(deps, connection, { told, events: [] });
  const read = record === 'late' ? await reading : record;
  if (read === 'gone' && (await mayCome(deps, connection, subject, events))) {
    if (told !== null && record !== 'late') await believe(deps, connection, { told, events: [] });
    return await write(deps, connection, context => postpone(context, events, null));
  }
  await take(deps, connection, { subject, turn, record: read, events });
}

/** `late`: it goes on, but nobody waits for it. Null: as long as it takes. */
function patiently(
  { time }: EngineDeps,
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
  deps: EngineDeps,
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
  if (record !== 'gone') await readWho(deps, connection, record, turn);
  await write(deps, connection, async context => {
    if (record === 'gone') await applyDeleted(context, subject);
    else {
      await connectionWorks(context);
      await applyRecord(context, record, connection);
    }
    await finish(context, events, 'done');
  });
}

/** Of what several events tell, the latest; null: none tells enough to act on. */
function newest(events: readonly WebhookEventTable[]): Assignment | null {
  const told = events.flatMap(({ payload }) => assignmentOfEvent(payload) ?? []);
  const dated = told.filter(({ updated, deleted }) => updated !== null && !deleted);
  return dated.sort((a, b) => (b.updated ?? 0) - (a.updated ?? 0))[0] ?? null;
}

async function believe(
  deps: EngineDeps,
  connection: Connection,
  { told, events }: { readonly told: Assignment; readonly events: readonly WebhookEventTable[] },
): Promise<void> {
  await readWho(deps, connection, told, { for: 're-get', start: told.started ?? deps.time.wall() });
  await write(deps, connection, async context => {
    await applyReading(context, readingOf(told, 'webhook'));
    await finish(context, events, 'done');
  });
}

async function finish(
  { tx, integration }: SyncContext,
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

async function postpone(
  context: SyncContext,
  events: readonly WebhookEventTable[],
  error: unknown,
): Promise<void> {
  if (error instanceof FleetioError && error.code === 'fleetio-stopped') return;
  if (error instanceof FleetioError) await connectionProblem(context, error);
  const told = error instanceof FleetioError ? (error.retryAfterMs ?? 0) : 0;
  for (const event of events) {
    if (event.tries + 1 >= triesMax) {
      await finish(context, [event], 'failed');
      const why =
        error instanceof FleetioError ? error.message : 'this relay cannot take it in (its log says why)';
      if (event.subject !== null)
        await noteMalformed(context, { kind: 'assignment', id: event.subject, why });
      continue;
    }
    const wait = retryMs(again, event.tries);
    await context.tx
      .updateTable('webhook_event')
      .set({ tries: event.tries + 1, due: context.now + Math.max(wait, told) })
      .where('integration', '=', event.integration)
      .where('id', '=', event.id)
      .where('state', '=', 'new')
      .execute();
  }
}
