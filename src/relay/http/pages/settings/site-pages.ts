/** `/admin/settings/sites`: places in which boxes are; add one, change one, take one away. */
import type { FastifyRequest } from 'fastify';
import { codeOf } from '../../../../base/fault.ts';
import { type Html, html } from '../../../../base/html.ts';
import { listSites, siteView } from '../../../domain/sites.ts';
import { pageAsked, pageShown } from '../../api/paging.ts';
import { tagOf, versionOf } from '../../api/version.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { onceField, onceOf } from '../form-once.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { field, select } from '../frame/form-fields.ts';
import { first } from '../frame/states.ts';
import { table, turn } from '../frame/table.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { paramOf, queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { languageOptions, regionOptions, zoneOptions } from './choices.ts';
import { isOvertaken, overtaken, problemsIn, type Sent, versionField } from './overtaken.ts';
import { settingsWords } from './settings-words.ts';

const path = '/admin/settings/sites';
const place = { here: 'settings', title: ({ menu }: Visit['texts']) => menu.settings } as const;
const rowsAtOnce = 50;

type Site = Awaited<ReturnType<typeof siteView>>;

const sitePath = (id: string): string => `${path}/${encodeURIComponent(id)}`;

export const sitePages: readonly FramedPage[] = [
  { path, ...place, scope: 'boxes:read', show: siteList },
  {
    ...{ path: `${path}/new`, ...place, scope: 'boxes:write' },
    show: (visit, request) => Promise.resolve(siteForm(visit, request, null, null)),
  },
  {
    ...{ path: `${path}/:id`, ...place, scope: 'boxes:read' },
    show: async (visit, request) =>
      siteForm(visit, request, await siteView(visit.context, paramOf(request, 'id')), null),
  },
];

async function siteList(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const { sites, topics } = settingsWords(visit.viewer.language);
  const asked = { limit: rowsAtOnce, after: queryOf(request, 'after') };
  const { items, next } = pageShown(await listSites(visit.context, pageAsked(asked)), asked, row => row);
  const mayAdd = visit.viewer.scopes.has('boxes:write');
  const add = { label: sites.add, href: `${path}/new` };
  const title = topics.sites.title;
  if (items.length === 0) return { title, body: first(sites.none, sites.noneWhy, mayAdd ? add : null) };
  const rows = table<Site>({
    caption: sites.caption,
    columns: [
      { label: sites.name, cell: ({ id, name }) => html`<a href="${sitePath(id)}"><bdi>${name}</bdi></a>` },
      { label: sites.address, cell: ({ address }) => html`<bdi>${address ?? ''}</bdi>` },
      { label: sites.phone, cell: ({ phone }) => html`<bdi>${phone ?? ''}</bdi>` },
      { label: sites.timezone, cell: ({ timezone }) => timezone },
    ],
    rows: items,
  });
  const newest = asked.after === undefined ? null : path;
  const older = next === null ? null : `${path}?after=${next}`;
  const button = html`<p class="buttons"><a class="button" href="${add.href}">${add.label}</a></p>`;
  return {
    ...{ title, lead: topics.sites.hint },
    body: html`${rows}${turn({ newest, older }, visit.texts)}${mayAdd ? button : null}`,
  };
}

/** @param site null: a new one */
function siteForm(visit: Visit, request: FastifyRequest, site: Site | null, sent: Sent): Shown {
  const problems = problemsIn(sent);
  const { language, scopes } = visit.viewer;
  const { sites, save, mayNotChange, choose, saved } = settingsWords(language);
  const value = (name: string, known: string): string => (sent === null ? known : fieldOf(request, name));
  const of = (name: 'name' | 'address' | 'phone', hint: string) => {
    const problem = problems?.fields[name];
    const known = { name, label: sites[name], value: value(name, site?.[name] ?? '') };
    return { ...known, ...(hint === '' ? {} : { hint }), ...(problem === undefined ? {} : { problem }) };
  };
  const point = pointText(site);
  const pointProblem =
    problems?.fields.point ?? problems?.fields['point.latitude'] ?? problems?.fields['point.longitude'];
  const zone = value('timezone', site?.timezone ?? String(visit.clock.zone));
  const soft = (text: string): Html => html`<p class="soft">${text}</p>`;
  const button = html`<p class="buttons"><button type="submit" class="main">${site === null ? sites.add : save}</button></p>`;
  const inputs = html`${field({ ...of('name', ''), isRequired: true, maxLength: 64 })}
${field({ ...of('address', sites.addressHint), maxLength: 120 })}
${field({ ...of('phone', sites.phoneHint), type: 'tel', maxLength: 32 })}
${select('timezone', sites.timezone, zoneOptions(), zone)}${site === null ? null : soft(sites.zoneChange)}
${select('language', sites.language, languageOptions(language), value('language', site?.language ?? language))}${soft(sites.languageHint)}
${select('region', sites.region, [['', choose], ...regionOptions(language)], value('region', site?.region ?? ''), 'optional')}${soft(sites.regionHint)}
${field({ name: 'point', label: sites.point, hint: sites.pointHint, value: value('point', point), ...(pointProblem === undefined ? {} : { problem: pointProblem }) })}`;
  const form = scopes.has('boxes:write')
    ? html`<form method="post" class="sheet" action="${site === null ? `${path}/new` : sitePath(site.id)}">${site === null ? onceField(visit) : versionField(valuesOf(site))}${inputs}${button}</form>`
    : html`<fieldset disabled class="sheet"><legend class="soft">${mayNotChange}</legend>${inputs}</fieldset>`;
  const note = html`${queryOf(request, 'saved') === undefined ? null : html`<p class="ok" role="status">${saved}</p>`}
${problems === null ? null : html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`}`;
  const remove =
    site === null || !scopes.has('boxes:write')
      ? null
      : html`<form method="post" class="sheet" action="${sitePath(site.id)}/remove"><h2>${sites.remove}</h2><p>${sites.removeHint}</p><p class="buttons"><button type="submit" class="danger">${sites.remove}</button></p></form>`;
  return { title: site?.name ?? sites.add, body: html`${note}${form}${remove}` };
}

const pointText = (site: Site | null): string =>
  site?.point == null ? '' : `${site.point.latitude}, ${site.point.longitude}`;

const siteFields = ['name', 'address', 'phone', 'timezone', 'language', 'region', 'point'] as const;

/** As its form has them. */
const valuesOf = (site: Site): readonly string[] =>
  siteFields.map(name => (name === 'point' ? pointText(site) : (site[name] ?? '')));

async function bothOf(visit: Visit, request: FastifyRequest, site: Site): Promise<Shown> {
  const { sites } = settingsWords(visit.viewer.language);
  const values = valuesOf(site);
  const rows = siteFields.map((name, at) => ({
    ...{ label: sites[name], now: values[at] ?? '', typed: fieldOf(request, name).trim() },
  }));
  const page = siteForm(visit, request, site, 'overtaken');
  return { ...page, body: html`${await overtaken(visit, site.id, rows)}${page.body}` };
}

/** `52.3702, 4.8952`; what is more, or less, than two numbers is none. */
function pointIn(typed: string): unknown {
  if (typed.trim() === '') return null;
  const parts = typed
    .trim()
    .replaceAll(',', ' ')
    .split(' ')
    .filter(part => part !== '');
  const [latitude = Number.NaN, longitude = Number.NaN] = parts.length === 2 ? parts.map(Number) : [];
  return { latitude, longitude };
}

function siteBody(request: FastifyRequest): object {
  const filled = (name: string): string | null => fieldOf(request, name).trim() || null;
  return {
    ...{ name: fieldOf(request, 'name').trim(), address: filled('address'), phone: filled('phone') },
    ...{ timezone: fieldOf(request, 'timezone'), language: fieldOf(request, 'language') },
    ...{ region: filled('region'), point: pointIn(fieldOf(request, 'point')) },
  };
}

export const siteDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  {
    ...{ path: `${path}/new`, ...place, scope: 'boxes:write' },
    act: async (visit, request) => {
      try {
        const given = { body: siteBody(request), once: onceOf(request) };
        const made = await doRoute('createSite', visit.caller, given, deps);
        return `${sitePath((made as { readonly id: string }).id)}?saved=1`;
      } catch (error) {
        return siteForm(visit, request, null, inWords(visit, error));
      }
    },
  },
  changing('', async (visit, request) => {
    const params = { id: paramOf(request, 'id') };
    const now = (await doRoute('getSite', visit.caller, { params }, deps)) as Site;
    if (isOvertaken(request, valuesOf(now))) return await bothOf(visit, request, now);
    const match = tagOf(versionOf(now));
    await doRoute('changeSite', visit.caller, { params, body: siteBody(request), match }, deps);
    return `${sitePath(params.id)}?saved=1`;
  }),
  changing('/remove', async (visit, request) => {
    await doRoute('deleteSite', visit.caller, { params: { id: paramOf(request, 'id') } }, deps);
    return path;
  }),
];

const changing = (
  below: string,
  act: (visit: Visit, request: FastifyRequest) => Promise<string | Shown>,
): FramedDeed => ({
  ...{ path: `${path}/:id${below}`, ...place, scope: 'boxes:write' },
  act: async (visit, request) => {
    try {
      return await act(visit, request);
    } catch (error) {
      const site = await siteView(visit.context, paramOf(request, 'id'));
      if (codeOf(error) === 'not-as-read') return await bothOf(visit, request, site);
      const problems = inWords(visit, error);
      // What was not typed here stands as it is.
      return below === ''
        ? siteForm(visit, request, site, problems)
        : refused(siteForm(visit, request, site, null), problems);
    }
  },
});

const refused = (page: Shown, { whole }: FormProblems): Shown => ({
  ...page,
  body: html`<p class="bad" role="alert">${whole ?? ''}</p>${page.body}`,
});

/** A point that is none: the schema would speak of numbers that nobody typed. */
function inWords({ viewer }: Visit, error: unknown): FormProblems {
  const problems = problemsOf(error, viewer.language);
  const isPoint = Object.keys(problems.fields).some(name => name.startsWith('point'));
  if (!isPoint) return problems;
  return {
    ...problems,
    fields: { ...problems.fields, point: settingsWords(viewer.language).sites.pointWrong },
  };
}
