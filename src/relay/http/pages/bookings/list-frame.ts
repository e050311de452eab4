/** Tabs, chips and the form of filters around bookings, whether these are drawn as a list or on a line of time. */
import type { FastifyRequest } from 'fastify';
import { Fault } from '../../../../base/fault.ts';
import { type Html, html } from '../../../../base/html.ts';
import { bookingStates } from '../../../core/booking-life.ts';
import { bookingViews, listBookings } from '../../../domain/booking-list.ts';
import { driverNames } from '../../../domain/booking-names.ts';
import { boxNames } from '../../../domain/box-names.ts';
import { keyView } from '../../../domain/keys.ts';
import { foundBoxes, foundDrivers, foundKeys } from '../../../domain/search.ts';
import { listSites, siteView } from '../../../domain/sites.ts';
import { field, select } from '../frame/form-fields.ts';
import type { Tab } from '../frame/frame.ts';
import { icon } from '../frame/icons.ts';
import type { Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { type Asked, addressOf, type ChipName, chipNames, filterOf, listPath } from './list-filter.ts';
import { type ListWords, listWords } from './list-texts.ts';

/** More are said as “50+”: the exact number tells nobody more. */
const countMost = 50;
const sitesMost = 100;

/** Counted only where somebody must act, which are few by themselves. */
export async function viewTabs(visit: Visit, asked: Asked): Promise<readonly Tab[]> {
  const { views } = listWords(visit.viewer.language);
  const wanted = { ...filterOf(asked, visit.clock.zone), view: 'needs-you' } as const;
  const rows = await listBookings(visit.context, wanted, { after: null, limit: countMost + 1 });
  const count = rows.length > countMost ? `${countMost}+` : String(rows.length);
  const tab = (view: (typeof bookingViews)[number] | undefined): Tab => ({
    label: views[view ?? 'all'],
    href: addressOf(asked, { view }),
    isHere: asked.view === view,
    ...(view === 'needs-you' && count !== '0' ? { count } : {}),
  });
  return [...bookingViews.map(tab), tab(undefined)];
}

export async function filterChips(visit: Visit, asked: Asked): Promise<NonNullable<Shown['chips']>> {
  const { chips } = listWords(visit.viewer.language);
  const found: { label: string; without: string }[] = [];
  for (const name of chipNames) {
    const value = asked[name];
    if (value === undefined) continue;
    const label = chips[name](await chipName(visit, name, value));
    found.push({ label, without: addressOf(asked, { [name]: undefined }) });
  }
  return found;
}

/** The name of whatever has that id; the id itself where there is none, or none that may be seen. */
async function chipName({ context, viewer, texts }: Visit, name: ChipName, id: string): Promise<string> {
  const words = listWords(viewer.language);
  switch (name) {
    case 'state':
      return texts.bookings.states[id as (typeof bookingStates)[number]];
    case 'origin':
      return id === 'api' || id === 'fleetio' ? words.origins[id] : id;
    case 'box':
      return (await boxNames(context, [id])).get(id)?.name ?? id;
    case 'site':
      return await orId(id, async () => (await siteView(context, id)).name);
    case 'key':
      return await orId(id, async () => (await keyView(context, id)).name);
    case 'driver':
      if (!viewer.scopes.has('drivers:read')) return id;
      return (await driverNames(context, [id])).get(id) ?? id;
    case 'from':
    case 'until':
      return id;
  }
}

async function orId(id: string, name: () => Promise<string>): Promise<string> {
  try {
    return await name();
  } catch (error) {
    if (error instanceof Fault && (error.code === 'not-found' || error.code === 'conflict')) return id;
    throw error;
  }
}

/** Shut unless it has something to say: most people look at a view and no more. */
export async function filterForm(visit: Visit, request: FastifyRequest, asked: Asked): Promise<Html> {
  const words = listWords(visit.viewer.language);
  const typed = queryOf(request, 'match')?.trim() ?? '';
  const found = typed === '' ? null : await narrowed(visit, asked, typed);
  const sites = await listSites(visit.context, { after: null, limit: sitesMost });
  const any = ['', words.any] as const;
  const of = (name: ChipName): string => asked[name] ?? '';
  const kept = (['view', 'show', 'span', 'day', 'box', 'key', 'driver'] as const).map(name =>
    asked[name] === undefined ? null : html`<input type="hidden" name="${name}" value="${asked[name]}">`,
  );
  const { states } = visit.texts.bookings;
  const stateOptions = bookingStates.map(state => [state, states[state]] as const);
  const origins = (['fleetio', 'api'] as const).map(name => [name, words.origins[name]] as const);
  const siteField =
    sites.length === 0
      ? null
      : select(
          'site',
          words.site,
          [any, ...sites.map(({ id, name }) => [id, name] as const)],
          of('site'),
          'optional',
        );
  return html`<details class="filters"${found === null ? null : html` open`}><summary>${words.filter}</summary>
<form method="get" action="${listPath}" class="sheet">${kept.filter(each => each !== null)}
${field({ name: 'match', label: words.narrow, hint: words.narrowHint, value: typed, type: 'search', maxLength: 64 })}${found}
<div class="fields">${select('state', words.state, [any, ...stateOptions], of('state'), 'optional')}
${siteField}${select('origin', words.madeBy, [any, ...origins], of('origin'), 'optional')}
${field({ name: 'from', label: words.from, value: of('from'), type: 'date' })}${field({ name: 'until', label: words.until, value: of('until'), type: 'date' })}</div>
<p class="buttons"><button type="submit" class="main">${icon('search')}<span>${words.show}</span></button></p></form></details>`;
}

/** Links to the list of one key, driver or box; two of a name are told apart by whoever looks at them. */
async function narrowed(visit: Visit, asked: Asked, typed: string): Promise<Html> {
  const { context, viewer } = visit;
  const words: ListWords = listWords(viewer.language);
  const may = (scope: 'keys:read' | 'drivers:read' | 'boxes:read'): boolean => viewer.scopes.has(scope);
  const kinds = [
    { name: 'key', rows: may('keys:read') ? await foundKeys(context, typed) : [] },
    { name: 'driver', rows: may('drivers:read') ? await foundDrivers(context, typed) : [] },
    { name: 'box', rows: may('boxes:read') ? await foundBoxes(context, typed) : [] },
  ] as const;
  const links = kinds.flatMap(({ name, rows }) =>
    rows.map(
      row =>
        html`<li><a class="button" href="${addressOf(asked, { [name]: row.id })}">${words.found[name]} <bdi>${row.name}</bdi></a></li>`,
    ),
  );
  if (links.length === 0) return html`<p>${words.nothingCalled(typed)}</p>`;
  return html`<p>${words.which(typed)}</p><ul class="choices">${links}</ul>`;
}
