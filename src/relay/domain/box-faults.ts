/** Faults that boxes tell of become Problems, in the transaction that stores their events; and go with their counterparts. */
import { parseInstant } from '../../base/instant.ts';
import type { JournalEvent } from '../../wire/journal.ts';
import {
  type Fault,
  type FaultKind,
  type FaultPlace,
  type FaultStory,
  faultStories,
  type OpenFault,
  placeText,
} from '../core/box-faults.ts';
import { boxProblems } from '../core/problems/box.ts';
import { gradeOf } from '../core/problems/catalogue.ts';
import { linkProblems } from '../core/problems/link.ts';
import { noteNews } from '../store/commit-effects.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { ProblemTable } from '../store/tables-work.ts';
import { hastenWork } from '../work/queue.ts';
import type { Context } from './context.ts';
import { faultDetail } from './fault-detail.ts';
import { newId } from './ids.ts';
import { clearOpen, cutDetail, graver, plainProblem } from './problems.ts';

/** A fault that comes back within this is the one of before, so that a door that flaps is one Problem and one mail. */
const reopenMs = 3_600_000;
/** Faults that begin within this time are told together. */
export const gatherMs = 10_000;
/** One a account: what fades, what is told, which boxes are away for long. */
export const faultTimer = 'box-faults';

const ofBox = preparedQuery((tx, box: string, since: number) =>
  tx
    .selectFrom('problem')
    .selectAll()
    .where('box', '=', box)
    .where(eb =>
      eb.or([eb('cleared', 'is', null), eb.and([eb('cleared', '>', since), eb('acknowledged', 'is', null)])]),
    ),
);

/** In the order of the journal. Whatever they name, only Problems of this box change. */
export async function applyFaults(
  context: Context,
  box: string,
  events: readonly JournalEvent[],
): Promise<void> {
  const { tx, account, now } = context;
  const found = await ofBox(tx, box, now - reopenMs);
  const rows = found.filter(row => row.account === account && placeOf(row, box) !== null);
  const open = rows.filter(({ cleared }) => cleared === null).flatMap(row => openFault(row, box));
  const stories = faultStories(open, events, instantOf);
  if (stories.length === 0) return;
  const name = await nameOf(context, box);
  for (const story of stories) await tell(context, { box, name, rows }, story);
  if (stories.some(({ said, goesOn }) => said > 0 || goesOn))
    await hastenWork(tx, { kind: faultTimer, subject: account, due: now + gatherMs });
}

/** Notes that one fault of a box stands now, or does not, where another source than its journal says so. */
export async function setFault(context: Context, box: string, fault: Fault, stands: boolean): Promise<void> {
  const { tx, account, now } = context;
  const subject = `${box}${placeText(fault.place)}`;
  const found = await ofBox(tx, box, now - reopenMs);
  const rows = found.filter(
    row => row.account === account && row.subject === subject && row.kind === fault.kind,
  );
  const before = rows.some(({ cleared }) => cleared === null);
  if (before === stands) return;
  const known = { box, name: await nameOf(context, box), rows };
  await tell(context, known, { fault, before, after: stands, said: stands ? 1 : 0, goesOn: false });
  if (stands) await hastenWork(tx, { kind: faultTimer, subject: account, due: now + gatherMs });
}

function instantOf({ at }: JournalEvent): number | null {
  const read = parseInstant(at);
  return 'at' in read ? read.at : null;
}

const isFaultKind = (kind: string): kind is FaultKind =>
  Object.hasOwn(boxProblems, kind) || kind === ('message-rejected' satisfies keyof typeof linkProblems);

/** Null: a Problem of the talk with the box, which is none of its faults. */
function placeOf({ subject, slot, key, device, kind }: ProblemTable, box: string): FaultPlace | null {
  if (!isFaultKind(kind) || kind === 'box-lost') return null;
  // The late key of a booking that the relay knows is the booking's own.
  if (subject !== box && !subject.startsWith(`${box}/`)) return null;
  if (key !== null) return { of: 'key', key, slot };
  if (device !== null) return { of: 'device', device };
  if (slot !== null) return { of: 'slot', slot };
  if (subject === `${box}/database`) return { of: 'database' };
  if (subject === `${box}/down`) return { of: 'down' };
  return kind === 'message-rejected' ? null : { of: 'box' };
}

function openFault(row: ProblemTable, box: string): readonly OpenFault[] {
  const place = placeOf(row, box);
  return place !== null && isFaultKind(row.kind) ? [{ kind: row.kind, place }] : [];
}

const nameOf = async ({ tx }: Context, box: string): Promise<string> =>
  (await tx.selectFrom('box').select('name').where('id', '=', box).executeTakeFirst())?.name ?? box;

interface Known {
  readonly box: string;
  readonly name: string;
  /** Those that stand, and those that were over not long ago. */
  readonly rows: readonly ProblemTable[];
}

async function tell(context: Context, known: Known, story: FaultStory): Promise<void> {
  const { tx, now } = context;
  const { fault, said, after, goesOn } = story;
  const subject = `${known.box}${placeText(fault.place)}`;
  noteNews(tx, context.account, 'problems');
  const row = known.rows
    .filter(each => each.kind === fault.kind && each.subject === subject)
    .sort((a, b) => (b.cleared ?? Infinity) - (a.cleared ?? Infinity))[0];
  if (row === undefined) return await raise(context, known, story);
  const fades = fault.fadesMs === null ? row.fades : now + fault.fadesMs;
  await tx
    .updateTable('problem')
    .set({
      cleared: after ? null : (row.cleared ?? now),
      count: row.count + said,
      ...(said > 0 || goesOn ? { fades } : {}),
      ...(gradeOf(row.kind) < row.grade ? graver(row.kind) : {}),
    })
    .where('id', '=', row.id)
    .execute();
}

/** Also one that is over already: that it was there is news, and stays in the list of what was. */
async function raise(
  context: Context,
  { box, name }: Known,
  { fault, said, after }: FaultStory,
): Promise<void> {
  const { tx, account, now } = context;
  const { kind, place, fadesMs } = fault;
  const since = Math.min(fault.at ?? now, now);
  await tx
    .insertInto('problem')
    .values({
      ...plainProblem,
      ...{ id: newId('p', context), account, kind, subject: `${box}${placeText(place)}`, box },
      ...columnsOf(place),
      detail: cutDetail(faultDetail(name, fault, since)),
      ...{ since, cleared: after ? null : now, count: said },
      fades: fadesMs === null ? null : now + fadesMs,
      grade: gradeOf(kind),
    })
    .onConflict(on => on.columns(['account', 'kind', 'subject']).where('cleared', 'is', null).doNothing())
    .execute();
}

const columnsOf = (place: FaultPlace): Pick<ProblemTable, 'slot' | 'key' | 'device'> => ({
  slot: place.of === 'slot' || place.of === 'key' ? place.slot : null,
  key: place.of === 'key' ? place.key : null,
  device: place.of === 'device' ? place.device : null,
});

/** Nothing that this computer said of itself holds for the next one that has this name, or for none. */
export async function clearFaultsOf({ tx, account, now }: Context, box: string): Promise<void> {
  await clearOpen(tx, now, eb =>
    eb.and([
      eb('account', '=', account),
      eb.or([eb('box', '=', box), eb.and([eb('subject', '=', box), eb('kind', 'in', linkKinds)])]),
    ]),
  );
}

const linkKinds = Object.keys(linkProblems) as readonly (keyof typeof linkProblems)[];

/** The key is in this box no more. */
export async function clearFaultsOfKey(
  { tx, account, now }: Context,
  { box, key }: { readonly box: string; readonly key: string },
): Promise<void> {
  await clearOpen(tx, now, eb =>
    eb.and([eb('box', '=', box), eb('account', '=', account), eb('key', '=', key)]),
  );
}
