import type { Reading } from '../../domain/context.ts';
import type { StoryBehind, StoryLine, StoryLines } from '../../domain/story-line.ts';
import type { AssignmentTable } from '../../store/tables-fleetio.ts';
import { hindrancesOf } from './sync/hindrances.ts';

/** The assignment that the booking follows, and the webhooks that told of it: one trace leads from these to the fields. */
export const fleetioLines: StoryLines = async (reading, { trace }, most) => {
  const { tx, account } = reading;
  const rows = await tx
    .selectFrom('assignment')
    .selectAll()
    .where('account', '=', account)
    .where('trace', '=', trace)
    .limit(most)
    .execute();
  const lines: StoryLine[] = [];
  for (const row of rows) {
    lines.push(...assignmentLines(row), ...(await webhookLines(reading, row, most)));
    if (row.fields_due !== null && row.deleted === 0) lines.push(await dueLine(reading, row, row.fields_due));
  }
  return lines;
};

const behindOf = ({ integration, id, trace }: AssignmentTable): StoryBehind => ({
  ...{ integration, assignment: id, trace },
});

function assignmentLines(row: AssignmentTable): readonly StoryLine[] {
  const line = (at: number | null, what: string): readonly StoryLine[] => {
    if (at === null) return [];
    const kind = 'fleet';
    return [{ at, heardAt: at, kind, what, proof: null, detail: null, behind: behindOf(row) }];
  };
  return [
    ...line(row.first_seen, 'assignment-seen'),
    ...line(row.prompted, 'administrator-asked'),
    ...line(row.fields_at, 'fields-written'),
  ];
}

/** Fields that wait, until they are tried next; the detail is the kind of the Problem that they wait for. */
async function dueLine(reading: Reading, row: AssignmentTable, due: number): Promise<StoryLine> {
  const { kind: detail } = (await hindrancesOf(reading, row.integration, [row.id]))(row.id) ?? { kind: null };
  return {
    ...{ at: due, heardAt: due, kind: 'fleet', what: 'fields-due', proof: null, detail },
    behind: behindOf(row),
  };
}

async function webhookLines({ tx }: Reading, row: AssignmentTable, most: number): Promise<StoryLine[]> {
  const rows = await tx
    .selectFrom('webhook_event')
    .select(['id', 'event', 'received', 'state'])
    .where('integration', '=', row.integration)
    .where('subject', '=', row.id)
    .orderBy('received')
    .limit(most)
    .execute();
  return rows.map(({ id: webhook, event, received, state }) => ({
    ...{ at: received, heardAt: received, kind: 'fleet', what: event, proof: null, detail: state },
    behind: { ...behindOf(row), webhook },
  }));
}
