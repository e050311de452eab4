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
import { first, well } from '../frame/states.ts';
import { table, turn } from '../frame/table.ts';
import { type Clock, when } from '../frame/when.ts';
import type { FramedPage, Shown } from '../framed.ts';
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
    const view = viewOf(request, troubled);
    const count = troubled > countMost ? `${countMost}+` : String(troubled);
    const tabs = [
      { label: words.trouble, href: `${base}?view=trouble`, isHere: view === 'trouble', count },
      { label: words.all, href: `${base}?view=all`, isHere: view === 'all' },
    ];
    return { tabs, ...(await boxList(visit, { view, after: queryOf(request, 'after') })) };
  },
};

export const boxListPiece: LivePiece = {
  ...{ path: '/admin/_/boxes', scope: 'boxes:read' },
  show: async (visit, request) =>
    (await boxList(visit, { view: viewOf(request, 0), after: queryOf(request, 'after') })).body,
};

type View = 'trouble' | 'all';

/** Where nobody has chosen, trouble is what somebody wants to see. */
function viewOf(request: FastifyRequest, troubled: number): View {
  const asked = queryOf(request, 'view');
  if (asked === 'trouble' || asked === 'all') return asked;
  return troubled > 0 ? 'trouble' : 'all';
}

interface Asked {
  readonly view: View;
  readonly after: string | undefined;
}

async function boxList(visit: Visit, { view, after }: Asked): Promise<Pick<Shown, 'body'>> {
  const { context, texts } = visit;
  const words = boxWords(visit.viewer.language);
  const asked = { limit: rowsAtOnce, after };
  const found = await boxesBySite(
    context,
    view === 'trouble' ? view : undefined,
    placeAsked(asked, ['', '', ''] as const),
  );
  const { items, next } = placesShown(found, asked, boxListPlace, box => box);
  const here = `view=${view}${after === undefined ? '' : `&after=${after}`}`;
  const live = (body: Html): Html =>
    livePiece({ address: `/admin/_/boxes?${here}`, news: ['boxes'], body }, visit);
  if (items.length === 0) {
    if (view === 'trouble') return { body: live(well(words.noTrouble, html`${words.noTroubleWhy}`)) };
    const { first: title, firstWhy, firstDo } = texts.today;
    return { body: first(title, firstWhy, { label: firstDo, href: `${base}/new` }) };
  }
  const older = next === null ? null : `${base}?view=${view}&after=${next}`;
  const turned = turn({ newest: after === undefined ? null : `${base}?view=${view}`, older }, texts);
  return { body: live(html`${boxTable(await rowsOf(visit, items), visit, words)}${turned}`) };
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
