/**
 * Administrators are told of faults at their boxes by mail: what begins together in one, and what comes back within the hour
 * not again, so that a door which flaps for a week sends one mail.
 */
import { type WallMs, wall } from '../../base/brand.ts';
import { retryMs } from '../../base/retry.ts';
import { type ProblemKind, problemFacts, problemKinds } from '../core/problems/catalogue.ts';
import { severities } from '../core/problems/facts.ts';
import { accountSettings } from '../domain/accounts.ts';
import { faultTimer } from '../domain/box-faults.ts';
import { raiseAway } from '../domain/boxes-away.ts';
import type { Context, DomainDeps } from '../domain/context.ts';
import type { NotifySettings } from '../domain/notify-settings.ts';
import { clearOpen } from '../domain/problems.ts';
import type { ProblemTable } from '../store/tables-work.ts';
import { hastenWork } from '../work/queue.ts';
import type { WorkHandlers } from '../work/runner.ts';
import { tellAdmins } from './tell.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Between two mails of an account: a minute after the first of a day, then twice as long each time, an hour at most. */
const gap = { firstMs: minuteMs, mostMs: 60 * minuteMs } as const;
/** Named one by one in one mail. */
const namedMost = 20;
/** Looked at in one go; what is more is counted only. */
const lookedMost = 500;
/** Also where it is over by now, since somebody was there who should not have been. */
const toldWhenOver: readonly ProblemKind[] = ['door-forced', 'tamper', 'key-missing'];

/** Handlers of an account's timer, which sets itself again while there is something to wait for. */
export const faultWork = (kit: DomainDeps, httpUrl: () => string): WorkHandlers => ({
  [faultTimer]: async (tx, account, nowMs) => {
    const now: WallMs = wall(nowMs);
    const context: Context = { ...kit, tx, account, who: 'faults', now };
    const waits = [
      await fade(context),
      await raiseAway(context),
      await tellFaults(context, `${httpUrl()}/admin`),
    ].filter(at => at !== null);
    if (waits.length === 0) return;
    const due = Math.max(now + 1_000, Math.min(...waits));
    await hastenWork(tx, { kind: faultTimer, subject: account, due });
  },
});

/** Takes off what was not said again for long enough. Gives when the next is due. */
async function fade({ tx, account, now }: Context): Promise<number | null> {
  await clearOpen(tx, now, eb =>
    eb.and([eb('account', '=', account), eb('fades', 'is not', null), eb('fades', '<=', now)]),
  );
  const next = await tx
    .selectFrom('problem')
    .select(eb => eb.fn.min('fades').as('fades'))
    .where('account', '=', account)
    .where('cleared', 'is', null)
    .where('fades', 'is not', null)
    .executeTakeFirst();
  return next?.fades ?? null;
}

/** The least grave first. */
const grades = severities.toReversed();

const gravity = ({ kind }: ProblemTable): number => grades.indexOf(problemFacts(kind).severity);

/** Kinds that are told from this grade on. */
function toldKinds(least: NotifySettings['faults']): readonly ProblemKind[] {
  if (least === 'off') return [];
  const from = grades.indexOf(least);
  return problemKinds.filter(kind => grades.indexOf(problemFacts(kind).severity) >= from);
}

/** Queues one mail with all that is not told yet. Gives when there may be another; null: nothing waits. */
async function tellFaults(context: Context, link: string): Promise<number | null> {
  const { tx, now } = context;
  const { admins, faults } = (await accountSettings(context)).notify;
  const kinds = toldKinds(faults);
  if (admins.length === 0 || kinds.length === 0) return null;
  const found = [...(await untold(context, kinds))].sort((a, b) => gravity(b) - gravity(a));
  const [first] = found;
  if (first === undefined) return null;
  const next = await nextMail(context);
  if (next > now) return next;
  await tellAdmins(context, { kind: 'box-faults', data: { ...textsOf(found, first), link } });
  await tx
    .updateTable('problem')
    .set({ told: now })
    .where(
      'id',
      'in',
      found.map(({ id }) => id),
    )
    .execute();
  return found.length === lookedMost ? await nextMail({ ...context, now: wall(now + 1) }) : null;
}

const untold = ({ tx, account, now }: Context, kinds: readonly ProblemKind[]) =>
  tx
    .selectFrom('problem')
    .selectAll()
    .where('account', '=', account)
    .where('box', 'is not', null)
    .where('told', 'is', null)
    .where('kind', 'in', kinds)
    .where(eb =>
      eb.or([
        eb('cleared', 'is', null),
        eb.and([eb('cleared', '>', now - dayMs), eb('kind', 'in', toldWhenOver)]),
      ]),
    )
    .where('acknowledged', 'is', null)
    .where(eb => eb.or([eb('snoozed_until', 'is', null), eb('snoozed_until', '<=', now)]))
    .orderBy('since')
    .orderBy('id')
    .limit(lookedMost)
    .execute();

async function nextMail({ tx, account, now }: Context): Promise<number> {
  const mails = await tx
    .selectFrom('problem')
    .select('told')
    .distinct()
    .where('account', '=', account)
    .where('told', '>', now - dayMs)
    .orderBy('told', 'desc')
    .execute();
  const last = mails[0]?.told ?? null;
  if (last === null) return 0;
  return last + retryMs(gap, mails.length - 1);
}

function textsOf(
  found: readonly ProblemTable[],
  first: ProblemTable,
): { readonly fault: string; readonly faults: string } {
  const named = found.slice(0, namedMost).map(lineOf);
  const more = found.length - named.length;
  const rest = more === 0 ? [] : [`And ${more} more: see all of them under Problems.`];
  const others = found.length === 1 ? '' : ` (and ${found.length - 1} more)`;
  const [where = ''] = first.detail.split(': ', 1);
  const fault = `${problemFacts(first.kind).title}: ${where}${others}`;
  return { fault, faults: [...named, ...rest].join('\n') };
}

const lineOf = ({ detail, cleared }: ProblemTable): string => {
  const line = detail.replace(/\s+/g, ' ');
  return cleared === null ? line : `${line} (It is over by now.)`;
};
