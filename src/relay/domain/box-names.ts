/** Boxes as people speak of them: by name, with the clock of the place where they stand. */
import { sql } from 'kysely';
import type { TimeZone } from '../../base/time-zone.ts';
import { readTimeZone, utc } from '../../base/time-zone.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import { accountSettings } from './accounts.ts';
import type { Reading } from './context.ts';
import { placeOf, withPlaces } from './places.ts';

export interface NamedBox {
  readonly id: string;
  readonly name: string;
  /** UTC where nobody has said. */
  readonly zone: TimeZone;
}

const ofAccount = ({ tx, account }: Reading) =>
  withPlaces(tx).select(['box.id as id', 'box.name as name']).where('box.account', '=', account);

type Row = Awaited<ReturnType<ReturnType<typeof ofAccount>['executeTakeFirstOrThrow']>>;

const named = (row: Row): NamedBox => ({ id: row.id, name: row.name, zone: placeOf(row).zone ?? utc });

/** Of boxes of the account only. */
export async function boxNames(
  reading: Reading,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NamedBox>> {
  if (ids.length === 0) return new Map();
  const rows = await ofAccount(reading)
    .where('box.id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map(row => [row.id, named(row)]));
}

/** The clock by which the account is told of what belongs to no box: its own, or that of its first one. */
export async function accountZone(reading: Reading): Promise<TimeZone> {
  const { timezone } = await accountSettings(reading);
  const own = timezone === null ? null : readTimeZone(timezone);
  if (own !== null) return own;
  const [row] = await firstBox(reading.tx, reading.account);
  return row === undefined ? utc : named(row).zone;
}

const firstBox = preparedQuery((tx, account: string) =>
  ofAccount({ tx, account }).orderBy('box.id').limit(sql.lit(1)),
);

/** Boxes whose name begins like that, in any case, or whose id it is. */
export async function boxesCalled(
  reading: Reading,
  typed: string,
  limit: number,
): Promise<readonly NamedBox[]> {
  const begin = `${typed.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  const rows = await ofAccount(reading)
    .where(eb =>
      eb.or([
        eb('box.id', '=', typed.toLowerCase()),
        sql<boolean>`lower(box.name) like ${begin} escape '\\'`,
      ]),
    )
    .orderBy('box.id')
    .limit(limit)
    .execute();
  return rows.map(named);
}
