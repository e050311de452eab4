/** `/admin/search`: keys, drivers and boxes by how their words begin, bookings by id. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../base/html.ts';
import type { OpenReading } from '../../domain/context.ts';
import { type Found, foundBookings, foundBoxes, foundDrivers, foundKeys } from '../../domain/search.ts';
import type { Scope } from '../api/scopes.ts';
import type { Fragment } from './fragments.ts';
import { icon } from './frame/icons.ts';
import { nothingMatches } from './frame/states.ts';
import type { FramedPage, Shown } from './framed.ts';
import { queryOf } from './query.ts';
import type { Visit } from './visit.ts';

export const searchPage: FramedPage = {
  ...{ path: '/admin/search', here: null, scope: null },
  title: ({ search }) => search.title,
  show: async (visit, request) => await results(visit, soughtIn(request)),
};

const soughtIn = (request: FastifyRequest): string => (queryOf(request, 'q') ?? '').trim().slice(0, 100);

type Find = (reading: OpenReading, typed: string) => Promise<readonly Found[]>;

const kinds = ['keys', 'drivers', 'boxes', 'bookings'] as const;
type Kind = (typeof kinds)[number];
const finds: Readonly<Record<Kind, readonly [Scope, Find]>> = {
  ...{ keys: ['keys:read', foundKeys], drivers: ['drivers:read', foundDrivers] },
  ...{ boxes: ['boxes:read', foundBoxes], bookings: ['bookings:read', foundBookings] },
};

interface Group {
  readonly kind: Kind;
  readonly found: readonly Found[];
}

/** Of kinds that the viewer may see, those of which there is one. */
async function foundBy({ viewer, context }: Visit, sought: string): Promise<readonly Group[]> {
  const groups: Group[] = [];
  for (const kind of kinds) {
    const [scope, find] = finds[kind];
    const found = viewer.scopes.has(scope) ? await find(context, sought) : [];
    if (found.length > 0) groups.push({ kind, found });
  }
  return groups;
}

async function results(visit: Visit, sought: string): Promise<Shown> {
  const { texts } = visit;
  if (sought === '') return { sought, body: html`<p>${texts.search.ask}</p>` };
  const groups = await foundBy(visit, sought);
  if (groups.length > 0) {
    const sections = groups.map(({ kind, found }) => group(texts.search[kind], kind, found));
    return { sought, body: html`${sections}` };
  }
  return {
    sought,
    body: html`${nothingMatches(`“${sought}”`, '/admin/search', texts)}<p class="soft">${texts.search.noneWhy}</p>`,
  };
}

const pathOf = (kind: Kind, id: string): string => `/admin/${kind}/${encodeURIComponent(id)}`;

const group = (title: string, kind: Kind, found: readonly Found[]): Html =>
  html`<section class="sheet"><h2>${title}</h2><ul>${found.map(
    ({ id, name }) =>
      html`<li><a href="${pathOf(kind, id)}"><bdi>${name}</bdi></a> <span class="soft"><code>${id}</code></span></li>`,
  )}</ul></section>`;

/** Of each kind, below the field: whoever wants more goes to the page. */
const hintsMost = 5;

/** Found while somebody types: links below the field, the last one to all of it. */
export const searchPiece: Fragment = {
  path: '/admin/_/search',
  scope: null,
  show: async (visit, request) => {
    const sought = soughtIn(request);
    const { search } = visit.texts;
    if (sought === '') return html``;
    const groups = await foundBy(visit, sought);
    if (groups.length === 0) return html`<p>${search.none(sought)}</p>`;
    const rows = groups.flatMap(({ kind, found }) =>
      found
        .slice(0, hintsMost)
        .map(
          ({ id, name }) =>
            html`<li><a href="${pathOf(kind, id)}">${icon(kind)}<bdi>${name}</bdi> <span class="soft">${search[kind]}</span></a></li>`,
        ),
    );
    const count = groups.reduce((sum, { found }) => sum + found.length, 0);
    return html`<p class="soft">${search.found(count)}</p><ul>${rows}<li><a href="/admin/search?q=${encodeURIComponent(sought)}">${icon('search')}${search.all}</a></li></ul>`;
  },
};
