/** Boxes that cannot be reached for long are Problems; a link that is cut for a moment is none. */
import type { Transaction } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { hastenWork } from '../work/queue.ts';
import { faultTimer } from './box-faults.ts';
import type { Context } from './context.ts';
import { faultDetail } from './fault-detail.ts';
import { clearOpen, raiseProblem } from './problems.ts';

type Tx = Transaction<Tables>;

/** A box has been away for so long before anybody is told. */
const awayMs = 15 * 60_000;
/** In one transaction. */
const awayMost = 200;

interface Back {
  readonly now: number;
  readonly owner: { readonly account: string; readonly box: string };
}

export async function boxesBack(tx: Tx, back: readonly Back[]): Promise<void> {
  const [first] = back;
  if (first === undefined) return;
  const boxes = back.map(({ owner }) => owner.box);
  await clearOpen(tx, first.now, eb => eb.and([eb('box', 'in', boxes), eb('kind', '=', 'box-lost')]));
}

/** It is looked at once the link has been lost for long enough. */
export const boxAway = (tx: Tx, account: string, now: number): Promise<void> =>
  hastenWork(tx, { kind: faultTimer, subject: account, due: now + awayMs });

/** Raises what is due. Gives when it is to be looked at next; null: no link is lost. */
export async function raiseAway(context: Context): Promise<number | null> {
  const { tx, account, now } = context;
  const lost = await tx
    .selectFrom('box')
    .select(['id', 'name', 'link_since'])
    .where('account', '=', account)
    .where('link', '=', 'lost')
    .where('enrolled', 'is not', null)
    .where(eb =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('problem')
            .select('problem.id')
            .whereRef('problem.box', '=', 'box.id')
            .where('problem.kind', '=', 'box-lost')
            .where(each =>
              each.or([
                each('problem.cleared', 'is', null),
                // Somebody knows of it, and it has not been back since.
                each.and([
                  each('problem.acknowledged', 'is not', null),
                  each('problem.cleared', '>=', each.ref('box.link_since')),
                ]),
              ]),
            ),
        ),
      ),
    )
    .orderBy('link_since')
    .limit(awayMost + 1)
    .execute();
  for (const { id, name, link_since: since } of lost.slice(0, awayMost)) {
    const from = since ?? now;
    if (from + awayMs > now) return from + awayMs;
    const fault = { kind: 'box-lost', place: { of: 'box' }, reason: null, at: null, fadesMs: null } as const;
    await raiseProblem(context, { kind: 'box-lost', subject: id }, faultDetail(name, fault, from), {
      box: id,
    });
  }
  return lost.length > awayMost ? now : null;
}
