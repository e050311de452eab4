/** Faults that stand at boxes now, for the views of a box. */
import type { ProblemTable } from '../store/tables-work.ts';
import type { Reading } from './context.ts';

export type BoxFault = Pick<
  ProblemTable,
  'id' | 'kind' | 'slot' | 'key' | 'device' | 'detail' | 'since' | 'count'
>;

/** A box has more of them only where a person plays with it. */
const faultsMost = 1_000;

/** Of each box its Problems that stand, the oldest first. */
export async function faultsOfBoxes(
  { tx, account }: Reading,
  boxes: readonly string[],
): Promise<ReadonlyMap<string, readonly BoxFault[]>> {
  const faults = new Map<string, BoxFault[]>(boxes.map(box => [box, []]));
  if (boxes.length === 0) return faults;
  const rows = await tx
    .selectFrom('problem')
    .select(['id', 'kind', 'box', 'slot', 'key', 'device', 'detail', 'since', 'count'])
    .where('account', '=', account)
    .where('box', 'in', boxes)
    .where('cleared', 'is', null)
    .orderBy('since')
    .orderBy('id')
    .limit(faultsMost)
    .execute();
  for (const { box, ...row } of rows) faults.get(box ?? '')?.push(row);
  return faults;
}
