/** Vehicles as they are listed: by name, with the key of each and where that is. */
import { sql } from 'kysely';
import type { Reading } from '../../../domain/context.ts';
import { notFound } from '../../../domain/faults.ts';
import type { KeyTable } from '../../../store/tables.ts';
import type { VehicleTable } from '../../../store/tables-fleetio.ts';

interface KeyPlace {
  readonly id: string;
  readonly name: string;
  readonly place: KeyTable['place'];
  /** Its home; null: it was taken away. */
  readonly box: { readonly id: string; readonly name: string } | null;
  readonly slot: number | null;
}

export interface VehicleView {
  readonly id: string;
  readonly name: string;
  readonly plate: string | null;
  readonly archived: boolean;
  readonly gone: boolean;
  readonly key: KeyPlace | null;
  readonly mode: VehicleTable['mode'];
  /** Assignments of which an administrator is asked. */
  readonly asks: number;
}

interface VehicleFilter {
  readonly linked?: boolean | undefined;
  /** Of those with a key. */
  readonly mode?: VehicleTable['mode'] | undefined;
  /** Part of the name or the plate. */
  readonly match?: string | undefined;
}

interface VehiclePage {
  readonly after: readonly [name: string, id: string] | null;
  readonly limit: number;
}

/** In words of the text itself: only then it is known beforehand that the index of those without a key will do. */
const withoutKey = sql<boolean>`vehicle.key is null and vehicle.archived = 0 and vehicle.gone = 0 and vehicle.sample = 0`;
const withKey = sql<boolean>`vehicle.key is not null`;

/** By name. Samples are left out, and so is what is archived or gone, unless a key is linked to it. */
export async function listVehicles(
  { tx, account }: Reading,
  integration: string,
  { linked, mode, match }: VehicleFilter,
  { after, limit }: VehiclePage,
): Promise<readonly VehicleView[]> {
  let query = viewed(tx)
    .where('vehicle.integration', '=', integration)
    .where('vehicle.account', '=', account);
  if (linked === undefined && mode === undefined) query = query.where(eb => eb.or([withKey, withoutKey]));
  else query = query.where(linked === false ? withoutKey : withKey);
  if (mode !== undefined) query = query.where('vehicle.mode', '=', mode);
  if (match !== undefined) {
    const part = `%${match.toLowerCase().replaceAll(/[\\%_]/g, sign => `\\${sign}`)}%`;
    query = query.where(
      sql<boolean>`(lower(vehicle.name) like ${part} escape '\\' or lower(vehicle.plate) like ${part} escape '\\')`,
    );
  }
  if (after !== null)
    query = query
      // Says again what follows, in a way that the index can begin at.
      .where('vehicle.name', '>=', after[0])
      .where(eb =>
        eb.or([
          eb('vehicle.name', '>', after[0]),
          eb.and([eb('vehicle.name', '=', after[0]), eb('vehicle.id', '>', after[1])]),
        ]),
      );
  const rows = await query.orderBy('vehicle.name').orderBy('vehicle.id').limit(limit).execute();
  return rows.map(shown);
}

/** @throws Fault `not-found` */
export async function vehicleView(
  { tx }: Pick<Reading, 'tx'>,
  integration: string,
  id: string,
): Promise<VehicleView> {
  const row = await viewed(tx)
    .where('vehicle.integration', '=', integration)
    .where('vehicle.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw notFound('vehicle', id);
  return shown(row);
}

const viewed = (tx: Reading['tx']) =>
  tx
    .selectFrom('vehicle')
    .leftJoin('key', 'key.id', 'vehicle.key')
    .leftJoin('box', 'box.id', 'key.box')
    .select([
      ...(['vehicle.id', 'vehicle.name', 'vehicle.plate', 'vehicle.archived', 'vehicle.gone'] as const),
      ...(['vehicle.mode', 'vehicle.key', 'key.name as key_name', 'key.place', 'key.slot'] as const),
      ...(['key.box', 'box.name as box_name'] as const),
    ])
    .select(eb =>
      eb
        .selectFrom('assignment')
        .select(count => count.fn.countAll<number | string>().as('count'))
        .whereRef('assignment.integration', '=', 'vehicle.integration')
        .whereRef('assignment.vehicle', '=', 'vehicle.id')
        .where('assignment.prompted', 'is not', null)
        .where('assignment.deleted', '=', 0)
        .as('asks'),
    );

type Viewed = Awaited<ReturnType<ReturnType<typeof viewed>['executeTakeFirstOrThrow']>>;

const shown = (row: Viewed): VehicleView => ({
  ...{ id: row.id, name: row.name, plate: row.plate, mode: row.mode, asks: Number(row.asks) },
  ...{ archived: row.archived === 1, gone: row.gone === 1 },
  key: row.key === null ? null : { id: row.key, name: row.key_name ?? row.key, ...placeOf(row) },
});

interface Placed {
  readonly place: KeyTable['place'] | null;
  readonly box: string | null;
  readonly box_name: string | null;
  readonly slot: number | null;
}

const placeOf = ({ place, box, box_name, slot }: Placed): Omit<KeyPlace, 'id' | 'name'> => ({
  ...{ place: place ?? 'never-stocked', slot: slot === null ? null : Number(slot) },
  box: box === null ? null : { id: box, name: box_name ?? box },
});

/** By key: the name of the vehicle that has it. */
export async function vehiclesOfKeys(
  { tx, account }: Reading,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await tx
    .selectFrom('vehicle')
    .select(['key', 'name'])
    .where('key', 'in', [...keys])
    .where('account', '=', account)
    .execute();
  return new Map(rows.flatMap(({ key, name }) => (key === null ? [] : [[key, name] as const])));
}

/** A vehicle and the one key that is called exactly as it is. */
interface SameName {
  readonly vehicle: Pick<VehicleView, 'id' | 'name' | 'plate'>;
  readonly key: KeyPlace;
}

/**
 * Vehicles without a key, each with the free key of its very name. Where two vehicles or two keys have a name, nobody can tell which
 * is meant: they are not among these.
 */
export async function sameNames(
  reading: Reading,
  integration: string,
  { after, limit }: VehiclePage,
): Promise<readonly SameName[]> {
  let query = namesakes(reading, integration).select([
    ...(['vehicle.id', 'vehicle.name', 'vehicle.plate', 'key.id as key', 'key.name as key_name'] as const),
    ...(['key.place', 'key.slot', 'key.box', 'box.name as box_name'] as const),
  ]);
  if (after !== null)
    query = query
      .where('vehicle.name', '>=', after[0])
      .where(eb =>
        eb.or([
          eb('vehicle.name', '>', after[0]),
          eb.and([eb('vehicle.name', '=', after[0]), eb('vehicle.id', '>', after[1])]),
        ]),
      );
  const rows = await query.orderBy('vehicle.name').orderBy('vehicle.id').limit(limit).execute();
  return rows.map(row => ({
    vehicle: { id: row.id, name: row.name, plate: row.plate },
    key: { id: row.key, name: row.key_name, ...placeOf(row) },
  }));
}

/** How many there are, so many at most. */
export async function countSameNames(reading: Reading, integration: string, most: number): Promise<number> {
  const rows = await namesakes(reading, integration).select('vehicle.id').limit(most).execute();
  return rows.length;
}

const namesakes = ({ tx, account }: Reading, integration: string) =>
  tx
    .selectFrom('vehicle')
    .innerJoin('key', join =>
      join.onRef('key.account', '=', 'vehicle.account').onRef('key.name', '=', 'vehicle.name'),
    )
    .innerJoin('box', 'box.id', 'key.box')
    .where('vehicle.integration', '=', integration)
    .where('vehicle.account', '=', account)
    .where(withoutKey)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('vehicle as linked').select('linked.id').whereRef('linked.key', '=', 'key.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('key as twin')
            .select('twin.id')
            .whereRef('twin.account', '=', 'key.account')
            .whereRef('twin.name', '=', 'key.name')
            .whereRef('twin.id', '!=', 'key.id')
            .where('twin.box', 'is not', null),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('vehicle as namesake')
            .select('namesake.id')
            .whereRef('namesake.integration', '=', 'vehicle.integration')
            .whereRef('namesake.name', '=', 'vehicle.name')
            .whereRef('namesake.id', '!=', 'vehicle.id')
            .where(sql<boolean>`namesake.archived = 0 and namesake.gone = 0 and namesake.sample = 0`),
        ),
      ),
    );
