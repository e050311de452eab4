/** Webhooks that came, newest first, and where each has led. */
import type { Reading } from '../../../domain/context.ts';
import type { WebhookEventTable } from '../../../store/tables-fleetio.ts';
import { integrationRow } from '../integrations.ts';
import { type IntegrationSettings, meaningOf, settingsOfIntegration } from '../settings.ts';

export const outcomes = [
  /** It is still to be worked on. */
  'waits',
  'failed',
  /** Nothing here waits for events of this kind. */
  'no-concern',
  /** It came while the account was switched off. */
  'switched-off',
  /** All assignments were compared. */
  'compared',
  'contact-read',
  'booked',
  /** An administrator is asked. */
  'asked',
  /** The assignment is gone; a booking that came of it was cancelled. */
  'deleted',
  /** The vehicle has no key. */
  'no-key',
  /** The assignment cannot be used: its Problem says why. */
  'unusable',
  /** It asks for nothing, such as one that is over. */
  'nothing',
] as const;
type Outcome = (typeof outcomes)[number];

interface WebhookView
  extends Pick<WebhookEventTable, 'id' | 'event' | 'subject' | 'received' | 'state' | 'tries'> {
  readonly outcome: Outcome;
  /** By which all that came of it is found; null: it was about no assignment that is known. */
  readonly trace: string | null;
  readonly vehicle: { readonly id: string; readonly name: string } | null;
  readonly booking: string | null;
}

interface EventPage {
  readonly after: readonly [received: number, id: string] | null;
  readonly limit: number;
}

export async function listWebhookEvents(
  context: Reading,
  integration: string,
  { after, limit }: EventPage,
): Promise<readonly WebhookView[]> {
  const settings = settingsOfIntegration(await integrationRow(context, integration));
  let query = eventRows(context.tx).where('webhook_event.integration', '=', integration);
  if (after !== null)
    query = query
      // Says again what follows, in a way that the index can begin at.
      .where('webhook_event.received', '<=', after[0])
      .where(eb =>
        eb.or([
          eb('webhook_event.received', '<', after[0]),
          eb.and([eb('webhook_event.received', '=', after[0]), eb('webhook_event.id', '<', after[1])]),
        ]),
      );
  const rows = await query
    .orderBy('webhook_event.received', 'desc')
    .orderBy('webhook_event.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(row => shown(row, settings));
}

const eventRows = (tx: Reading['tx']) =>
  tx
    .selectFrom('webhook_event')
    .leftJoin('assignment', join =>
      join
        .onRef('assignment.integration', '=', 'webhook_event.integration')
        .onRef('assignment.id', '=', 'webhook_event.subject'),
    )
    .leftJoin('vehicle', join =>
      join
        .onRef('vehicle.integration', '=', 'assignment.integration')
        .onRef('vehicle.id', '=', 'assignment.vehicle'),
    )
    .select([
      ...(['webhook_event.id', 'webhook_event.event', 'webhook_event.subject'] as const),
      ...(['webhook_event.received', 'webhook_event.state', 'webhook_event.tries'] as const),
      ...(['assignment.trace', 'assignment.booking', 'assignment.prompted', 'assignment.deleted'] as const),
      ...(['vehicle.id as vehicle', 'vehicle.name', 'vehicle.key'] as const),
    ]);

type EventRow = Awaited<ReturnType<ReturnType<typeof eventRows>['executeTakeFirstOrThrow']>>;

function shown(row: EventRow, settings: IntegrationSettings): WebhookView {
  const { id, event, subject, received, state, tries } = row;
  const meaning = meaningOf(event, settings);
  const isOfAssignment = meaning === 'created' || meaning === 'updated' || meaning === 'deleted';
  return {
    ...{ id, event, subject, received, state, tries, outcome: outcomeOf(row, meaning) },
    trace: isOfAssignment ? row.trace : null,
    booking: isOfAssignment ? row.booking : null,
    vehicle:
      isOfAssignment && row.vehicle !== null ? { id: row.vehicle, name: row.name ?? row.vehicle } : null,
  };
}

function outcomeOf(row: EventRow, meaning: ReturnType<typeof meaningOf>): Outcome {
  if (row.state === 'new') return 'waits';
  if (row.state === 'failed') return 'failed';
  if (meaning === 'unknown') return 'no-concern';
  if (row.state === 'ignored') return 'switched-off';
  if (meaning === 'contact') return 'contact-read';
  if (meaning === 'reconcile' || row.subject === null) return 'compared';
  if (row.trace === null) return 'unusable';
  if (row.deleted === 1) return 'deleted';
  if (row.booking !== null) return 'booked';
  if (row.prompted !== null) return 'asked';
  return row.key === null ? 'no-key' : 'nothing';
}
