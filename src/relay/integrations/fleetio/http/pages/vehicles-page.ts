/** `/admin/integrations/ID`: the vehicles of an account, and which key each is linked to. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { first, nothingMatches } from '../../../../http/pages/frame/states.ts';
import { table, turn } from '../../../../http/pages/frame/table.ts';
import { when } from '../../../../http/pages/frame/when.ts';
import type { FramedDeed, FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { paramOf, queryOf } from '../../../../http/pages/query.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { accountPath, accountTabs, type PageParts, root, textsFor, vehiclePath } from './page-parts.ts';

const rowsAtOnce = '50';

export const vehiclesPage = (parts: PageParts): FramedPage => ({
  ...{ path: `${root}/:id`, here: 'integrations', scope: 'integrations:read' },
  title: ({ menu }) => menu.integrations,
  show: (visit, request) => vehicleList(visit, request, parts),
});

export const refreshDeed = (parts: PageParts): FramedDeed => ({
  ...{ path: `${root}/:id/refresh`, here: 'integrations', scope: 'integrations:write' },
  title: ({ menu }) => menu.integrations,
  act: async ({ caller }, request) => {
    const id = paramOf(request, 'id');
    await parts.callRoute(parts.vehicles.refresh, caller, { params: { id } });
    return accountPath(id);
  },
});

/** A filter of the list, as its address has it. */
interface Filter {
  readonly match: string | undefined;
  readonly linked: 'yes' | 'no' | undefined;
}

const addressOf = (id: string, { match, linked }: Filter, after: string | null = null): string => {
  const query = new URLSearchParams();
  if (match !== undefined) query.set('match', match);
  if (linked !== undefined) query.set('linked', linked);
  if (after !== null) query.set('after', after);
  return query.size === 0 ? accountPath(id) : `${accountPath(id)}?${query}`;
};

async function vehicleList(visit: Visit, request: FastifyRequest, parts: PageParts): Promise<Shown> {
  const id = paramOf(request, 'id');
  const linked = ['yes', 'no'].find(each => each === queryOf(request, 'linked')) as Filter['linked'];
  const filter: Filter = { match: queryOf(request, 'match')?.trim() || undefined, linked };
  const after = queryOf(request, 'after');
  const asked = { ...filter, limit: rowsAtOnce, after };
  const query = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const account = await parts.callRoute(parts.accounts.get, visit.caller, { params: { id } });
  const { items, next } = await parts.callRoute(parts.vehicles.list, visit.caller, { params: { id }, query });
  const newest = after === undefined ? null : addressOf(id, filter);
  const older = next === null ? null : addressOf(id, filter, next);
  const { title, tabs } = { title: account.label, tabs: accountTabs(visit, id, 'vehicles') };
  const head = html`${readLine(visit, id, account.vehicles)}${filterForm(visit, id, filter)}`;
  if (items.length === 0) return { title, tabs, body: html`${head}${empty(visit, id, filter)}` };
  const body = html`${head}${vehicleTable(visit, id, items)}${turn({ newest, older }, visit.texts)}`;
  return { title, tabs, body };
}

interface Read {
  readonly read: string | null;
  readonly reading: boolean;
  readonly said: string | null;
}

function readLine(visit: Visit, id: string, { read, reading, said }: Read): Html {
  const { vehicles } = textsFor(visit);
  const again = html`<form method="post" action="${accountPath(id)}/refresh"><button type="submit">${vehicles.readAgain}</button></form>`;
  const at =
    read === null ? null : html`<span>${vehicles.read} ${when(Date.parse(read), visit.clock)}</span>`;
  const now = reading ? html`<span role="status">${icon('clock')} ${vehicles.reading}</span>` : at;
  const failed =
    said === null ? null : html`<p class="warn">${icon('alert')} ${vehicles.readFailed(said)}</p>`;
  const mayRead = visit.viewer.scopes.has('integrations:write');
  return html`<div class="line">${now}${mayRead ? again : null}</div>${failed}`;
}

function filterForm(visit: Visit, id: string, { match, linked }: Filter): Html {
  const { vehicles } = textsFor(visit);
  const sets = [
    [undefined, vehicles.all],
    ['yes', vehicles.linked],
    ['no', vehicles.unlinked],
  ] as const;
  const links = sets.map(
    ([value, label]) =>
      html`<li><a class="chip" href="${addressOf(id, { match, linked: value })}"${value === linked ? html` aria-current="true"` : null}>${label}</a></li>`,
  );
  return html`<form method="get" action="${accountPath(id)}" class="filter" role="search"><label for="match">${vehicles.filter}</label>
<input id="match" name="match" type="search" maxlength="100" autocomplete="off" value="${match ?? ''}">${
    linked === undefined ? null : html`<input type="hidden" name="linked" value="${linked}">`
  }<button type="submit">${icon('search')}<span>${vehicles.find}</span></button></form><ul class="chips">${links}</ul>`;
}

function empty(visit: Visit, id: string, { match, linked }: Filter): Html {
  const { vehicles } = textsFor(visit);
  const words = [
    match === undefined ? null : vehicles.matching(match),
    linked === undefined ? null : linked === 'yes' ? vehicles.linked : vehicles.unlinked,
  ].filter(each => each !== null);
  return words.length === 0
    ? first(vehicles.none, vehicles.noneWhy, null)
    : nothingMatches(words.join(', '), accountPath(id), visit.texts);
}

interface Vehicle {
  readonly id: string;
  readonly name: string;
  readonly plate: string | null;
  readonly archived: boolean;
  readonly gone: boolean;
  readonly key: { readonly name: string } | null;
  readonly mode: 'automatic' | 'prompt';
}

function vehicleTable(visit: Visit, id: string, rows: readonly Vehicle[]): Html {
  const { vehicles } = textsFor(visit);
  const gone = ({ archived, gone: isGone }: Vehicle): Html | null =>
    archived || isGone
      ? html` <span class="tag warn">${isGone ? vehicles.gone : vehicles.archived}</span>`
      : null;
  return table<Vehicle>({
    caption: vehicles.caption,
    columns: [
      {
        label: vehicles.vehicle,
        cell: row =>
          html`<bdi>${row.name}</bdi>${row.plate === null ? null : html` <span class="soft"><bdi>${row.plate}</bdi></span>`}${gone(row)}`,
      },
      {
        label: vehicles.key,
        cell: row =>
          html`<a href="${vehiclePath(id, row.id)}">${icon('keys')} ${
            row.key === null
              ? html`<span>${vehicles.link}</span>`
              : html`<bdi>${row.key.name}</bdi><span class="unseen"> ${vehicles.change}</span>`
          }<span class="unseen"> ${row.name}</span></a>`,
      },
      { label: vehicles.mode, cell: row => (row.key === null ? '–' : vehicles[row.mode]) },
      {
        label: vehicles.assignments,
        cell: row =>
          html`<a href="${vehiclePath(id, row.id)}#assignments">${icon('bookings')} <span>${vehicles.assignments}</span><span class="unseen"> ${row.name}</span></a>`,
      },
    ],
    rows,
  });
}
