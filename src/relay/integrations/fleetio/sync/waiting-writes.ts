/** Writes to Fleetio that wait: whose fields, since when, and for what. */
import type { PageFrom } from '../../../domain/checks.ts';
import type { Reading } from '../../../domain/context.ts';
import { type Hindrance, hindrancesOf } from './hindrances.ts';

interface WaitingWrite {
  readonly assignment: string;
  readonly vehicle: { readonly id: string; readonly name: string } | null;
  readonly booking: string | null;
  readonly since: number | null;
  readonly due: number;
  readonly tries: number;
  readonly hindrance: Hindrance | null;
}

/** Those first that are tried next. */
export async function listWaitingWrites(
  reading: Reading,
  integration: string,
  page: PageFrom<readonly [due: number, id: string]>,
): Promise<readonly WaitingWrite[]> {
  const rows = await waitingRows(reading, integration, page);
  const hindranceOf = await hindrancesOf(
    reading,
    integration,
    rows.map(({ id }) => id),
  );
  return rows.map(({ id, booking, since, due, tries, vehicle, name }) => ({
    ...{ assignment: id, booking, since, due: due ?? 0, tries, hindrance: hindranceOf(id) },
    vehicle: name === null ? null : { id: vehicle, name },
  }));
}

async function waitingRows(
  { tx, account }: Reading,
  integration: string,
  { after, limit }: PageFrom<readonly [due: number, id: string]>,
) {
  let query = tx
    .selectFrom('assignment')
    .leftJoin('vehicle', join =>
      join
        .onRef('vehicle.integration', '=', 'assignment.integration')
        .onRef('vehicle.id', '=', 'assignment.vehicle'),
    )
    .select(['assignment.id', 'assignment.booking', 'assignment.vehicle', 'vehicle.name'])
    .select(['fields_since as since', 'fields_due as due', 'fields_tries as tries'])
    .where('assignment.integration', '=', integration)
    .where('assignment.account', '=', account)
    .where('fields_due', 'is not', null);
  if (after !== null)
    query = query
      // Says again what follows, in a way that the index can begin at.
      .where('fields_due', '>=', after[0])
      .where(eb =>
        eb.or([
          eb('fields_due', '>', after[0]),
          eb.and([eb('fields_due', '=', after[0]), eb('assignment.id', '>', after[1])]),
        ]),
      );
  return await query.orderBy('fields_due').orderBy('assignment.id').limit(limit).execute();
}
