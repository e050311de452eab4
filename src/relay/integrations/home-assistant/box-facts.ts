/** Boxes of one account as they stand now, without anything of a person. */
import { keysOfBoxes } from '../../domain/box-doors.ts';
import { faultsOfBoxes } from '../../domain/box-health.ts';
import { toldOfBoxes } from '../../domain/box-told.ts';
import { slotsOf } from '../../domain/boxes.ts';
import type { Reading } from '../../domain/context.ts';
import type { BoxFacts } from './discovery.ts';

/** Those beyond are not told: Home Assistant is for a house, or a yard. */
const boxesMost = 100;
/** Of one box: as many as it could have doors. */
const keysMost = 999;

/** Of boxes that are enrolled, the oldest first. */
export async function boxFacts(reading: Reading): Promise<readonly BoxFacts[]> {
  const { tx, account } = reading;
  const rows = await tx
    .selectFrom('box')
    .select(['id', 'name', 'program', 'slots', 'link'])
    .where('account', '=', account)
    .where('enrolled', 'is not', null)
    .orderBy('created')
    .orderBy('id')
    .limit(boxesMost)
    .execute();
  const ids = rows.map(({ id }) => id);
  const told = await toldOfBoxes(reading, ids);
  const keys = await keysOfBoxes(reading, ids);
  const faults = await faultsOfBoxes(reading, ids);
  return rows.map(({ id, name, program, slots, link }): BoxFacts => {
    const state = told.get(id)?.state ?? null;
    return {
      ...{ id, name, program, isUp: link === 'up', told: state },
      slots: slotsOf({ slots }) ?? state?.slots.map(({ slot }) => slot) ?? [],
      keys: [...(keys.get(id) ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, keysMost),
      problems: (faults.get(id) ?? []).map(({ kind }) => kind),
    };
  });
}
