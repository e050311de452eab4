/** Webhooks of the last days: when each came, and where it has led. */
import { type Html, html } from '../../../../../base/html.ts';
import { bookingPath } from '../../../../http/pages/bookings/booking-path.ts';
import { table } from '../../../../http/pages/frame/table.ts';
import { when } from '../../../../http/pages/frame/when.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { assignmentPath, textsFor, vehiclePath } from './page-parts.ts';
import type { IntegrationTexts } from './texts/integration-texts.ts';

interface Heard {
  readonly id: string;
  readonly event: string;
  readonly subject: string | null;
  readonly received: string;
  readonly outcome: keyof IntegrationTexts['about']['outcomes'];
  readonly trace: string | null;
  readonly vehicle: { readonly id: string; readonly name: string } | null;
  readonly booking: string | null;
}

export function webhookTable(visit: Visit, id: string, rows: readonly Heard[]): Html {
  const { about } = textsFor(visit);
  const list = table<Heard>({
    caption: about.events,
    columns: [
      { label: about.event, cell: ({ event }) => html`<code>${event}</code>` },
      { label: about.received, cell: ({ received }) => when(Date.parse(received), visit.clock) },
      { label: about.subject, cell: row => subjectCell(id, row) },
      { label: about.outcome, cell: row => outcomeCell(visit, id, row) },
    ],
    rows,
  });
  return html`<section class="sheet wide"><h2>${about.events}</h2>${rows.length === 0 ? html`<p>${about.noWebhooks}</p>` : list}</section>`;
}

const subjectCell = (id: string, { subject, vehicle }: Heard): Html =>
  vehicle === null
    ? html`<bdi>${subject ?? '–'}</bdi>`
    : html`<a href="${vehiclePath(id, vehicle.id)}"><bdi>${vehicle.name}</bdi></a> <span class="soft"><bdi>${subject ?? ''}</bdi></span>`;

const tones: Partial<Readonly<Record<Heard['outcome'], string>>> = {
  failed: 'bad',
  unusable: 'bad',
  asked: 'warn',
  'no-key': 'warn',
  'switched-off': 'warn',
  booked: 'ok',
};

function outcomeCell(visit: Visit, id: string, { outcome, booking, subject, vehicle, trace }: Heard): Html {
  const { outcomes } = textsFor(visit).about;
  const href =
    outcome === 'unusable' || outcome === 'failed'
      ? '/admin/problems'
      : booking !== null
        ? bookingPath(booking)
        : outcome === 'asked' && subject !== null
          ? assignmentPath(id, subject)
          : outcome === 'no-key' && vehicle !== null
            ? vehiclePath(id, vehicle.id)
            : null;
  const said = html`<span class="${tones[outcome] ?? 'quiet'}">${outcomes[outcome]}</span>`;
  return html`${href === null ? said : html`<a href="${href}">${said}</a>`}${trace === null ? null : html` <code class="soft">${trace}</code>`}`;
}
