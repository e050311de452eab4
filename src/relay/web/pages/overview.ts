import { listBookings } from '../../domain/booking-views.ts';
import { listBoxes } from '../../domain/boxes.ts';
import { listProblems } from '../../domain/problems.ts';
import { type Html, html } from '../html.ts';
import type { ReadContext } from '../route.ts';
import { bookingItem } from '../routes/bookings.ts';
import { boxItem } from '../schemas/box.ts';
import { atText } from '../schemas/parts.ts';
import type { Scope } from '../scopes.ts';

/** More are in the API; pages that can be turned come with the whole admin. */
const rowsMax = 100;

const first = { after: null, limit: rowsMax };

/** What the token may see, and nothing of the rest. */
export async function overview(context: ReadContext, scopes: ReadonlySet<Scope>): Promise<Html> {
  return html`<header><h1>SmartBox relay</h1><form method="post" action="/admin/logout"><button>Log out</button></form></header>
${scopes.has('problems:read') ? await problems(context) : null}
${scopes.has('boxes:read') ? await boxes(context) : null}
${scopes.has('bookings:read') ? await bookings(context) : null}`;
}

function table(title: string, heads: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html`<h2>${title}</h2><p>None.</p>`;
  return html`<h2>${title}</h2><table><thead><tr>${heads.map(head => html`<th>${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`;
}

async function problems(context: ReadContext): Promise<Html> {
  const rows = await listProblems(context, { open: true }, first);
  const shown = rows.map(
    ({ kind, subject, detail, since }) =>
      html`<tr><td class="bad">${kind}</td><td>${subject}</td><td>${detail}</td><td>${atText(since)}</td></tr>`,
  );
  return table('Problems', ['what', 'where', 'detail', 'since'], shown);
}

async function boxes(context: ReadContext): Promise<Html> {
  const rows = (await listBoxes(context, first)).map(boxItem);
  const shown = rows.map(
    ({ id, name, link, sync }) =>
      html`<tr><td>${name}</td><td>${id}</td><td>${link.state}</td><td>${link.heard ?? 'never'}</td>
<td>${sync.known.revision} of ${sync.revision}</td></tr>`,
  );
  return table('Boxes', ['name', 'id', 'link', 'last heard', 'revision known'], shown);
}

async function bookings(context: ReadContext): Promise<Html> {
  const rows = (await listBookings(context, {}, first)).map(bookingItem);
  const shown = rows.map(
    ({ id, state, since, key, box, start, end }) =>
      html`<tr><td>${key.name}</td><td>${box}</td><td>${state}</td><td>${since}</td><td>${start}</td>
<td>${end ?? 'until changed'}</td><td>${id}</td></tr>`,
  );
  return table('Bookings', ['key', 'box', 'state', 'since', 'from', 'until', 'id'], shown);
}
