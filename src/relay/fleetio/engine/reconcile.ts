/** What no webhook told: everything that has changed is compared, and what may be gone is asked for. */
import { sql } from 'kysely';
import { type WallMs, wall } from '../../../base/brand.ts';
import { accountView } from '../../domain/accounts.ts';
import type { Assignment } from '../port.ts';
import { applyDeleted, applyRecord } from './apply.ts';
import { noteContact } from './contacts.ts';
import { type Connection, type EngineParts, write } from './parts.ts';
import { readWho } from './people.ts';
import { tidyProblems } from './tidy.ts';
import { connectionWorks } from './troubles.ts';
import { watchWebhook, webhookSilent } from './webhook-watch.ts';

const turn = { for: 'reconcile' } as const;
const dayMs = 86_400_000;
/** Changes that were under way while the last reading ran are read again. */
const overlapMs = 10 * 60_000;
/** Open bookings that are asked for one by one each time; all of them after something was missed. */
const askedMax = 40;
const askedFullMax = 2_000;
/** Whoever was read within this is not asked for. */
const recentMs = 10 * 60_000;

export interface Round {
  /** Something was, or may have been, missed: every open booking is asked for. */
  readonly isFull: boolean;
}

export async function reconcile(parts: EngineParts, connection: Connection, round: Round): Promise<void> {
  const wasDisabled = await watchWebhook(parts, connection);
  await readContacts(parts, connection);
  const missed = await readChanges(parts, connection);
  await askForOpen(parts, connection, round.isFull || wasDisabled);
  await write(parts, connection, async desk => {
    const { assignments } = (await accountView(desk)).settings;
    await webhookSilent(desk, connection, { missed, silentMs: assignments.silentH * 3_600_000 });
    await tidyProblems(desk);
    await connectionWorks(desk);
    const row = { reconciled: desk.now };
    await desk.tx.updateTable('integration').set(row).where('id', '=', connection.id).execute();
  });
}

/** All contacts once a day, so that nobody has to be asked for when time is short. */
async function readContacts(parts: EngineParts, connection: Connection): Promise<void> {
  const { contacts_read: last } = connection.row;
  const began = parts.time.wall();
  if (last !== null && last > began - dayMs) return;
  for await (const page of connection.client.contacts(turn))
    await write(parts, connection, async desk => {
      for (const contact of page) await noteContact(desk, contact);
    });
  await write(parts, connection, async ({ tx }) => {
    await tx
      .updateTable('integration')
      .set({ contacts_read: began })
      .where('id', '=', connection.id)
      .execute();
  });
}

/** Gives how many changes had come by no webhook. */
async function readChanges(parts: EngineParts, connection: Connection): Promise<number> {
  const { high_water: water, created, reconciled } = connection.row;
  const since = wall(water === null ? created - dayMs : water - overlapMs);
  const isOld = (record: Assignment): boolean => (record.updated ?? 0) < parts.time.wall() - overlapMs;
  let missed = 0;
  for await (const page of connection.client.assignments({ updatedSince: since }, turn)) {
    const fresh = await unknown(parts, connection, page);
    for (const record of fresh) {
      const isNew = await take(parts, connection, record);
      if (isNew && reconciled !== null && isOld(record)) missed += 1;
    }
    await raiseWater(parts, connection, page);
  }
  return missed;
}

/** Those of a page that are not known as they are. */
async function unknown(
  { store }: EngineParts,
  { id }: Connection,
  page: readonly Assignment[],
): Promise<readonly Assignment[]> {
  if (page.length === 0) return [];
  const rows = await store.db
    .selectFrom('assignment')
    .select(['id', 'updated', 'checked', 'deleted'])
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
    return (
      row.deleted === 0 && (row.checked === null || record.updated === null || record.updated > row.updated)
    );
  });
}

async function take(parts: EngineParts, connection: Connection, record: Assignment): Promise<boolean> {
  await readWho(parts, connection, record, turn);
  return write(parts, connection, async desk => (await applyRecord(desk, record, connection)).isNew);
}

async function raiseWater(
  parts: EngineParts,
  connection: Connection,
  page: readonly Assignment[],
): Promise<void> {
  const updated = page.flatMap(record => record.updated ?? []);
  if (updated.length === 0) return;
  const newest = Math.max(...updated);
  await write(parts, connection, async ({ tx }) => {
    await tx
      .updateTable('integration')
      .set({ high_water: newest })
      .where('id', '=', connection.id)
      .where(eb => eb.or([eb('high_water', 'is', null), eb('high_water', '<', newest)]))
      .execute();
  });
}

/** A list does not show what was deleted. */
async function askForOpen(parts: EngineParts, connection: Connection, isFull: boolean): Promise<void> {
  const before = isFull ? parts.time.wall() : parts.time.wall() - recentMs;
  let query = parts.store.db
    .selectFrom('assignment')
    .select(['id', 'started', 'first_seen'])
    .where('integration', '=', connection.id)
    .where(sql<boolean>`open = 1`)
    .where(eb => eb.or([eb('checked', 'is', null), eb('checked', '<', before)]));
  query = isFull ? query.orderBy('started').limit(askedFullMax) : query.orderBy('checked').limit(askedMax);
  for (const { id } of await query.execute()) await ask(parts, connection, id);
}

async function ask(parts: EngineParts, connection: Connection, id: string): Promise<void> {
  const record = await connection.client.assignment(id, turn);
  if (record === 'gone') await write(parts, connection, desk => applyDeleted(desk, id));
  else await take(parts, connection, record);
}

/** All assignments of a vehicle that was linked to a key. */
export async function listVehicle(
  parts: EngineParts,
  connection: Connection,
  vehicle: string,
): Promise<void> {
  const soon = { for: 're-get', start: parts.time.wall() } as const;
  const isOver = ({ ended }: Assignment, now: WallMs): boolean => ended !== null && ended <= now;
  for await (const page of connection.client.assignments({ vehicle }, soon))
    for (const record of page.filter(each => !isOver(each, parts.time.wall())))
      await take(parts, connection, record);
  await write(parts, connection, async ({ tx, now }) => {
    await tx
      .updateTable('vehicle')
      .set({ listed: now })
      .where('integration', '=', connection.id)
      .where('id', '=', vehicle)
      .execute();
  });
}
