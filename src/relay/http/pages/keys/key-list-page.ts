/** `/admin/keys`: each key, and first of all where it is. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { boxNames, type NamedBox } from '../../../domain/box-names.ts';
import { type KeyView, listKeys, matchKeys } from '../../../domain/keys.ts';
import { pageAsked, pageShown } from '../../api/paging.ts';
import { type IconName, icon } from '../frame/icons.ts';
import { first, nothingMatches } from '../frame/states.ts';
import { table, turn } from '../frame/table.ts';
import { when } from '../frame/when.ts';
import type { FramedPage, Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { keyWords } from './key-texts.ts';

const path = '/admin/keys';
const rowsAtOnce = 50;

export const keyListPage: FramedPage = {
  ...{ path, here: 'keys', scope: 'keys:read' },
  title: ({ menu }) => menu.keys,
  show: keyList,
};

export const keyPath = (id: string): string => `${path}/${encodeURIComponent(id)}`;

async function keyList(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const words = keyWords(visit.viewer.language);
  const match = queryOf(request, 'match')?.trim() || undefined;
  const after = queryOf(request, 'after');
  const asked = { limit: rowsAtOnce, after };
  const { items, next } =
    match === undefined
      ? pageShown(await listKeys(visit.context, {}, pageAsked(asked)), asked, row => row)
      : { items: await matchKeys(visit.context, match, rowsAtOnce), next: null };
  const mayAdd = visit.viewer.scopes.has('keys:write');
  const add = { label: words.add, href: `${path}/new` };
  if (items.length === 0 && match === undefined)
    return { body: first(words.none, words.noneWhy, mayAdd ? add : null) };
  const search = searchForm(visit, match);
  if (items.length === 0) return { body: html`${search}${nothingMatches(`“${match}”`, path, visit.texts)}` };
  const boxes = await boxNames(
    visit.context,
    items.flatMap(({ box }) => box ?? []),
  );
  const newest = after === undefined ? null : path;
  const older = next === null ? null : `${path}?after=${next}`;
  const button = html`<p class="buttons"><a class="button" href="${add.href}">${icon('add')}<span>${add.label}</span></a></p>`;
  return {
    body: html`${search}${keyTable(visit, items, boxes)}${turn({ newest, older }, visit.texts)}${mayAdd ? button : null}`,
  };
}

function searchForm(visit: Visit, match: string | undefined): Html {
  const words = keyWords(visit.viewer.language);
  return html`<form method="get" action="${path}" class="filter" role="search"><label for="match">${words.match}</label>
<input id="match" name="match" type="search" maxlength="64" autocomplete="off" value="${match ?? ''}">
<button type="submit">${icon('search')}<span>${words.find}</span></button></form>`;
}

function keyTable(visit: Visit, rows: readonly KeyView[], boxes: ReadonlyMap<string, NamedBox>): Html {
  const words = keyWords(visit.viewer.language);
  return table<KeyView>({
    caption: words.caption,
    columns: [
      { label: words.name, cell: ({ id, name }) => html`<a href="${keyPath(id)}"><bdi>${name}</bdi></a>` },
      { label: words.place, cell: row => placeCell(visit, row, boxes) },
      {
        label: words.home,
        cell: ({ box, slot }) => homeText(visit, boxes.get(box ?? '')?.name ?? box, slot),
      },
      { label: words.tag, cell: ({ tag }) => (tag === null ? words.noTag : words.tagEnds(tag.slice(-4))) },
    ],
    rows,
  });
}

export const homeText = (visit: Visit, box: string | null, slot: number | null): string => {
  const words = keyWords(visit.viewer.language);
  return box === null || slot === null ? words.noBox : words.door(box, String(slot));
};

const looks: Readonly<Record<KeyView['place'], readonly [IconName, string]>> = {
  in: ['check', 'ok'],
  out: ['go', 'quiet'],
  missing: ['alert', 'bad'],
  'never-stocked': ['unsure', 'warn'],
};

/** Solid where a box has proven it; since when, by the clock of that box. */
export function placeCell(
  visit: Visit,
  { place, place_slot, place_since, box }: KeyView,
  boxes: ReadonlyMap<string, NamedBox>,
): Html {
  const words = keyWords(visit.viewer.language);
  const [mark, tone] = looks[place];
  const zone = boxes.get(box ?? '')?.zone;
  const clock = zone === undefined ? visit.clock : visit.clockAt(zone);
  const said = place === 'in' && place_slot !== null ? words.in(String(place_slot)) : words.places[place];
  const since =
    place_since === null
      ? null
      : html` <span class="soft">${words.since}</span> ${when(Number(place_since), clock)}`;
  return html`<span class="mark ${tone}">${icon(mark)}<span>${said}</span></span>${since}`;
}
