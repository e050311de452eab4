/** `/admin/boxes`: each box, how it is connected, when it was heard, and what it is known to know. */
import { type Html, html } from '../../../base/html.ts';
import { problemFacts } from '../../core/problems/catalogue.ts';
import { type BoxFault, faultsOfBoxes } from '../../domain/box-health.ts';
import { boxNames } from '../../domain/box-names.ts';
import { type Told, toldOfBoxes } from '../../domain/box-told.ts';
import { type BoxView, listBoxes } from '../../domain/boxes.ts';
import { pageAsked, pageShown } from '../api/paging.ts';
import { icon } from './frame/icons.ts';
import { first } from './frame/states.ts';
import { table, turn } from './frame/table.ts';
import { type Clock, when } from './frame/when.ts';
import type { FramedPage, Shown } from './framed.ts';
import { queryOf } from './query.ts';
import type { Visit } from './visit.ts';

const rowsAtOnce = 50;

/** A box with everything that its row says. */
interface Row {
  readonly box: BoxView;
  readonly faults: readonly BoxFault[];
  readonly told: Told | null;
  readonly clock: Clock;
}

export const boxesPage: FramedPage = {
  ...{ path: '/admin/boxes', here: 'boxes', scope: 'boxes:read' },
  title: ({ menu }) => menu.boxes,
  show: async (visit, request) => await boxList(visit, queryOf(request, 'after')),
};

async function boxList(visit: Visit, after: string | undefined): Promise<Shown> {
  const { context, texts } = visit;
  const asked = { limit: rowsAtOnce, after };
  const { items, next } = pageShown(await listBoxes(context, pageAsked(asked)), asked, box => box);
  if (items.length === 0) {
    const { first: title, firstWhy, firstDo } = texts.today;
    return { body: first(title, firstWhy, { label: firstDo, href: '/admin/boxes/new' }) };
  }
  const rows = await rowsOf(visit, items);
  const older = next === null ? null : `/admin/boxes?after=${next}`;
  const turned = turn({ newest: after === undefined ? null : '/admin/boxes', older }, texts);
  return { body: html`${boxTable(rows, visit)}${turned}` };
}

async function rowsOf(
  { context, clock, clockAt }: Visit,
  boxes: readonly BoxView[],
): Promise<readonly Row[]> {
  const ids = boxes.map(({ id }) => id);
  const faults = await faultsOfBoxes(context, ids);
  const told = await toldOfBoxes(context, ids);
  const names = await boxNames(context, ids);
  return boxes.map(box => {
    const zone = names.get(box.id)?.zone ?? clock.zone;
    return { box, faults: faults.get(box.id) ?? [], told: told.get(box.id) ?? null, clock: clockAt(zone) };
  });
}

function boxTable(rows: readonly Row[], visit: Visit): Html {
  const { texts } = visit;
  const { boxes } = texts;
  return table<Row>({
    caption: boxes.caption,
    columns: [
      {
        label: boxes.name,
        cell: ({ box }) => html`<bdi>${box.name}</bdi> <span class="soft"><code>${box.id}</code></span>`,
      },
      { label: boxes.link, cell: row => linkCell(row, visit) },
      {
        label: boxes.heard,
        cell: ({ box, clock }) => (box.heard === null ? boxes.neverHeard : when(box.heard, clock)),
      },
      { label: boxes.knows, cell: row => knowsCell(row, visit) },
      { label: boxes.faults, cell: row => faultCell(row, visit) },
      { label: boxes.doors, cell: row => doorCell(row, visit) },
    ],
    rows,
  });
}

const marks = {
  up: { mark: 'check', tone: 'ok' },
  lost: { mark: 'silent', tone: 'bad' },
  never: { mark: 'clock', tone: 'quiet' },
} as const;

function linkCell({ box, clock }: Row, { texts: { boxes } }: Visit): Html {
  const { mark, tone } = marks[box.link];
  const since =
    box.link_since === null
      ? null
      : html` <span class="soft">${boxes.since}</span> ${when(box.link_since, clock)}`;
  return html`<span class="mark ${tone}">${icon(mark)}<span>${boxes[box.link]}</span></span>${since}`;
}

/** Proven by its last receipt; a change that waits is not there yet, whatever the box says. */
function knowsCell({ box, clock }: Row, { texts: { boxes } }: Visit): Html {
  const waits = box.revision - box.known_rev;
  if (waits > 0)
    return html`<span class="mark warn">${icon('clock')}<span>${boxes.waits(waits)}</span></span>`;
  const at = box.known_at === null ? null : html` ${when(box.known_at, clock)}`;
  return html`<span class="mark ok">${icon('proven')}<span>${boxes.wholly}</span></span>${at}`;
}

function faultCell({ faults }: Row, { texts, viewer }: Visit): Html {
  if (faults.length === 0) return html`<span class="quiet">${texts.boxes.noFault}</span>`;
  const lines = faults.map(({ kind, slot, device }) => {
    const place = slot === null ? device : texts.events.door(slot);
    const where = place === null ? null : html` · <bdi>${place}</bdi>`;
    return html`<li><span class="bad">${icon('alert')}</span><span><span>${problemFacts(kind, viewer.language).title}</span>${where}</span></li>`;
  });
  return html`<ul class="faults">${lines}</ul>`;
}

/** Told, not proven: with its age. */
function doorCell({ told, clock }: Row, { texts: { boxes } }: Visit): Html {
  if (told === null) return html`<span class="quiet">${boxes.notTold}</span>`;
  const open = told.state.slots.filter(({ door }) => door === 'open').map(({ slot }) => slot);
  const said = open.length === 0 ? boxes.allShut : boxes.open(open.join(', '));
  return html`<span class="${open.length === 0 ? '' : 'warn'}">${said}</span> ${when(told.heard, clock)}`;
}
