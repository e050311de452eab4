/**
 * The retained state of a box, kept as the box told it, with its time. Nothing is decided on
 * it, but a disk that takes no writes is a Problem by it (box-storage-problem.ts).
 *
 * A box of this version signs it. One of an older program (two minor versions back) cannot: what stands there may be whoever's
 * who can write to the broker, and is shown as unsigned. Once a box has signed, nothing unsigned is taken in its name until its
 * own signed hello says that its program is an older one again.
 */
import type { BoxStateDocument } from '../../wire/box-state.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import { clearFaultsOf } from './box-faults.ts';
import type { Context, Reading } from './context.ts';

/** The members of a box that runs; what it says when it goes tells nothing of its doors. */
export type ToldState = Extract<BoxStateDocument, { link: 'up' }>;

/** More than a box has slots and troubles. */
const slotsMost = 999;
const troublesMost = 100;

export interface Told {
  /** When it came here, and the box's own instant of it. */
  readonly heard: number;
  readonly at: number;
  readonly state: ToldState;
}

/** Where a signed state stands among those of its box: it only grows. */
export interface StatePlace {
  readonly boxEpoch: number;
  readonly seq: number;
  readonly at: number;
}

export interface StateWord {
  /** Null: it is not signed. */
  readonly place: StatePlace | null;
  readonly at: number;
  readonly troubles: readonly string[];
  /** As `stateText` makes it. */
  readonly text: string;
  /** The box itself has said, signed, that it is of a program that signs no state. */
  readonly isOlderProgram: boolean;
}

/** The same again is no older one: a broker says what it retains to whoever subscribes. */
export function isLater(before: StatePlace | null, next: StatePlace | null): boolean {
  if (before === null || next === null) return true;
  return (next.boxEpoch - before.boxEpoch || next.seq - before.seq || next.at - before.at) >= 0;
}

export const placeOf = ({ state }: Told): StatePlace | null =>
  state.boxEpoch === undefined || state.seq === undefined
    ? null
    : { boxEpoch: state.boxEpoch, seq: state.seq, at: state.at };

/** Only what this version knows is kept: what is more may be of any size. `place` null: it is not signed. */
export function stateText(
  { v, at, program, epoch, rev, ...rest }: ToldState,
  place: StatePlace | null,
): string {
  const { syncAgeS, takes, returns, troubles, slots } = rest;
  const kept: ToldState = {
    ...{ link: 'up', v, at, program: program.slice(0, 64), epoch, rev, syncAgeS, takes, returns },
    ...(place === null ? {} : { boxEpoch: place.boxEpoch, seq: place.seq }),
    troubles: troubles.slice(0, troublesMost).map(code => code.slice(0, 64)),
    slots: slots.slice(0, slotsMost).map(({ slot, door, key, faulted }) => ({ slot, door, key, faulted })),
  };
  return JSON.stringify(kept);
}

export const keepTold = preparedQuery((tx, box: string, heard: number, at: number, document: string) =>
  tx
    .insertInto('box_state')
    .values({ box, heard, at, document })
    .onConflict(on =>
      on.column('box').doUpdateSet(eb => ({
        heard: eb.ref('excluded.heard'),
        at: eb.ref('excluded.at'),
        document: eb.ref('excluded.document'),
      })),
    ),
);

/** Null: it has never told anything. */
export const toldOf = async (reading: Reading, box: string): Promise<Told | null> =>
  (await toldOfBoxes(reading, [box])).get(box) ?? null;

/** Of boxes of the account only. */
export async function toldOfBoxes(
  { tx, account }: Reading,
  boxes: readonly string[],
): Promise<ReadonlyMap<string, Told>> {
  if (boxes.length === 0) return new Map();
  const rows = await tx
    .selectFrom('box_state')
    .innerJoin('box', 'box.id', 'box_state.box')
    .select(['box_state.box', 'box_state.heard', 'box_state.at', 'box_state.document'])
    .where('box.account', '=', account)
    .where('box_state.box', 'in', boxes)
    .execute();
  return new Map(
    rows.map(({ box, heard, at, document }) => [
      box,
      { heard, at, state: JSON.parse(document) as ToldState },
    ]),
  );
}

/** Of a computer that is this box no more: its faults, and what it told, say nothing of the next. */
export async function forgetTold(context: Context, box: string): Promise<void> {
  await context.tx.deleteFrom('box_state').where('box', '=', box).execute();
  await clearFaultsOf(context, box);
}
