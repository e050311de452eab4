/** Problems and silent boxes: how they stand is compared with how they were told last, so that none is missed, whoever wrote it. */
import { problemFacts } from '../../core/problems/catalogue.ts';
import type { Context, Reading } from '../../domain/context.ts';
import type { ProblemTable } from '../../store/tables-work.ts';
import type { News } from './feed.ts';

interface Told {
  /** Ids of Problems, and of boxes. */
  readonly problems: readonly string[];
  readonly silent: readonly string[];
}

/** As `toldOf` wrote it. */
export const readTold = (text: string): Told => JSON.parse(text) as Told;

/** A link that is cut for a moment is no news. */
const silentMs = 60_000;
/** Those beyond are told when some of these are over. */
const problemsMost = 2_000;

interface Standing {
  readonly open: readonly ProblemTable[];
  /** Since when each is silent. */
  readonly silent: ReadonlyMap<string, number>;
}

/** As it is now. */
export async function standingOf({
  tx,
  account,
  now,
}: Reading & { readonly now: number }): Promise<Standing> {
  const open = await tx
    .selectFrom('problem')
    .selectAll()
    .where('account', '=', account)
    .where('cleared', 'is', null)
    .orderBy('since')
    .limit(problemsMost)
    .execute();
  const silent = await tx
    .selectFrom('box')
    .select(['id', 'link_since'])
    .where('account', '=', account)
    .where('link', '=', 'lost')
    .where('enrolled', 'is not', null)
    .where('link_since', '<=', now - silentMs)
    .execute();
  return { open, silent: new Map(silent.map(({ id, link_since }) => [id, link_since ?? now])) };
}

export const toldOf = ({ open, silent }: Standing): string =>
  JSON.stringify({ problems: open.map(({ id }) => id), silent: [...silent.keys()] } satisfies Told);

/** Gives the news, and what is told by then. */
export async function standingNews(
  context: Context,
  before: Told,
): Promise<{ readonly news: readonly News[]; readonly told: string }> {
  const { tx, now } = context;
  const standing = await standingOf(context);
  const known = new Set(before.problems);
  const opened = standing.open.filter(({ id }) => !known.has(id));
  const there = new Set(standing.open.map(({ id }) => id));
  const gone = before.problems.filter(id => !there.has(id));
  const rows =
    gone.length === 0 ? [] : await tx.selectFrom('problem').selectAll().where('id', 'in', gone).execute();
  const cleared = rows.filter(row => row.cleared !== null);
  const back = before.silent.filter(box => !standing.silent.has(box));
  const lost = [...standing.silent].filter(([box]) => !before.silent.includes(box));
  const news: readonly News[] = [
    ...opened.map(row => problemNews('problem.opened', row, row.since)),
    ...cleared.map(row => problemNews('problem.cleared', row, row.cleared ?? now)),
    ...lost.map(([box, at]): News => ({ type: 'box.offline', subject: box, at, data: { box } })),
    ...back.map((box): News => ({ type: 'box.online', subject: box, at: now, data: { box } })),
  ];
  // Some that are open still did not fit into the look.
  const unseen = rows.filter(row => row.cleared === null);
  return { news, told: toldOf({ ...standing, open: [...standing.open, ...unseen] }) };
}

/** Its detail may name people, and stays here. */
function problemNews(
  type: 'problem.opened' | 'problem.cleared',
  { id, kind, box, slot, since }: ProblemTable,
  at: number,
): News {
  const { title, severity } = problemFacts(kind);
  return {
    type,
    subject: id,
    at,
    data: { problem: id, kind, title, severity, box, slot, since: timeOf(since) },
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();
