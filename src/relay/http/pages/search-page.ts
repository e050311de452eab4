/** `/admin/search`: keys, drivers and boxes by how their words begin, bookings by id. */
import { type Html, html } from '../../../base/html.ts';
import type { OpenReading } from '../../domain/context.ts';
import { type Found, foundBookings, foundBoxes, foundDrivers, foundKeys } from '../../domain/search.ts';
import type { Scope } from '../api/scopes.ts';
import { nothingMatches } from './frame/states.ts';
import type { FramedPage, Shown } from './framed.ts';
import { queryOf } from './query.ts';
import type { Visit } from './visit.ts';

export const searchPage: FramedPage = {
  ...{ path: '/admin/search', here: null, scope: null },
  title: ({ search }) => search.title,
  show: async (visit, request) => await results(visit, (queryOf(request, 'q') ?? '').trim().slice(0, 100)),
};

type Find = (reading: OpenReading, typed: string) => Promise<readonly Found[]>;

const kinds = ['keys', 'drivers', 'boxes', 'bookings'] as const;
const finds: Readonly<Record<(typeof kinds)[number], readonly [Scope, Find]>> = {
  ...{ keys: ['keys:read', foundKeys], drivers: ['drivers:read', foundDrivers] },
  ...{ boxes: ['boxes:read', foundBoxes], bookings: ['bookings:read', foundBookings] },
};

async function results(visit: Visit, sought: string): Promise<Shown> {
  const { viewer, context, texts } = visit;
  if (sought === '') return { sought, body: html`<p>${texts.search.ask}</p>` };
  const groups: Html[] = [];
  for (const kind of kinds) {
    const [scope, find] = finds[kind];
    const found = viewer.scopes.has(scope) ? await find(context, sought) : [];
    if (found.length > 0) groups.push(group(texts.search[kind], kind, found));
  }
  if (groups.length > 0) return { sought, body: html`${groups}` };
  return {
    sought,
    body: html`${nothingMatches(`“${sought}”`, '/admin/search', texts)}<p class="soft">${texts.search.noneWhy}</p>`,
  };
}

const group = (title: string, kind: (typeof kinds)[number], found: readonly Found[]): Html =>
  html`<section class="sheet"><h2>${title}</h2><ul>${found.map(
    ({ id, name }) =>
      html`<li><a href="/admin/${kind}/${encodeURIComponent(id)}"><bdi>${name}</bdi></a> <span class="soft"><code>${id}</code></span></li>`,
  )}</ul></section>`;
