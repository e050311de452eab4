/** Vehicles of a connected account, and the keys that they are linked to. */
import { audit } from '../../../domain/audit.ts';
import type { Context, Reading } from '../../../domain/context.ts';
import { conflict, notFound } from '../../../domain/faults.ts';
import { keyToChange } from '../../../domain/keys.ts';
import { clearProblem, raiseProblem } from '../../../domain/problems.ts';
import { noteKeyWords } from '../../../domain/search-words.ts';
import { selectForUpdate } from '../../../store/select-for-update.ts';
import type { VehicleTable } from '../../../store/tables-fleetio.ts';
import { putWork } from '../../../work/queue.ts';
import type { Vehicle } from '../api/port.ts';
import { withKeyWords } from './key-words.ts';
import { type VehicleView, vehicleView } from './vehicle-list.ts';

/** Set when a link or its mode has changed: the vehicle's assignments are to be judged anew. Subject: `INTEGRATION/VEHICLE`. */
export const vehicleWork = 'fleetio-vehicle';

interface Owner {
  readonly id: string;
  readonly account: string;
}

/** Notes vehicles as they were read: names, plates, whether archived. Links are ours and stay. */
export async function noteVehicles(
  context: Context,
  { id: integration, account }: Owner,
  vehicles: readonly Vehicle[],
): Promise<void> {
  if (vehicles.length === 0) return;
  const { tx, now } = context;
  const rows = [...new Map(vehicles.map(each => [each.id, each])).values()].map(
    (each): VehicleTable => ({
      ...{ integration, account, id: each.id, name: each.name.slice(0, 200) },
      plate: each.plate?.slice(0, 50) ?? null,
      archived: each.archived ? 1 : 0,
      sample: each.sample ? 1 : 0,
      ...{ seen: now, gone: 0, key: null, mode: 'automatic', listed: null },
    }),
  );
  await withKeyWords(context, integration, rows, () =>
    tx
      .insertInto('vehicle')
      .values(rows)
      .onConflict(on =>
        on.columns(['integration', 'id']).doUpdateSet(eb => ({
          name: eb.ref('excluded.name'),
          plate: eb.ref('excluded.plate'),
          archived: eb.ref('excluded.archived'),
          sample: eb.ref('excluded.sample'),
          seen: eb.ref('excluded.seen'),
          gone: 0,
        })),
      )
      .execute(),
  );
}

/** Linked vehicles that a complete reading, begun at `since`, has not shown: archived, or gone. */
export const unseenLinked = ({ tx }: Pick<Reading, 'tx'>, integration: string, since: number) =>
  tx
    .selectFrom('vehicle')
    .select(['id', 'name'])
    .where('integration', '=', integration)
    .where('seen', '<', since)
    .where('key', 'is not', null)
    .orderBy('id')
    .execute();

/** They were seen, though nothing else can be said of them. */
export async function vehiclesThere(
  { tx, now, integration }: Context & { readonly integration: string },
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('vehicle')
    .set({ seen: now })
    .where('integration', '=', integration)
    .where('id', 'in', ids)
    .execute();
}

/** After a complete reading: whatever else it has not shown is gone. */
export async function forgetUnseen({ tx }: Context, integration: string, since: number): Promise<void> {
  await tx
    .updateTable('vehicle')
    .set({ gone: 1 })
    .where('integration', '=', integration)
    .where('seen', '<', since)
    .where('key', 'is', null)
    .execute();
}

/** One vehicle by itself: read, or not there. Tells an administrator where a key is linked to one that is no more in use. */
export async function settleVehicle(
  context: Context,
  owner: Owner,
  id: string,
  found: Vehicle | 'gone',
): Promise<void> {
  if (found !== 'gone') await noteVehicles(context, owner, [found]);
  else
    await context.tx
      .updateTable('vehicle')
      .set({ gone: 1, seen: context.now })
      .where('integration', '=', owner.id)
      .where('id', '=', id)
      .execute();
  const row = await rowOf(context, owner.id, id);
  if (row !== undefined) await tellUnused(context, row);
}

async function tellUnused(context: Context, row: VehicleTable): Promise<void> {
  const subject = `${row.integration}/${row.id}`;
  const isUnused = row.key !== null && (row.gone === 1 || row.archived === 1);
  if (!isUnused) return await clearProblem(context, { kind: 'vehicle-unused', subject });
  const word = row.gone === 1 ? 'deleted' : 'archived';
  const said = `${row.name} was ${word} in Fleetio, and still has a key here: unlink it, or bring it back there.`;
  await raiseProblem(context, { kind: 'vehicle-unused', subject }, said);
}

/** After a complete reading: what was told of vehicles that are back, or no longer linked, is taken back. */
export async function clearUsed(context: Context, integration: string): Promise<void> {
  const problems = await context.tx
    .selectFrom('problem')
    .select('subject')
    .where('account', '=', context.account)
    .where('kind', '=', 'vehicle-unused')
    .where('cleared', 'is', null)
    .where('subject', 'like', `${integration}/%`)
    .execute();
  for (const { subject } of problems) {
    const row = await context.tx
      .selectFrom('vehicle')
      .selectAll()
      .where('integration', '=', integration)
      .where('id', '=', subject.slice(integration.length + 1))
      .executeTakeFirst();
    if (row !== undefined) await tellUnused(context, row);
  }
}

/** @throws Fault `not-found` */
async function vehicleRow(context: Context, integration: string, id: string): Promise<VehicleTable> {
  const row = await rowOf(context, integration, id);
  if (row === undefined) throw notFound('vehicle', id);
  return row;
}

function rowOf({ tx, account }: Context, integration: string, id: string): Promise<VehicleTable | undefined> {
  const query = tx
    .selectFrom('vehicle')
    .selectAll()
    .where('integration', '=', integration)
    .where('id', '=', id)
    .where('account', '=', account);
  return selectForUpdate(tx, query).executeTakeFirst();
}

interface LinkPatch {
  /** Id or name of a key; null: unlinks. */
  readonly key?: string | null | undefined;
  readonly mode?: 'automatic' | 'prompt' | undefined;
}

/** @throws Fault `not-found`; `conflict` where the key has another vehicle, or the vehicle is not in use */
export async function linkVehicle(
  context: Context,
  integration: string,
  id: string,
  patch: LinkPatch,
): Promise<VehicleView> {
  const { tx, now } = context;
  const before = await vehicleRow(context, integration, id);
  const key =
    patch.key === undefined
      ? before.key
      : patch.key === null
        ? null
        : await freeKey(context, before, patch.key);
  const mode = patch.mode ?? before.mode;
  if (key === before.key && mode === before.mode) return await vehicleView(context, integration, id);
  await tx
    .updateTable('vehicle')
    .set({ key, mode })
    .where('integration', '=', integration)
    .where('id', '=', id)
    .execute();
  for (const each of new Set([before.key, key])) if (each !== null) await noteKeyWords(context, each);
  await tellUnused(context, { ...before, key });
  await putWork(tx, { kind: vehicleWork, subject: `${integration}/${id}`, due: now });
  const deed = key === before.key ? `mode ${mode}` : key === null ? 'unlinked' : `linked to ${key}`;
  await audit(context, 'vehicle-changed', `${integration}/${id}`, deed);
  return await vehicleView(context, integration, id);
}

async function freeKey(context: Context, vehicle: VehicleTable, ref: string): Promise<string> {
  if (vehicle.archived === 1 || vehicle.gone === 1 || vehicle.sample === 1)
    throw conflict(`${vehicle.name} is not in use in Fleetio`, 'Link a vehicle that is.');
  const { id, name, box } = await keyToChange(context, ref);
  if (box === null) throw conflict(`key ${name} is in no box`, 'Choose a key that has a slot.');
  const other = await context.tx
    .selectFrom('vehicle')
    .select('name')
    .where('key', '=', id)
    .where(eb => eb.or([eb('integration', '!=', vehicle.integration), eb('id', '!=', vehicle.id)]))
    .executeTakeFirst();
  if (other !== undefined)
    throw conflict(`key ${name} is linked to ${other.name} already`, 'Unlink that one first.');
  return id;
}
