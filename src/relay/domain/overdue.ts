/** A key that is late is a Problem until it is back, or its booking prolonged. */
import type { BookingTable } from '../store/tables.ts';
import { hastenWork } from '../work/queue.ts';
import { faultTimer, gatherMs } from './box-faults.ts';
import type { Context } from './context.ts';
import { faultDetail } from './fault-detail.ts';
import { clearProblem, type ProblemName, raiseProblem } from './problems.ts';

/** @param booking as it is now: out and late, or no longer both */
export async function lateChanged(context: Context, booking: BookingTable): Promise<void> {
  const { tx, account, now } = context;
  const name: ProblemName = { kind: 'overdue', subject: booking.id };
  if (booking.overdue === null || booking.taken === null || booking.returned !== null)
    return await clearProblem(context, name);
  const found = await tx
    .selectFrom('key')
    .innerJoin('box', join => join.on('box.id', '=', booking.box))
    .select(['key.name as key', 'box.name as box'])
    .where('key.id', '=', booking.key)
    .executeTakeFirst();
  const { key = booking.key, box = booking.box } = found ?? {};
  const place = { of: 'key', key, slot: null } as const;
  const fault = { kind: 'overdue', place, reason: null, at: null, fadesMs: null } as const;
  const detail = faultDetail(box, fault, booking.overdue);
  await raiseProblem(context, name, detail, { box: booking.box, key });
  await hastenWork(tx, { kind: faultTimer, subject: account, due: now + gatherMs });
}
