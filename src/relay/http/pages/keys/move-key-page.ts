/** `/admin/keys/:id/move`: another door for a key, and what that does to its bookings. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { boxNames } from '../../../domain/box-names.ts';
import { boxView, listBoxes } from '../../../domain/boxes.ts';
import { type BookingOfKey, bookingsToCome } from '../../../domain/key-uses.ts';
import { type KeyView, keyView } from '../../../domain/keys.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { select } from '../frame/form-fields.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { paramOf, queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { doorChoice } from './cabinet.ts';
import { bookingLine, clockOf, keyPath } from './key-cells.ts';
import { keyWords } from './key-texts.ts';

const place = { path: '/admin/keys/:id/move', here: 'keys', scope: 'keys:write' } as const;
const boxesMost = 500;
/** Bookings that are named; of more it is said that there are more. */
const bookingsMost = 10;

export const moveKeyPage: FramedPage = {
  ...place,
  title: ({ menu }) => menu.keys,
  show: (visit, request) => askMove(visit, request, queryOf(request, 'box'), null),
};

export const moveKeyDeed = (deps: DeedDeps): FramedDeed => ({
  ...place,
  title: ({ menu }) => menu.keys,
  act: async (visit, request) => {
    const box = fieldOf(request, 'box');
    try {
      const body = { box, slot: Number(fieldOf(request, 'slot')) };
      await doRoute('changeKey', visit.caller, { params: request.params as object, body }, deps);
      return keyPath(paramOf(request, 'id'));
    } catch (error) {
      return await askMove(visit, request, box, problemsOf(error, visit.viewer.language));
    }
  },
});

async function askMove(
  visit: Visit,
  request: FastifyRequest,
  asked: string | undefined,
  problems: FormProblems | null,
): Promise<Shown> {
  const words = keyWords(visit.viewer.language);
  const key = await keyView(visit.context, paramOf(request, 'id'));
  const boxes = await listBoxes(visit.context, { after: null, limit: boxesMost });
  const box = await boxView(visit.context, asked ?? key.box ?? '');
  const options = boxes.map(({ id, name }) => [id, name] as const);
  const isHere = box.id === key.box;
  const chosen = problems === null ? (isHere ? String(key.slot ?? '') : '') : fieldOf(request, 'slot');
  const failed = problems === null ? null : html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`;
  const which = html`<form method="get" action="${keyPath(key.id)}/move" class="sheet">${select('box', words.whichBox, options, box.id)}
<p class="buttons"><button type="submit">${words.next}</button></p></form>`;
  const form = html`<form method="post" action="${keyPath(key.id)}/move" class="sheet">${failed}<input type="hidden" name="box" value="${box.id}">
${await doorChoice(visit, box, { chosen, own: key.id, problem: problems?.fields.slot })}
<h2>${visit.texts.confirm.happens}</h2>${await consequences(visit, key, isHere)}
<p class="buttons"><button type="submit" class="main">${words.moveHere}</button> <a class="button" href="${keyPath(key.id)}">${visit.texts.states.back}</a></p></form>`;
  return { title: words.moveTitle(key.name), body: html`${which}${form}` };
}

async function consequences(visit: Visit, key: KeyView, isHere: boolean): Promise<Html> {
  const words = keyWords(visit.viewer.language);
  if (isHere) return html`<p>${words.moveSame}</p>`;
  if (key.place === 'out') return html`<p class="warn">${words.moveOut}</p>`;
  const found = await bookingsToCome(visit.context, key.id, bookingsMost + 1);
  if (found.length === 0) return html`<p>${words.moveOtherNone}</p>`;
  const isMore = found.length > bookingsMost;
  const count = isMore ? words.moveMore(String(bookingsMost)) : words.moveCount(found.length);
  return html`<p>${words.moveOther(count)}</p>${
    visit.viewer.scopes.has('bookings:read')
      ? await bookingLines(visit, key, found.slice(0, bookingsMost))
      : null
  }`;
}

async function bookingLines(visit: Visit, key: KeyView, bookings: readonly BookingOfKey[]): Promise<Html> {
  const words = keyWords(visit.viewer.language);
  const boxes = await boxNames(visit.context, key.box === null ? [] : [key.box]);
  const clock = clockOf(visit, key.box, { boxes, uses: new Map() });
  return html`<h2>${words.moveWhom}</h2><ul>${bookings.map(each => html`<li>${bookingLine(visit, each, clock)}</li>`)}</ul>`;
}
