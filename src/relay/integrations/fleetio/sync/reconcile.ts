/** Finds what no webhook told: compares everything that has changed, and asks for what may be gone. */
import { sql } from 'kysely';
import { type WallMs, wall } from '../../../../base/brand.ts';
import { accountView } from '../../../domain/accounts.ts';
import { type FleetioCode, FleetioError } from '../api/errors.ts';
import type { Assignment, Contact, Malformed } from '../api/port.ts';
import { clearMalformed, noteMalformed, openMalformed } from '../malformed.ts';
import { settleVehicle } from '../vehicles/vehicles.ts';
import { applyDeleted, applyRecord } from './apply.ts';
import { Attempts } from './attempts.ts';
import { notCompared, roundWorks } from './connection-problems.ts';
import { noteContact } from './contacts.ts';
import { type Connection, type EngineDeps, write } from './context.ts';
import { isOnItsWay } from './on-its-way.ts';
import { readContact, readWho } from './people.ts';
import { tidyProblems } from './tidy.ts';
import { watchWebhook, webhookSilent } from './webhook-watch.ts';

const turn = { for: 'reconcile' } as const;
const dayMs = 86_400_000;
/** Changes that were under way while the last reading ran are read again. */
const overlapMs = 10 * 60_000;
/** Open bookings that are asked for one by one each time; all of them after something was missed. */
const askedMax = 40;
const askedFullMax = 2_000;
/** An assignment without an id holds back the reading of changes no longer than this: each round reads all since then. */
const unnamedKeptMs = 7 * dayMs;
/** Whoever was read within this is not asked for. */
const recentMs = 10 * 60_000;

interface Round {
  /** Something was, or may have been, missed: every open booking is asked for. */
  readonly isFull: boolean;
}

/**
 * Each part is done whether or not another one could be: deletions are seen though a list cannot be read. False: some part could
 * not be, and a Problem says which.
 * @throws FleetioError where nothing could be done
 */
export async function reconcile(deps: EngineDeps, connection: Connection, round: Round): Promise<boolean> {
  const steps = new Steps();
  const wasDisabled = (await steps.take(() => watchWebhook(deps, connection))) ?? false;
  await steps.take(() => readContacts(deps, connection));
  const missed = await steps.take(() => readChanges(deps, connection));
  const asked = await steps.take(() => askForOpen(deps, connection, round.isFull || wasDisabled));
  await steps.take(() => askForMalformed(deps, connection));
  const { failure } = steps;
  // Nothing that Fleetio answered: it is the connection.
  if (failure !== null && missed === null && (asked ?? 0) === 0) throw failure;
  await write(deps, connection, async context => {
    await tidyProblems(context);
    if (failure !== null) return await notCompared(context, failure);
    const { assignments } = (await accountView(context)).settings;
    await webhookSilent(context, connection, {
      missed: missed ?? 0,
      silentMs: assignments.silentH * 3_600_000,
    });
    await roundWorks(context);
    const row = { reconciled: context.now };
    await context.tx.updateTable('integration').set(row).where('id', '=', connection.id).execute();
  });
  return failure === null;
}

/** The parts of a round: the first failure is kept, and only what concerns every call ends it. */
class Steps {
  failure: FleetioError | null = null;

  async take<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof FleetioError) || endsRound.has(error.code)) throw error;
      this.failure ??= error;
      return null;
    }
  }
}

const endsRound: ReadonlySet<FleetioCode> = new Set([
  'fleetio-unauthorized',
  'fleetio-limited',
  'fleetio-stopped',
]);

/** All contacts once a day, so that nobody has to be asked for when time is short. */
async function readContacts(deps: EngineDeps, connection: Connection): Promise<void> {
  const { contacts_read: last } = connection.row;
  const began = deps.time.wall();
  if (last !== null && last > began - dayMs) return;
  let areNamed = true;
  for await (const { records, malformed } of connection.client.contacts(turn)) {
    await takeContacts(deps, connection, records);
    areNamed &&= await noteAll(deps, connection, malformed);
  }
  await write(deps, connection, async context => {
    if (areNamed) await clearMalformed(context, 'contact', null);
    await context.tx
      .updateTable('integration')
      .set({ contacts_read: began })
      .where('id', '=', connection.id)
      .execute();
  });
}

/** A page is one transaction; where one of them cannot be taken in, each is one. */
async function takeContacts(
  deps: EngineDeps,
  connection: Connection,
  contacts: readonly Contact[],
): Promise<void> {
  const take = (some: readonly Contact[]): Promise<void> =>
    write(deps, connection, async context => {
      for (const contact of some) await noteContact(context, contact);
    });
  try {
    await take(contacts);
  } catch {
    const attempts = new Attempts(deps, connection);
    for (const contact of contacts) await attempts.each('contact', contact.id, () => take([contact]));
    await attempts.settle();
  }
}

/** Names each; false: one of them has no id, so that it can be found again in a list alone. */
async function noteAll(
  deps: EngineDeps,
  connection: Connection,
  malformed: readonly Malformed[],
): Promise<boolean> {
  if (malformed.length > 0)
    await write(deps, connection, async context => {
      for (const one of malformed) await noteMalformed(context, one);
    });
  return malformed.every(({ id }) => id !== null);
}

/** Gives how many changes had come by no webhook. */
async function readChanges(deps: EngineDeps, connection: Connection): Promise<number> {
  const { high_water: water, created, reconciled } = connection.row;
  const now = deps.time.wall();
  const since = wall(water === null ? created - dayMs : water - overlapMs);
  const isOld = (record: Assignment): boolean => (record.updated ?? 0) < deps.time.wall() - overlapMs;
  const attempts = new Attempts(deps, connection);
  let missed = 0;
  let areNamed = true;
  for await (const { records, malformed } of connection.client.assignments({ updatedSince: since }, turn)) {
    areNamed &&= await noteAll(deps, connection, malformed);
    for (const record of await unknown(deps, connection, records)) {
      const isNew = await attempts.each('assignment', record.id, () => take(deps, connection, record));
      if (isNew === true && reconciled !== null && isOld(record)) missed += 1;
    }
    await attempts.settle();
    // One without an id can be found again in a list alone: the next one begins where this one did.
    if (areNamed || since < now - unnamedKeptMs) await raiseWater(deps, connection, records);
  }
  if (areNamed) await write(deps, connection, context => clearMalformed(context, 'assignment', null));
  return missed;
}

/** Those of a page that are not known as they are. */
async function unknown(
  { store }: EngineDeps,
  { id }: Connection,
  page: readonly Assignment[],
): Promise<readonly Assignment[]> {
  if (page.length === 0) return [];
  const rows = await store.db
    .selectFrom('assignment')
    .select(['id', 'updated', 'checked', 'deleted', 'open'])
    .where('integration', '=', id)
    .where(
      'id',
      'in',
      page.map(record => record.id),
    )
    .execute();
  const known = new Map(rows.map(row => [row.id, row]));
  return page.filter(record => {
    const row = known.get(record.id);
    if (row === undefined) return true;
    if (row.deleted === 1) return row.open === 1;
    return row.checked === null || record.updated === null || record.updated > row.updated;
  });
}

async function take(deps: EngineDeps, connection: Connection, record: Assignment): Promise<boolean> {
  await readWho(deps, connection, record, turn);
  return write(deps, connection, async context => (await applyRecord(context, record, connection)).isNew);
}

/** A time of change that lies ahead is a slip: what changes until then would never be read. */
async function raiseWater(
  deps: EngineDeps,
  connection: Connection,
  page: readonly Assignment[],
): Promise<void> {
  const updated = page.flatMap(record => record.updated ?? []);
  if (updated.length === 0) return;
  const newest = Math.min(Math.max(...updated), deps.time.wall());
  await write(deps, connection, async ({ tx }) => {
    await tx
      .updateTable('integration')
      .set({ high_water: newest })
      .where('id', '=', connection.id)
      .where(eb => eb.or([eb('high_water', 'is', null), eb('high_water', '<', newest)]))
      .execute();
  });
}

/** A list does not show what was deleted. Gives how many were asked for. */
async function askForOpen(deps: EngineDeps, connection: Connection, isFull: boolean): Promise<number> {
  const before = isFull ? deps.time.wall() : deps.time.wall() - recentMs;
  let query = deps.store.db
    .selectFrom('assignment')
    .select(['id', 'started', 'first_seen'])
    .where('integration', '=', connection.id)
    .where(sql<boolean>`open = 1`)
    .where(eb => eb.or([eb('checked', 'is', null), eb('checked', '<', before)]));
  query = isFull ? query.orderBy('started').limit(askedFullMax) : query.orderBy('checked').limit(askedMax);
  const attempts = new Attempts(deps, connection);
  const rows = await query.execute();
  for (const { id, first_seen } of rows)
    await attempts.each('assignment', id, () => ask(deps, connection, id, first_seen));
  await attempts.settle();
  return rows.length;
}

async function ask(deps: EngineDeps, connection: Connection, id: string, since = 0): Promise<void> {
  const record = await connection.client.assignment(id, turn);
  if (record === 'gone' && (await isOnItsWay(deps, connection, { id, since }))) return;
  if (record === 'gone') await write(deps, connection, context => applyDeleted(context, id));
  else await take(deps, connection, record);
}

/** Those that could not be used when they were last read. */
async function askForMalformed(deps: EngineDeps, connection: Connection): Promise<void> {
  const reading = { tx: deps.store.db, account: connection.account };
  const attempts = new Attempts(deps, connection);
  for (const { kind, id } of await openMalformed(reading, connection.id))
    if (kind === 'assignment') await attempts.each(kind, id, () => ask(deps, connection, id));
    else if (kind === 'contact') await attempts.each(kind, id, () => readContact(deps, connection, id, turn));
    else if (kind === 'vehicle') await attempts.each(kind, id, () => askVehicle(deps, connection, id));
  await attempts.settle();
}

async function askVehicle(deps: EngineDeps, connection: Connection, id: string): Promise<void> {
  const vehicle = await connection.client.vehicle(id, turn);
  await write(deps, connection, async context => {
    await settleVehicle(context, { id: connection.id, account: connection.account }, id, vehicle);
    await clearMalformed(context, 'vehicle', id);
  });
}

/** All assignments of a vehicle that was linked to a key. */
export async function listVehicle(deps: EngineDeps, connection: Connection, vehicle: string): Promise<void> {
  const soon = { for: 're-get', start: deps.time.wall() } as const;
  const isOver = ({ ended }: Assignment, now: WallMs): boolean => ended !== null && ended <= now;
  const attempts = new Attempts(deps, connection);
  for await (const { records, malformed } of connection.client.assignments({ vehicle }, soon)) {
    await noteAll(deps, connection, malformed);
    for (const record of records.filter(each => !isOver(each, deps.time.wall())))
      await attempts.each('assignment', record.id, () => take(deps, connection, record));
    await attempts.settle();
  }
  await write(deps, connection, async ({ tx, now }) => {
    await tx
      .updateTable('vehicle')
      .set({ listed: now })
      .where('integration', '=', connection.id)
      .where('id', '=', vehicle)
      .execute();
  });
}
