/** `/admin/integrations/ID`: the vehicles of an account, and which key each is linked to. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { first, nothingMatches } from '../../../../http/pages/frame/states.ts';
import { turn } from '../../../../http/pages/frame/table.ts';
import { when } from '../../../../http/pages/frame/when.ts';
import type { FramedDeed, FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { paramOf, queryOf } from '../../../../http/pages/query.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { countSameNames } from '../../vehicles/vehicle-list.ts';
import { accountPath, accountTabs, type PageParts, root, textsFor } from './page-parts.ts';
import { vehicleTable } from './vehicle-table.ts';

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
  readonly set: SetName;
}

/** The standard looks at the list, each as the API asks for it. */
const sets = {
  all: {},
  linked: { linked: 'yes' },
  unlinked: { linked: 'no' },
  prompt: { mode: 'prompt' },
} as const;
type SetName = keyof typeof sets;

const addressOf = (id: string, { match, set }: Filter, after: string | null = null): string => {
  const query = new URLSearchParams();
  if (match !== undefined) query.set('match', match);
  for (const [name, value] of Object.entries(sets[set])) query.set(name, value);
  if (after !== null) query.set('after', after);
  return query.size === 0 ? accountPath(id) : `${accountPath(id)}?${query}`;
};

async function vehicleList(visit: Visit, request: FastifyRequest, parts: PageParts): Promise<Shown> {
  const id = paramOf(request, 'id');
  const filter: Filter = { match: queryOf(request, 'match')?.trim() || undefined, set: setOf(request) };
  const after = queryOf(request, 'after');
  const asked = { ...sets[filter.set], match: filter.match, limit: rowsAtOnce, after };
  const query = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const account = await parts.callRoute(parts.accounts.get, visit.caller, { params: { id } });
  const { items, next } = await parts.callRoute(parts.vehicles.list, visit.caller, { params: { id }, query });
  const newest = after === undefined ? null : addressOf(id, filter);
  const older = next === null ? null : addressOf(id, filter, next);
  const { title, tabs } = { title: account.label, tabs: accountTabs(visit, id, 'vehicles') };
  const same = after === undefined ? await sameNamesLine(visit, id) : null;
  const head = html`${readLine(visit, id, account.vehicles)}${same}${filterForm(visit, id, filter, account.vehicles)}`;
  if (items.length === 0) return { title, tabs, body: html`${head}${empty(visit, id, filter)}` };
  const body = html`${head}${vehicleTable(visit, id, items)}${turn({ newest, older }, visit.texts)}`;
  return { title, tabs, body };
}

function setOf(request: FastifyRequest): SetName {
  if (queryOf(request, 'mode') === 'prompt') return 'prompt';
  const linked = queryOf(request, 'linked');
  return linked === 'yes' ? 'linked' : linked === 'no' ? 'unlinked' : 'all';
}

/** More than these are said as “1,000+”: the review shows them a hundred at a time. */
const sameMost = 1_000;

async function sameNamesLine(visit: Visit, id: string): Promise<Html | null> {
  if (!visit.viewer.scopes.has('integrations:write')) return null;
  const count = await countSameNames(visit.context, id, sameMost + 1);
  if (count === 0) return null;
  const { same } = textsFor(visit);
  const said = same.found(count > sameMost ? `${sameMost}+` : String(count));
  return html`<p class="line"><span>${icon('keys')} ${said}</span><a class="button main" href="${accountPath(id)}/same-names">${same.review}</a></p>`;
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

interface Counts {
  readonly linked: number;
  readonly unlinked: number;
  readonly prompt: number;
}

function filterForm(visit: Visit, id: string, filter: Filter, { linked, unlinked, prompt }: Counts): Html {
  const { vehicles } = textsFor(visit);
  const counts: Readonly<Record<SetName, number>> = { all: linked + unlinked, linked, unlinked, prompt };
  const names = Object.keys(sets) as SetName[];
  const links = names.map(
    set =>
      html`<li><a class="chip" href="${addressOf(id, { ...filter, set })}"${set === filter.set ? html` aria-current="true"` : null}>${vehicles[set]} <span class="count">${counts[set]}</span></a></li>`,
  );
  const kept = Object.entries(sets[filter.set]).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form method="get" action="${accountPath(id)}" class="filter" role="search"><label for="match">${vehicles.filter}</label>
<input id="match" name="match" type="search" maxlength="100" autocomplete="off" value="${filter.match ?? ''}">${kept}<button type="submit">${icon('search')}<span>${vehicles.find}</span></button></form><ul class="chips">${links}</ul>`;
}

function empty(visit: Visit, id: string, { match, set }: Filter): Html {
  const { vehicles } = textsFor(visit);
  const words = [match === undefined ? null : vehicles.matching(match), set === 'all' ? null : vehicles[set]];
  const said = words.filter(each => each !== null);
  return said.length === 0
    ? first(vehicles.none, vehicles.noneWhy, null)
    : nothingMatches(said.join(', '), accountPath(id), visit.texts);
}
