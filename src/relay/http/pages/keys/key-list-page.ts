/** `/admin/keys`: each key, and first of all where it is. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { boxNames } from '../../../domain/box-names.ts';
import {
  countKeys,
  type KeyPlaceAsked,
  type KeyPlaceInList,
  keyPlaceInList,
  keyPlaces,
  listKeys,
} from '../../../domain/key-list.ts';
import { keyUses, keyVehicles } from '../../../domain/key-uses.ts';
import { type KeyView, matchKeys } from '../../../domain/keys.ts';
import { placeAsked, placesShown } from '../../api/paging.ts';
import type { Tab } from '../frame/frame.ts';
import { icon } from '../frame/icons.ts';
import { first, nothingMatches, well } from '../frame/states.ts';
import { table, turn } from '../frame/table.ts';
import type { FramedPage, Shown } from '../framed.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { homeText, type KeyPlaces, keyPath, nextCell, placeCell, plateOf } from './key-cells.ts';
import { keyWords } from './key-texts.ts';

const path = '/admin/keys';
const rowsAtOnce = 50;
/** More than these are a number that nobody reads. */
const countMost = 99;

export const keyListPage: FramedPage = {
  ...{ path, here: 'keys', scope: 'keys:read' },
  title: ({ menu }) => menu.keys,
  show: keyList,
};

interface Asked {
  readonly place: KeyPlaceAsked | undefined;
  readonly match: string | undefined;
  readonly after: string | undefined;
}

async function keyList(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const place = keyPlaces.find(each => each === queryOf(request, 'place'));
  const match = queryOf(request, 'match')?.trim() || undefined;
  const asked: Asked = { place, match, after: queryOf(request, 'after') };
  const { items, next } = await rowsOf(visit, asked);
  const words = keyWords(visit.viewer.language);
  const mayAdd = visit.viewer.scopes.has('keys:write');
  if (items.length === 0 && place === undefined && match === undefined && asked.after === undefined)
    return {
      body: html`${first(words.none, words.noneWhy, mayAdd ? { label: words.add, href: `${path}/new` } : null)}${
        mayAdd ? html`<p><a href="${path}/import">${words.importLink}</a></p>` : null
      }`,
    };
  const tabs = await tabsOf(visit, place);
  const search = searchForm(visit, match);
  if (items.length === 0 && match !== undefined)
    return { tabs, body: html`${search}${nothingMatches(`“${match}”`, path, visit.texts)}` };
  if (items.length === 0)
    return {
      tabs,
      body: html`${search}${well(words.noneThere[place ?? 'in'], html`${words.noneThereWhy}`)}`,
    };
  const here = place === undefined ? path : `${path}?place=${place}`;
  const older = next === null ? null : `${here}${place === undefined ? '?' : '&'}after=${next}`;
  const newest = asked.after === undefined ? null : here;
  return {
    tabs,
    body: html`${search}${await keyTable(visit, items)}${turn({ newest, older }, visit.texts)}${mayAdd ? buttons(visit) : null}`,
  };
}

async function rowsOf(visit: Visit, { place, match, after }: Asked) {
  if (match !== undefined) return { items: await matchKeys(visit.context, match, rowsAtOnce), next: null };
  const asked = { limit: rowsAtOnce, after };
  const found = await listKeys(visit.context, { place }, placeAsked<KeyPlaceInList>(asked, ['', '']));
  return placesShown(found, asked, keyPlaceInList, row => row);
}

/** Only what somebody should look at is counted. */
async function tabsOf(visit: Visit, here: KeyPlaceAsked | undefined): Promise<readonly Tab[]> {
  const words = keyWords(visit.viewer.language);
  const tabs: Tab[] = [{ label: words.all, href: path, isHere: here === undefined }];
  for (const place of keyPlaces) {
    const isCounted = place === 'late' || place === 'missing';
    const count = isCounted ? await countKeys(visit.context, place, countMost) : 0;
    tabs.push({
      ...{ label: words.tabs[place], href: `${path}?place=${place}`, isHere: place === here },
      ...(count === 0 ? {} : { count: count > countMost ? `${countMost}+` : String(count) }),
    });
  }
  return tabs;
}

function buttons(visit: Visit): Html {
  const words = keyWords(visit.viewer.language);
  return html`<p class="buttons"><a class="button" href="${path}/new">${icon('add')}<span>${words.add}</span></a> <a class="button" href="${path}/import">${words.importLink}</a></p>`;
}

function searchForm(visit: Visit, match: string | undefined): Html {
  const words = keyWords(visit.viewer.language);
  return html`<form method="get" action="${path}" class="filter" role="search"><label for="match">${words.match}</label>
<input id="match" name="match" type="search" maxlength="64" autocomplete="off" value="${match ?? ''}">
<button type="submit">${icon('search')}<span>${words.find}</span></button></form>`;
}

async function keyTable(visit: Visit, rows: readonly KeyView[]): Promise<Html> {
  const words = keyWords(visit.viewer.language);
  const { context } = visit;
  const ids = rows.map(({ id }) => id);
  const places: KeyPlaces = {
    boxes: await boxNames(
      context,
      rows.flatMap(({ box }) => box ?? []),
    ),
    uses: visit.viewer.scopes.has('bookings:read') ? await keyUses(context, ids) : new Map(),
  };
  const vehicles = await keyVehicles(context, ids);
  return table<KeyView>({
    caption: words.caption,
    columns: [
      {
        label: words.name,
        cell: ({ id, name }) =>
          html`<a href="${keyPath(id)}"><bdi>${name}</bdi></a> ${plateOf(vehicles.get(id))}`,
      },
      { label: words.place, cell: row => placeCell(visit, row, places) },
      { label: words.nextBooking, cell: row => nextCell(visit, row, places) },
      {
        label: words.home,
        cell: ({ box, slot }) => homeText(visit, places.boxes.get(box ?? '')?.name ?? box, slot),
      },
      { label: words.tag, cell: ({ tag }) => (tag === null ? words.noTag : words.tagEnds(tag.slice(-4))) },
    ],
    rows,
  });
}
