/** A disk that takes no writes takes no event either: while it does, the retained state of the box alone tells of it. */
import type { Fault } from '../core/box-faults.ts';
import { setFault } from './box-faults.ts';
import { isLater, keepTold, placeOf, type StateWord, type Told, toldOf } from './box-told.ts';
import type { Context } from './context.ts';

/** Codes of a status report (`hardLimits`) whose event waits in the memory of the box. */
const unwritten: ReadonlySet<string> = new Set(['storage-degraded', 'database-suspect']);

const isUnwritten = (troubles: readonly string[]): boolean => troubles.some(code => unwritten.has(code));

const fault: Fault = {
  ...{ kind: 'storage-degraded', place: { of: 'box' }, reason: null, at: null, fadesMs: null },
};

/** Keeps what a box tells, unless it is older than what it told before, or unsigned where it would sign. */
export async function takeState(context: Context, box: string, word: StateWord): Promise<void> {
  const last = await toldOf(context, box);
  const before = last === null ? null : placeOf(last);
  const unsigned = word.place === null && before !== null && !word.isOlderProgram;
  if (unsigned || !isLater(before, word.place)) return;
  const stands = isUnwritten(word.troubles);
  // An unsigned word may be anybody's: a false alarm costs a look, an alarm that a stranger ends costs keys. The journal ends it.
  if (stands || word.place !== null) await applyStorageProblem(context, box, stands, last);
  await keepTold(context.tx, box, context.now, word.at, word.text);
}

/** A Problem that an administrator has acknowledged is not raised again while it goes on. */
async function applyStorageProblem(
  context: Context,
  box: string,
  stands: boolean,
  last: Told | null,
): Promise<void> {
  if (stands && (await isKnown(context, box, last))) return;
  await setFault(context, box, fault, stands);
}

/** An administrator has taken it off, and the box has not said since that it is over. */
async function isKnown({ tx, account }: Context, box: string, told: Told | null): Promise<boolean> {
  const last = await tx
    .selectFrom('problem')
    .select('acknowledged')
    .where('account', '=', account)
    .where('kind', '=', fault.kind)
    .where('subject', '=', box)
    .orderBy('since', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return last?.acknowledged != null && told !== null && isUnwritten(told.state.troubles);
}
