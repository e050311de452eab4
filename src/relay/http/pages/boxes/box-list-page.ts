/** `/admin/boxes`: each box, those first that want somebody, then by where they stand. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { problemFacts } from '../../../core/problems/catalogue.ts';
import { keysOfBoxes } from '../../../domain/box-doors.ts';
import { type BoxFault, faultsOfBoxes } from '../../../domain/box-health.ts';
import { boxesBySite, boxListPlace, countTroubled, type ListedBox } from '../../../domain/box-list.ts';
import { boxNames } from '../../../domain/box-names.ts';
import { type Told, toldOfBoxes } from '../../../domain/box-told.ts';
import { placeAsked, placesShown } from '../../api/paging.ts';
import { icon } from '../frame/icons.ts';
import { countMost } from '../frame/menu.ts';
import { first, nothingMatches, well } from '../frame/states.ts';
import { table, turn } from '../frame/table.ts';
import { type Clock, when } from '../frame/when.ts';
import type { FramedPage } from '../framed.ts';
import { type LivePiece, livePiece } from '../live-piece.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { abilityMark, journalMark, knowsMark, linkMark } from './box-marks.ts';
import { boxPath } from './box-paths.ts';
import { type BoxWords, boxWords } from './box-texts.ts';
import { doorMap } from './door-map.ts';
import { type DoorView, doorsOf } from './door-view.ts';

const rowsAtOnce = 50;
const base = '/admin/boxes';

/** A box with everything that its row says. */
interface Row {
  readonly box: ListedBox;
  readonly faults: readonly BoxFault[];
  readonly told: Told | null;
  readonly doors: readonly DoorView[];
  readonly clock: Clock;
}

export const boxListPage: FramedPage = {
  ...{ path: base, here: 'boxes', scope: 'boxes:read' },
  title: ({ menu }) => menu.boxes,
  show: async (visit, request) => {
    const words = boxWords(visit.viewer.language);
    const troubled = await countTroubled(visit.context, countMost + 1);
    const asked = askedOf(request, troubled);
    const { view, match } = asked;
    const count = troubled > countMost ? `${countMost}+` : String(troubled);
    const tabs = [
      { label: words.trouble, href: address('trouble', match), isHere: view === 'trouble', count },
      { label: words.all, href: address('all', match), isHere: view === 'all' },
    ];
    const { body, isNone } = await boxList(visit, asked);
    return { tabs, body: html`${isNone ? null : filterForm(asked, visit)}${body}` };
  },
};

export const boxListPiece: LivePiece = {
  ...{ path: '/admin/_/boxes', scope: 'boxes:read' },
  show: async (visit, request) => (await boxList(visit, askedOf(request, 0))).body,
};

type View = 'trouble' | 'all';

interface Asked {
  readonly view: View;
  /** In a name of a box or its site. */
  readonly match: string | undefined;
  readonly after: string | undefined;
}

/** Where nobody has chosen, trouble is what somebody wants to see; whoever looks for a box by name means all of them. */
function askedOf(request: FastifyRequest, troubled: number): Asked {
  const match = queryOf(request, 'match')?.trim().slice(0, 64) || undefined;
  const asked = queryOf(request, 'view');
  const own = troubled > 0 && match === undefined ? 'trouble' : 'all';
  const view = asked === 'trouble' || asked === 'all' ? asked : own;
  return { view, match, after: queryOf(request, 'after') };
}

const address = (view: View, match: string | undefined, after?: string): string =>
  `${base}?${new URLSearchParams({ view, ...(match === undefined ? {} : { match }), ...(after === undefined ? {} : { after }) })}`;

function filterForm({ view, match }: Asked, { viewer, texts }: Visit): Html {
  const words = boxWords(viewer.language);
  return html`<form method="get" action="${base}" class="filter" role="search"><input type="hidden" name="view" value="${view}"><label for="match">${words.match}</label>
<input id="match" name="match" type="search" maxlength="64" autocomplete="off" value="${match ?? ''}">
<button type="submit">${icon('search')}<span>${texts.frame.search}</span></button></form>`;
}

/** `isNone`: the account has no box at all. */
async function boxList(
  visit: Visit,
  asked: Asked,
): Promise<{ readonly body: Html; readonly isNone: boolean }> {
  const { view, match, after } = asked;
  const { context, texts } = visit;
  const words = boxWords(visit.viewer.language);
  const page = { limit: rowsAtOnce, after };
  const filter = { match, ...(view === 'trouble' ? { view } : {}) };
  const found = await boxesBySite(context, filter, placeAsked(page, ['', '', ''] as const));
  const { items, next } = placesShown(found, page, boxListPlace, box => box);
  const live = (body: Html) => ({
    body: livePiece(
      { address: address(view, match, after).replace(base, '/admin/_/boxes'), news: ['boxes'], body },
      visit,
    ),
    isNone: false,
  });
  if (items.length === 0) {
    if (match !== undefined) return live(nothingMatches(`“${match}”`, address(view, undefined), texts));
    if (view === 'trouble') return live(well(words.noTrouble, html`${words.noTroubleWhy}`));
    const { first: title, firstWhy, firstDo } = texts.today;
    return { body: first(title, firstWhy, { label: firstDo, href: `${base}/new` }), isNone: true };
  }
  const older = next === null ? null : address(view, match, next);
  const turned = turn({ newest: after === undefined ? null : address(view, match), older }, texts);
  return live(html`${boxTable(await rowsOf(visit, items), visit, words)}${turned}`);
}

async function rowsOf(
  { context, clock, clockAt }: Visit,
  boxes: readonly ListedBox[],
): Promise<readonly Row[]> {
  const ids = boxes.map(({ id }) => id);
  const faults = await faultsOfBoxes(context, ids);
  const told = await toldOfBoxes(context, ids);
  const names = await boxNames(context, ids);
  const keys = await keysOfBoxes(context, ids);
  return boxes.map(box => {
    const known = { faults: faults.get(box.id) ?? [], told: told.get(box.id) ?? null };
    const zone = names.get(box.id)?.zone ?? clock.zone;
    const doors = doorsOf({ box, keys: keys.get(box.id) ?? [], ...known });
    return { box, ...known, doors, clock: clockAt(zone) };
  });
}

function boxTable(rows: readonly Row[], visit: Visit, words: BoxWords): Html {
  return table<Row>({
    caption: words.caption,
    columns: [
      { label: words.name, cell: row => nameCell(row, visit) },
      {
        label: words.link,
        cell: ({ box, clock }) =>
          html`${linkMark(box, words, clock, 'short')} ${box.heard === null ? null : html`<span class="soft">${words.heard}</span> ${when(box.heard, clock)}`}`,
      },
      { label: words.knows, cell: ({ box, clock }) => knowsMark(box, words, clock) },
      { label: words.abilities, cell: ({ told, clock }) => abilityMark(told, words, clock) },
      { label: words.doors, cell: ({ doors }) => doorMap(doors, words) },
      {
        label: words.journal,
        cell: ({ box, faults }) =>
          html`${journalMark(box, faults, words, 'short')} <span class="soft">${box.program ?? ''}</span>`,
      },
    ],
    rows,
  });
}

const nameCell = ({ box, faults }: Row, { viewer, texts }: Visit): Html =>
  html`<a href="${boxPath(box.id)}"><bdi>${box.name}</bdi></a> <span class="soft"><bdi>${box.site_name}</bdi></span>${
    faults.length === 0
      ? null
      : html`<ul class="faults">${faults.slice(0, faultsShown).map(({ kind, slot }) => {
          const place = slot === null ? '' : ` · ${texts.events.door(slot)}`;
          return html`<li class="bad">${icon('alert')}<span>${problemFacts(kind, viewer.language).title}${place}</span></li>`;
        })}</ul>`
  }`;

const faultsShown = 3;
