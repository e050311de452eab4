/** What the relay's timers are for, as far as assignments go. */
import type { Transaction } from 'kysely';
import { putTimer } from '../../domain/timers.ts';
import type { Tables } from '../../store/tables.ts';
import { vehicleTimer } from '../vehicles.ts';
import { decide } from './decide.ts';
import { deskOf, type EngineParts } from './parts.ts';
import { assignmentRow } from './rows.ts';

type Tx = Transaction<Tables>;
type Work = (tx: Tx, subject: string, now: number) => Promise<void>;

/** Assignments of a vehicle that are looked at when its link has changed; those beyond are found when it is listed. */
const assignmentsMax = 1_000;

/** By kind. */
export function assignmentTimers(
  parts: Pick<EngineParts, 'atRest' | 'random' | 'httpUrl'>,
): Readonly<Record<string, Work>> {
  const decideAgain = async (tx: Tx, name: Name | undefined, now: number): Promise<void> => {
    if (name === undefined) return;
    const desk = deskOf(parts, tx, { id: name.integration, account: name.account, now });
    const row = await assignmentRow(desk, name.id);
    if (row !== null) await decide(desk, row);
  };
  return {
    // A booking of ours has changed: taken, returned, late, over. The subject is its id.
    fleetio: async (tx, booking, now) =>
      decideAgain(tx, await names(tx).where('booking', '=', booking).executeTakeFirst(), now),
    // An instant at which an assignment means something else, or is tried again.
    assignment: async (tx, subject, now) => {
      const [integration, id] = split(subject);
      const name = await names(tx)
        .where('integration', '=', integration)
        .where('id', '=', id)
        .executeTakeFirst();
      await decideAgain(tx, name, now);
    },
    [vehicleTimer]: (tx, subject, now) => linkChanged(tx, split(subject), now),
  };
}

interface Name {
  readonly integration: string;
  readonly id: string;
  readonly account: string;
}

const names = (tx: Tx) => tx.selectFrom('assignment').select(['integration', 'id', 'account']);

function split(subject: string): readonly [string, string] {
  const at = subject.indexOf('/');
  return [subject.slice(0, at), subject.slice(at + 1)];
}

/** What is known of its assignments is judged anew, and those that are not known are read. */
async function linkChanged(
  tx: Tx,
  [integration, vehicle]: readonly [string, string],
  now: number,
): Promise<void> {
  await tx
    .updateTable('vehicle')
    .set({ listed: null })
    .where('integration', '=', integration)
    .where('id', '=', vehicle)
    .execute();
  const rows = await names(tx)
    .where('integration', '=', integration)
    .where('vehicle', '=', vehicle)
    .where('deleted', '=', 0)
    .where(eb => eb.or([eb('ended', 'is', null), eb('ended', '>', now)]))
    .orderBy('started')
    .limit(assignmentsMax)
    .execute();
  for (const { id } of rows)
    await putTimer(tx, { kind: 'assignment', subject: `${integration}/${id}`, due: now });
}
