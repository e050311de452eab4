import { type Html, html } from '../../../base/html.ts';
import { problemFacts } from '../../core/problems/catalogue.ts';
import { listBookings } from '../../domain/booking-list.ts';
import { faultsOfBoxes } from '../../domain/box-health.ts';
import { type Told, toldOfBoxes } from '../../domain/box-told.ts';
import { listBoxes } from '../../domain/boxes.ts';
import { listProblems } from '../../domain/problem-list.ts';
import type { ReadContext } from '../api/route.ts';
import { bookingItem } from '../api/routes/bookings.ts';
import { boxItem } from '../api/schemas/box.ts';
import { atText } from '../api/schemas/parts.ts';
import type { Scope } from '../api/scopes.ts';

/** More are in the API; pages that can be turned come with the whole admin. */
const rowsMax = 100;

const first = { after: null, limit: rowsMax };

/** Draws what the caller may see, and nothing of the rest. */
export async function overview(context: ReadContext, scopes: ReadonlySet<Scope>): Promise<Html> {
  return html`${scopes.has('problems:read') ? await problems(context) : null}
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
    ({ kind, subject, detail, since, count }) =>
      html`<tr><td class="bad">${problemFacts(kind).title} (${kind})</td><td>${subject}</td><td>${detail}</td>
<td>${atText(since)}${count > 1 ? `, ${count} times` : ''}</td></tr>`,
  );
  return table('Problems', ['what', 'where', 'detail', 'since'], shown);
}

async function boxes(context: ReadContext): Promise<Html> {
  const rows = await listBoxes(context, first);
  const ids = rows.map(row => row.id);
  const faults = await faultsOfBoxes(context, ids);
  const told = await toldOfBoxes(context, ids);
  const shown = rows.map(row => {
    const { id, name, link, sync, faults: wrong } = boxItem(row, faults.get(row.id));
    return html`<tr><td>${name}</td><td>${id}</td><td>${link.state}</td><td>${link.heard ?? 'never'}</td>
<td>${sync.known.revision} of ${sync.revision}</td><td class="${wrong.length > 0 ? 'bad' : ''}">${faultsText(wrong)}</td>
<td>${doorsText(told.get(id) ?? null)}</td></tr>`;
  });
  return table(
    'Boxes',
    ['name', 'id', 'link', 'last heard', 'revision known', 'faults', 'doors, as told'],
    shown,
  );
}

const faultsText = (faults: ReturnType<typeof boxItem>['faults']): string =>
  faults.length === 0
    ? 'none'
    : faults.map(({ kind, slot, device }) => [kind, slot ?? device ?? ''].join(' ').trim()).join(', ');

function doorsText(told: Told | null): string {
  if (told === null) return 'not told yet';
  const open = told.state.slots.filter(({ door }) => door === 'open').map(({ slot }) => slot);
  return `${open.length === 0 ? 'all shut' : `open: ${open.join(', ')}`} (${atText(told.heard)})`;
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
