/** Vehicles as a list: the key of each and where that is, what an assignment makes, and who asks. */
import { type Html, html } from '../../../../../base/html.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { table } from '../../../../http/pages/frame/table.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { keyPlaceText, type PlacedKey, textsFor, vehiclePath } from './page-parts.ts';

interface Vehicle {
  readonly id: string;
  readonly name: string;
  readonly plate: string | null;
  readonly archived: boolean;
  readonly gone: boolean;
  readonly key: PlacedKey | null;
  readonly mode: 'automatic' | 'prompt';
  readonly asks: number;
}

export function vehicleTable(visit: Visit, id: string, rows: readonly Vehicle[]): Html {
  const { vehicles } = textsFor(visit);
  return table<Vehicle>({
    caption: vehicles.caption,
    columns: [
      { label: vehicles.vehicle, cell: row => nameCell(visit, row) },
      { label: vehicles.key, cell: row => keyCell(visit, vehiclePath(id, row.id), row) },
      { label: vehicles.mode, cell: row => (row.key === null ? '–' : vehicles[row.mode]) },
      { label: vehicles.assignments, cell: row => assignmentsCell(visit, vehiclePath(id, row.id), row) },
    ],
    rows,
  });
}

function nameCell(visit: Visit, { name, plate, archived, gone }: Vehicle): Html {
  const { vehicles } = textsFor(visit);
  const unused =
    archived || gone
      ? html` <span class="tag warn">${gone ? vehicles.gone : vehicles.archived}</span>`
      : null;
  return html`<bdi>${name}</bdi>${plate === null ? null : html` <span class="soft"><bdi>${plate}</bdi></span>`}${unused}`;
}

function keyCell(visit: Visit, here: string, { name, key }: Vehicle): Html {
  const { vehicles } = textsFor(visit);
  if (key === null)
    return html`<a href="${here}">${icon('keys')} <span>${vehicles.link}</span><span class="unseen"> ${name}</span></a>`;
  return html`<a href="${here}">${icon('keys')} <bdi>${key.name}</bdi><span class="unseen"> ${vehicles.change} ${name}</span></a>
<span class="soft">${keyPlaceText(visit, key)}</span>`;
}

function assignmentsCell(visit: Visit, here: string, { name, asks }: Vehicle): Html {
  const { vehicles } = textsFor(visit);
  const asking = asks === 0 ? null : html` <span class="tag warn">${vehicles.asks(asks)}</span>`;
  return html`<a href="${here}#assignments">${icon('bookings')} <span>${vehicles.assignments}</span><span class="unseen"> ${name}</span></a>${asking}`;
}
