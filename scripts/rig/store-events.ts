import type { Transaction } from 'kysely';
import { type SourcedEvent, storeAllEvents } from '../../src/relay/store/events.ts';
import type { Tables } from '../../src/relay/store/tables.ts';

export type NewEvent = Omit<SourcedEvent, 'box' | 'enrolment'>;

/** Stores events of one box in their order. */
export async function storeEvents(
  tx: Transaction<Tables>,
  { account, box, enrolment }: { readonly account: string; readonly box: string; readonly enrolment: number },
  events: readonly NewEvent[],
): Promise<void> {
  await storeAllEvents(
    tx,
    account,
    events.map(event => ({ ...event, box, enrolment })),
  );
}
