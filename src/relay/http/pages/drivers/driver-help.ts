/** “Why was I refused?”: whoever answers the phone finds the driver, and what the boxes said to them. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { denialReasons } from '../../../../wire/journal.ts';
import { boxNames, type NamedBox } from '../../../domain/box-names.ts';
import { matchDrivers } from '../../../domain/driver-tries.ts';
import { driverView } from '../../../domain/drivers.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import type { Fragment } from '../fragments.ts';
import { icon } from '../frame/icons.ts';
import { table } from '../frame/table.ts';
import { clockText, when } from '../frame/when.ts';
import type { FramedPage, Shown } from '../framed.ts';
import { paramOf, queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { driverPath } from './driver-words.ts';
import { type TryWords, tryWords } from './tries-texts.ts';

const foundMost = 8;
const found = 'found-drivers';
const piecePath = '/admin/_/drivers';

/** A browser with scripts asks while somebody types; one without, by the button. */
export async function driverHelp(visit: Visit, request: FastifyRequest): Promise<Html> {
  const words = tryWords(visit.viewer.language);
  const typed = queryOf(request, 'refused');
  const asks = html`hx-get="${piecePath}" hx-trigger="input changed delay:250ms" hx-target="#${found}" hx-swap="innerHTML"`;
  return html`<section class="sheet"><h2><label for="refused">${words.ask}</label></h2>
<form method="get" action="/admin/drivers" class="filter" role="search"><input id="refused" name="refused" type="search" maxlength="64" autocomplete="off" value="${typed ?? ''}" aria-describedby="refused-hint" ${asks}>
<button type="submit">${icon('search')}<span>${words.find}</span></button></form><p class="soft" id="refused-hint">${words.askHint}</p>
<div id="${found}" role="status">${await foundDrivers(visit, request)}</div></section>`;
}

export const driverHelpPiece: Fragment = { path: piecePath, scope: 'drivers:read', show: foundDrivers };

async function foundDrivers(visit: Visit, request: FastifyRequest): Promise<Html> {
  const words = tryWords(visit.viewer.language);
  const typed = (queryOf(request, 'refused') ?? '').trim().slice(0, 64);
  if (typed === '') return html``;
  const drivers = await matchDrivers(visit.context, typed, foundMost);
  if (drivers.length === 0) return html`<p>${words.nobody}</p>`;
  const maySee = visit.viewer.scopes.has('events:read');
  return html`<ul class="found">${drivers.map(
    ({ id, name, phone }) =>
      html`<li><a href="${driverPath(id)}${maySee ? '/tries' : ''}"><bdi>${name}</bdi>${maySee ? html`: ${words.lastTries}` : null}</a>${phone === null ? null : html` <span class="soft">… ${phone.slice(-4)}</span>`}</li>`,
  )}</ul>`;
}

export const triesPage = (deps: DeedDeps): FramedPage => ({
  ...{ path: '/admin/drivers/:id/tries', here: 'drivers', scope: 'events:read' },
  title: ({ menu }) => menu.drivers,
  show: (visit, request) => showTries(visit, request, deps),
});

interface Try {
  readonly at: string;
  readonly heard: string;
  readonly box: string;
  readonly is: 'denied' | 'granted';
  readonly reason: string | null;
  readonly by: string | null;
  readonly key: string | null;
  readonly booking: { readonly id: string; readonly start: string; readonly end: string | null } | null;
}

async function showTries(visit: Visit, request: FastifyRequest, deps: DeedDeps): Promise<Shown> {
  const words = tryWords(visit.viewer.language);
  const id = paramOf(request, 'id');
  const asked = await doRoute('listTries', visit.caller, { params: { id } }, deps);
  const { items, unnamed } = asked as { readonly items: readonly Try[]; readonly unnamed: readonly Try[] };
  const { name } = visit.viewer.scopes.has('drivers:read')
    ? await driverView(visit.context, id)
    : { name: id };
  const boxes = await boxNames(
    visit.context,
    [...items, ...unnamed].map(({ box }) => box),
  );
  const nothing = html`<section class="state quiet"><h2>${icon('unsure')}<span>${words.none}</span></h2><p>${words.noneWhy}</p></section>`;
  const others = html`<h2>${words.unnamed}</h2><p class="soft">${words.unnamedWhy}</p>${triesTable(visit, words.unnamed, unnamed, boxes)}`;
  return {
    title: words.title(name),
    lead: words.audited,
    body: html`${items.length === 0 ? nothing : triesTable(visit, words.caption, items, boxes)}${unnamed.length === 0 ? null : others}
<p class="buttons"><a class="button" href="${driverPath(id)}">${visit.texts.states.back}</a></p>`,
  };
}

function triesTable(
  visit: Visit,
  caption: string,
  rows: readonly Try[],
  boxes: ReadonlyMap<string, NamedBox>,
): Html {
  const words = tryWords(visit.viewer.language);
  const clockOf = (box: string) => {
    const zone = boxes.get(box)?.zone;
    return zone === undefined ? visit.clock : visit.clockAt(zone);
  };
  return table<Try>({
    caption,
    columns: [
      { label: words.what, cell: each => whatCell(each, words) },
      {
        label: words.say,
        cell: each => adviceOf(each, words, at => clockText(Date.parse(at), clockOf(each.box))),
      },
      {
        label: words.where,
        cell: ({ box, key }) =>
          html`<bdi>${boxes.get(box)?.name ?? box}</bdi>${key === null ? null : html` · <bdi>${key}</bdi>`}`,
      },
      {
        label: words.when,
        cell: ({ at, heard, box }) =>
          html`${when(Date.parse(at), clockOf(box))}${isLate(at, heard) ? html` <span class="tag warn">${words.heardLater}</span>` : null}`,
      },
    ],
    rows,
  });
}

/** Longer than a slow line takes. */
const lateMs = 60_000;
const isLate = (at: string, heard: string): boolean => Date.parse(heard) - Date.parse(at) > lateMs;

const reasonOf = ({ reason }: Try) => denialReasons.find(each => each === reason) ?? null;

function whatCell(each: Try, words: TryWords): Html {
  const reason = reasonOf(each);
  const said =
    each.is === 'granted' ? words.granted : reason === null ? (each.reason ?? '–') : words.refused[reason];
  const [mark, tone] = each.is === 'granted' ? (['check', 'ok'] as const) : (['refused', 'bad'] as const);
  const by = Object.entries(words.by).find(([way]) => way === each.by)?.[1];
  return html`<span class="mark ${tone}">${icon(mark)}<span>${said}</span></span>${by === undefined ? null : html` <span class="soft">${by}</span>`}`;
}

function adviceOf(each: Try, words: TryWords, time: (at: string) => string): Html {
  const reason = each.is === 'granted' ? null : reasonOf(each);
  if (reason === null) return html`–`;
  const window =
    reason === 'too-early' && each.booking !== null
      ? words.from(time(each.booking.start))
      : reason === 'too-late' && each.booking?.end != null
        ? words.until(time(each.booking.end))
        : '';
  return html`${words.advice[reason]} ${window}`;
}
