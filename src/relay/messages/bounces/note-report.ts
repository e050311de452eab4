/** A mail that has come back, or is late: what its message comes to, and what follows for whoever waits for it. */
import type { Transaction } from 'kysely';
import { wall } from '../../../base/brand.ts';
import type { Log } from '../../../base/log.ts';
import { readMail } from '../../../base/mail-address.ts';
import type { Context, DomainDeps } from '../../domain/context.ts';
import { selectForUpdate } from '../../store/select-for-update.ts';
import type { RelayStore } from '../../store/store.ts';
import type { Tables } from '../../store/tables.ts';
import type { MessageTable } from '../../store/tables-notify.ts';
import { faultOfReport } from '../channels/smtp-refusal.ts';
import { type DeliveryProblem, raiseDeliveryProblem } from '../delivery-problems.ts';
import { tellByOtherChannel } from '../other-channel.ts';
import { forgetAddress } from '../outbox-rows.ts';
import { addressHash } from '../queue.ts';
import type { Report, ReportedReceiver } from './report.ts';

export interface ReportDeps extends DomainDeps {
  readonly store: RelayStore;
  readonly log: Log;
  readonly now: number;
}

export type Noted = 'noted' | 'known' | 'not-ours';

/** Messages that one report may name: its own, and some that somebody made up. */
const idsMax = 5;

/**
 * Once, however often the report is read and by however many copies. A report changes nothing unless it names a mail of ours *and*
 * the address that this mail went to: whoever was written to knows both, and nobody else.
 */
export async function noteReport(deps: ReportDeps, report: Report): Promise<Noted> {
  const { store, log } = deps;
  const rows = await store.db
    .selectFrom('message')
    .selectAll()
    .where('id', 'in', report.ids.slice(0, idsMax))
    .where('channel', '=', 'mail')
    .execute();
  for (const row of rows) {
    const receiver = report.receivers.find(each => isFor(deps, row, each));
    if (receiver === undefined) continue;
    const isNew = await store.write(tx => note(deps, tx, { id: row.id, receiver }));
    const { action, status } = receiver;
    log.info({ message: row.id, action, status, new: isNew }, 'a report of a mail');
    return isNew ? 'noted' : 'known';
  }
  return 'not-ours';
}

function isFor(
  kit: DomainDeps,
  { account, address_hash: hash }: Pick<MessageTable, 'account' | 'address_hash'>,
  { addresses }: ReportedReceiver,
): boolean {
  if (hash === null) return false;
  return addresses.some(text => {
    const reading = readMail(text);
    const forms = reading.is === 'read' ? [text, reading.address] : [text];
    return forms.some(form => addressHash(kit, account, form) === hash);
  });
}

interface About {
  readonly id: string;
  readonly receiver: ReportedReceiver;
}

async function note(deps: ReportDeps, tx: Transaction<Tables>, { id, receiver }: About): Promise<boolean> {
  const { atRest, random, now } = deps;
  const query = tx.selectFrom('message').selectAll().where('id', '=', id);
  const row = await selectForUpdate(tx, query).executeTakeFirst();
  // A report may come before the mail server's answer to the sending is written down.
  if (row === undefined || (row.state !== 'sent' && row.state !== 'sending')) return false;
  const context: Context = { tx, atRest, random, account: row.account, who: 'mail-report', now: wall(now) };
  if (receiver.action === 'delayed') return await noteDelay(context, row, receiver);
  const { state, said, problem } = fateOf(receiver);
  const wasOnItsWay = row.sent === null;
  await tx
    .updateTable('message')
    .set({ state, said, ...(wasOnItsWay ? { sent: now, lease: null, lease_until: null } : {}) })
    .where('id', '=', id)
    .execute();
  await raiseDeliveryProblem(context, problem, row, said);
  await tellByOtherChannel(context, row);
  if (wasOnItsWay) await forgetAddress(tx, row);
  return true;
}

/** It may arrive still; but whoever waits for a code has waited for hours when servers say so. */
async function noteDelay(context: Context, row: MessageTable, receiver: ReportedReceiver): Promise<boolean> {
  const said = `the mail is late, and the mail server goes on trying${inBrackets(receiver)}`;
  if (row.state !== 'sent' || row.said === said) return false;
  await context.tx.updateTable('message').set({ said }).where('id', '=', row.id).execute();
  await tellByOtherChannel(context, row);
  return true;
}

interface Fate {
  readonly state: 'refused' | 'undelivered';
  readonly said: string;
  readonly problem: DeliveryProblem;
}

/** The servers' own words are left out: they repeat the address. */
function fateOf(receiver: ReportedReceiver): Fate {
  const why = inBrackets(receiver);
  switch (faultOfReport(receiver)) {
    case 'person':
      return { state: 'refused', said: `the mail came back${why}`, problem: 'message-refused' };
    case 'way': {
      const said = `the mail came back: the receiver’s mail server refuses mail from this relay${why}`;
      return { state: 'undelivered', said, problem: 'message-blocked' };
    }
    case 'passing':
      return {
        ...{ state: 'undelivered', problem: 'message-undelivered' },
        said: `the mail came back: it could not be delivered in time${why}`,
      };
  }
}

const inBrackets = ({ status }: ReportedReceiver): string => (status === '' ? '' : ` (${status})`);
