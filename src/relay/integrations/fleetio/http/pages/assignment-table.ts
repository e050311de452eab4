import { type Html, html } from '../../../../../base/html.ts';
import { bookingPath } from '../../../../http/pages/bookings/booking-path.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { table } from '../../../../http/pages/frame/table.ts';
import { when } from '../../../../http/pages/frame/when.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { assignmentPath, textsFor } from './page-parts.ts';

/** An assignment as its row shows it. */
interface Assignment {
  readonly id: string;
  readonly contact: { readonly name: string | null; readonly email: string | null };
  readonly start: string;
  readonly end: string | null;
  readonly asked: boolean;
  readonly booking: {
    readonly id: string;
    readonly state: keyof Visit['texts']['bookings']['states'];
  } | null;
}

interface Of {
  readonly id: string;
  /** Without one nothing can be booked: it is linked first. */
  readonly hasKey: boolean;
}

export function assignmentTable(visit: Visit, of: Of, rows: readonly Assignment[]): Html {
  const texts = textsFor(visit).vehicle;
  return table<Assignment>({
    caption: texts.assignmentsTitle,
    columns: [
      { label: texts.driver, cell: ({ contact }) => driverCell(contact, texts.unread) },
      { label: texts.from, cell: ({ start }) => when(Date.parse(start), visit.clock) },
      {
        label: texts.until,
        cell: ({ end }) => (end === null ? texts.untilChanged : when(Date.parse(end), visit.clock)),
      },
      { label: texts.outcome, cell: row => outcomeCell(visit, of, row) },
    ],
    rows,
  });
}

const driverCell = ({ name, email }: Assignment['contact'], unread: string): Html =>
  name === null
    ? html`<span class="quiet">${unread}</span>`
    : html`<bdi>${name}</bdi>${email === null ? null : html` <span class="soft"><bdi>${email}</bdi></span>`}`;

function outcomeCell(visit: Visit, { id, hasKey }: Of, { id: assignment, asked, booking }: Assignment): Html {
  const texts = textsFor(visit).vehicle;
  if (booking !== null)
    return html`<a href="${bookingPath(booking.id)}">${icon('bookings')} ${visit.texts.bookings.states[booking.state]}</a>`;
  const mayBook =
    (hasKey || visit.viewer.scopes.has('integrations:write')) && visit.viewer.scopes.has('bookings:write');
  const link = html` <a class="button" href="${assignmentPath(id, assignment)}">${texts.book}</a>`;
  return html`<span class="${asked ? 'warn' : 'quiet'}">${asked ? icon('unsure') : null} ${asked ? texts.asks : texts.noBooking}</span>${mayBook ? link : null}`;
}
