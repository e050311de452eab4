/** Doors of a box as a page draws them: proven by its events, and beside that what the box has only told. */
import type { HomeKey } from '../../../domain/box-doors.ts';
import type { BoxFault } from '../../../domain/box-health.ts';
import type { Told, ToldState } from '../../../domain/box-told.ts';
import { type BoxView, slotsOf } from '../../../domain/boxes.ts';

export type DoorState = 'in' | 'out' | 'late' | 'missing' | 'never' | 'empty';

export interface DoorView {
  readonly slot: number;
  readonly state: DoorState;
  /** The key that hangs there, or whose home it is; null: none. */
  readonly key: HomeKey | null;
  /** The box told this of it beyond what its events say; null: nothing. */
  readonly told: ToldDoor | null;
  readonly faults: readonly BoxFault[];
}

interface ToldDoor {
  readonly isOpen: boolean;
  /** Another key than the proven one, by its name; empty: none. Null: the same. */
  readonly key: string | null;
  readonly isFaulted: boolean;
}

interface Known {
  readonly box: Pick<BoxView, 'slots'>;
  readonly keys: readonly HomeKey[];
  readonly told: Told | null;
  readonly faults: readonly BoxFault[];
}

export function doorsOf({ box, keys, told, faults }: Known): readonly DoorView[] {
  const toldSlots = new Map((told?.state.slots ?? []).map(each => [each.slot, each]));
  const slots = new Set([
    ...(slotsOf(box) ?? []),
    ...toldSlots.keys(),
    ...keys.flatMap(({ home, at, place }) => [home ?? [], place === 'in' ? (at ?? []) : []].flat()),
  ]);
  return [...slots]
    .sort((a, b) => a - b)
    .map(slot => {
      const inside = keys.find(key => key.place === 'in' && key.at === slot);
      const own = keys.find(key => key.home === slot);
      const its = faults.filter(fault => fault.slot === slot);
      return {
        ...{ slot, state: inside === undefined ? stateOf(own) : 'in', key: inside ?? own ?? null },
        ...{ told: toldOf(toldSlots.get(slot), inside, its), faults: its },
      };
    });
}

function stateOf(own: HomeKey | undefined): DoorState {
  if (own === undefined || own.place === 'in') return 'empty';
  if (own.place === 'never-stocked') return 'never';
  return own.place === 'out' && own.late !== null ? 'late' : own.place;
}

function toldOf(
  told: ToldState['slots'][number] | undefined,
  inside: HomeKey | undefined,
  faults: readonly BoxFault[],
): ToldDoor | null {
  if (told === undefined) return null;
  const differs = told.key !== (inside?.name ?? null);
  const isFaulted = told.faulted && faults.length === 0;
  if (told.door === 'shut' && !differs && !isFaulted) return null;
  return { isOpen: told.door === 'open', key: differs ? (told.key ?? '') : null, isFaulted };
}
