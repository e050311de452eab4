/** The keys of boxes, each where its events have put it, and who has it. */
import { type SqlBool, sql } from 'kysely';
import type { KeyTable } from '../store/tables.ts';
import type { Reading } from './context.ts';

/** A key whose home is a box. */
export interface HomeKey {
  readonly id: string;
  readonly name: string;
  readonly home: number | null;
  readonly place: KeyTable['place'];
  /** The door behind which it hangs, or from which it was taken. */
  readonly at: number | null;
  readonly since: number | null;
  /** By which it is out; null: it is not, or by no booking. */
  readonly booking: string | null;
  readonly driver: string | null;
  readonly due: number | null;
  /** Since when it is late; null: it is not. */
  readonly late: number | null;
}

/** Of boxes of the account only. */
export async function keysOfBoxes(
  { tx, account }: Reading,
  boxes: readonly string[],
): Promise<ReadonlyMap<string, readonly HomeKey[]>> {
  const keys = new Map<string, Map<string, HomeKey>>(boxes.map(box => [box, new Map()]));
  if (boxes.length === 0) return new Map();
  const rows = await tx
    .selectFrom('key')
    .leftJoin('booking', join =>
      join
        .onRef('booking.key', '=', 'key.id')
        .onRef('booking.box', '=', 'key.box')
        .on('booking.taken', 'is not', null)
        .on('booking.returned', 'is', null),
    )
    .leftJoin('driver', 'driver.id', 'booking.driver')
    .select(['key.id', 'key.box', 'key.name', 'key.slot', 'key.place', 'key.place_slot', 'key.place_since'])
    .select([
      'booking.id as booking',
      'booking.end as due',
      'booking.overdue as late',
      'driver.name as driver',
    ])
    // Found by their boxes: the account may have ten thousand.
    .where(sql<SqlBool>`key.account || '' = ${account}`)
    .where('key.box', 'in', boxes)
    .execute();
  for (const { box, slot, place_slot, place_since, ...row } of rows)
    keys.get(box ?? '')?.set(row.id, { ...row, home: slot, at: place_slot, since: place_since });
  return new Map([...keys].map(([box, its]) => [box, [...its.values()]]));
}
