/** What the relay's timers are for, as far as assignments go: kinds `fleetio` and `assignment`. */
import type { Transaction } from 'kysely';
import type { Tables } from '../../store/tables.ts';
import { decide } from './decide.ts';
import { deskOf, type EngineParts } from './parts.ts';
import { assignmentRow } from './rows.ts';

type Work = (tx: Transaction<Tables>, subject: string, now: number) => Promise<void>;

export function assignmentTimers(parts: Pick<EngineParts, 'atRest' | 'random' | 'httpUrl'>): {
  /** A booking of ours has changed: taken, returned, late, over. The subject is its id. */
  readonly fleetio: Work;
  /** An instant at which an assignment means something else, or is tried again. The subject is `INTEGRATION/ID`. */
  readonly assignment: Work;
} {
  const again = async (tx: Transaction<Tables>, name: Name, now: number): Promise<void> => {
    const desk = deskOf(parts, tx, { id: name.integration, account: name.account, now });
    const row = await assignmentRow(desk, name.id);
    if (row !== null) await decide(desk, row);
  };
  return {
    fleetio: async (tx, booking, now) => {
      const name = await tx
        .selectFrom('assignment')
        .select(['integration', 'id', 'account'])
        .where('booking', '=', booking)
        .executeTakeFirst();
      if (name !== undefined) await again(tx, name, now);
    },
    assignment: async (tx, subject, now) => {
      const [integration = '', id = ''] = subject.split('/');
      const name = await tx
        .selectFrom('assignment')
        .select(['integration', 'id', 'account'])
        .where('integration', '=', integration)
        .where('id', '=', id)
        .executeTakeFirst();
      if (name !== undefined) await again(tx, name, now);
    },
  };
}

interface Name {
  readonly integration: string;
  readonly id: string;
  readonly account: string;
}
