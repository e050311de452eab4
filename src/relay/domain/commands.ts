/** Commands from afar: kept until the box has answered, or their time is over. */
import { type SqlBool, sql } from 'kysely';
import { canonical, type Json } from '../../base/canonical.ts';
import { lockdownMaxMs } from '../../wire/control.ts';
import type { Order } from '../../wire/down.ts';
import { noteBoxNews } from '../store/commit-effects.ts';
import type { CommandTable } from '../store/tables-work.ts';
import { audit } from './audit.ts';
import { type PageFrom, pageSize } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { badInput, notFound } from './faults.ts';
import { newId } from './ids.ts';

/** A door that is to open now is not to open in an hour. */
const lifeMostMs = 10 * 60_000;
const lifeUsualMs = 60_000;

interface NewCommand {
  readonly box: string;
  readonly order: Order;
  readonly who: string;
  readonly why: string;
  /** How long it may run; a minute where absent, ten at most. */
  readonly lifeMs?: number | undefined;
}

export type CommandView = Omit<CommandTable, 'account'>;

/**
 * Kept with the commit; `fleet.nudge()` after it, or the next second, sends it.
 * @throws Fault `not-found`, `bad-input`
 */
export async function orderCommand(context: Context, input: NewCommand): Promise<CommandView> {
  const { tx, account, now } = context;
  const box = await tx
    .selectFrom('box')
    .select('id')
    .where('id', '=', input.box)
    .where('account', '=', account)
    .executeTakeFirst();
  if (box === undefined) throw notFound('box', input.box);
  if (input.order.verb === 'lockdown' && input.order.on) mustBeToCome(input.order.until, now);
  const id = newId('c', context);
  const life = Math.min(lifeMostMs, Math.max(1_000, input.lifeMs ?? lifeUsualMs));
  const body = canonical(input.order as unknown as Json);
  const { who, why } = { who: input.who.slice(0, 200), why: input.why.slice(0, 200) };
  const row = { id, box: box.id, who, why, body, created: now, not_after: now + life };
  const rest = { sent: null, outcome: null, answered: null };
  await tx
    .insertInto('command')
    .values({ ...row, ...rest, account })
    .execute();
  noteBoxNews(tx, account, box.id);
  await audit(context, 'command', box.id, `${id} ${input.order.verb}: ${why}`);
  return { ...row, ...rest };
}

/** @throws Fault `bad-input` */
function mustBeToCome(until: number | null, now: number): void {
  if (until === null) return;
  if (until <= now) throw badInput('until', 'is over already');
  if (until - now > lockdownMaxMs) throw badInput('until', 'lies more than 366 days ahead');
}

/** @throws Fault `not-found` */
export async function commandView({ tx, account }: Reading, id: string): Promise<CommandView> {
  const row = await tx
    .selectFrom('command')
    .selectAll()
    .where('id', '=', id)
    .where('account', '=', account)
    .executeTakeFirst();
  if (row === undefined) throw notFound('command', id);
  const { account: _a, ...rest } = row;
  return rest;
}

/** Of one box, the newest first. */
export async function listCommands(
  { tx, account }: Reading,
  box: string,
  { after, limit }: PageFrom<CommandPlace>,
): Promise<readonly CommandView[]> {
  let query = tx.selectFrom('command').selectAll().where('box', '=', box).where('account', '=', account);
  if (after !== null) query = query.where(sql<SqlBool>`(created, id) < (${after[0]}, ${after[1]})`);
  const rows = await query
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
    .limit(pageSize({ limit }))
    .execute();
  return rows.map(({ account: _a, ...rest }) => rest);
}

type CommandPlace = readonly [created: number, id: string];
export const commandPlace = ({ created, id }: CommandView): CommandPlace => [created, id];

/** `expired`: it opened nothing, unless it was sent in time and its answer was lost. */
type CommandState = 'waiting' | 'sent' | 'done' | 'refused' | 'expired';

export function commandState({ outcome, sent, not_after }: CommandView, now: number): CommandState {
  if (outcome !== null) return outcome === 'done' ? 'done' : 'refused';
  // A result may still come: what was sent in time may have run.
  if (now > not_after) return 'expired';
  return sent === null ? 'waiting' : 'sent';
}
