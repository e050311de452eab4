/** The authorities that boxes are told to know the broker by: a list with a number, and those of before, by their digests. */
import type { Kysely, Transaction } from 'kysely';
import * as v from 'valibot';
import { type Authorities, authoritiesDigest } from '../../wire/authorities.ts';
import { mustReadAs, readAs } from '../../wire/reading.ts';
import { meta, setMeta } from '../store/migrate.ts';
import type { Tables } from '../store/tables.ts';
import type { Context } from './context.ts';
import { clearProblem, raiseProblem } from './problems.ts';

export interface ToldAuthorities {
  /** Rises with each change. */
  readonly rev: number;
  readonly digest: string;
  readonly list: Authorities;
  /** Those of before, newest first: what a box that was away may still go by. */
  readonly before: readonly Authorities[];
}

const place = 'broker-authorities';
/** A box that was away for longer is not told apart from one whose list nobody knows. */
const beforeMax = 8;

const shape = v.object({
  rev: v.number(),
  list: v.nullable(v.string()),
  before: v.array(v.nullable(v.string())),
});

/** Null: no relay has told any yet. */
export async function toldAuthorities(db: Kysely<Tables>): Promise<ToldAuthorities | null> {
  const text = await meta(db, place);
  if (text === null) return null;
  const { rev, list, before } = mustReadAs(v.pipe(v.string(), v.parseJson(), shape), text);
  return { rev, list, before, digest: authoritiesDigest(list) };
}

/** From now on boxes are told this list. The same again changes nothing. */
export async function tellAuthorities(tx: Transaction<Tables>, list: Authorities): Promise<ToldAuthorities> {
  const told = await toldAuthorities(tx);
  if (told !== null && told.list === list) return told;
  const former = told === null ? [] : [told.list, ...told.before.filter(each => each !== list)];
  const next = { rev: (told?.rev ?? 0) + 1, list, before: former.slice(0, beforeMax) };
  await setMeta(tx, place, JSON.stringify(next));
  return { ...next, digest: authoritiesDigest(list) };
}

const kept = v.object({ body: v.string() });
const word = v.looseObject({ authorities: v.optional(v.string()) });

/** Digest of the authorities that a box last said to go by; null: it said nothing of them. */
function digestIn(receipt: string | null): string | null {
  const outer = readAs(v.pipe(v.string(), v.parseJson(), kept), receipt);
  if (!outer.success) return null;
  const inner = readAs(v.pipe(v.string(), v.parseJson(), word), outer.output.body);
  return inner.success ? (inner.output.authorities ?? null) : null;
}

const authoritiesUntold = 'authorities-untold';

/**
 * Boxes that were away while the authorities changed, and would not believe the broker's certificate of now, are Problems;
 * those that have learnt the list, or believe the certificate all the same, are none. `believes`: whether that list does.
 */
export async function checkUntold(
  context: Omit<Context, 'account'>,
  told: ToldAuthorities,
  believes: (list: Authorities) => boolean,
): Promise<void> {
  const boxes = await context.tx
    .selectFrom('box')
    .select(['id', 'account', 'receipt'])
    .where('enrolled', 'is not', null)
    .execute();
  const open = await context.tx
    .selectFrom('problem')
    .select('subject')
    .where('kind', '=', authoritiesUntold)
    .where('cleared', 'is', null)
    .execute();
  const raised = new Set(open.map(({ subject }) => subject));
  const lists = new Map(told.before.map(list => [authoritiesDigest(list), list]));
  const shutOut = new Map([...lists].map(([digest, list]) => [digest, !believes(list)]));
  for (const { id, account, receipt } of boxes) {
    const digest = digestIn(receipt);
    const name = { kind: authoritiesUntold, subject: id } as const;
    if (digest !== null && digest !== told.digest && shutOut.get(digest) === true)
      await raiseProblem(
        { ...context, account },
        name,
        'It was away while the authorities changed, and does not believe the certificate that the broker has now.',
      );
    else if (raised.has(id)) await clearProblem({ ...context, account }, name);
  }
}
