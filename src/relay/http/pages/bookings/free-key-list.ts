/** Keys that are free for a time: chosen by a link or a button, found by a name, so many a page. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { boxNames } from '../../../domain/box-names.ts';
import { freeKeys } from '../../../domain/free-keys.ts';
import type { KeyView } from '../../../domain/keys.ts';
import { pageAsked, pageShown } from '../../api/paging.ts';
import { icon } from '../frame/icons.ts';
import { turn } from '../frame/table.ts';
import { queryOf } from '../query.ts';
import type { Visit } from '../visit.ts';
import { bookingWords } from './booking-words.ts';
import { deedWords } from './deed-texts.ts';
import { listWords } from './list-texts.ts';
import { hiddenFields } from './who-fields.ts';

const keysAtOnce = 25;

interface Asked {
  readonly from: number;
  readonly until: number | null;
  /** The page on which the list stands, and its other parameters. */
  readonly action: string;
  readonly kept: Readonly<Record<string, string>>;
  readonly choose: (key: KeyView, label: Html) => Html;
}

export async function freeKeyList(visit: Visit, request: FastifyRequest, asked: Asked): Promise<Html> {
  const { viewer, context, texts } = visit;
  const [words, own] = [deedWords(viewer.language), bookingWords(viewer.language)];
  const { from, until, action, kept, choose } = asked;
  const match = queryOf(request, 'match')?.trim() || undefined;
  const page = { limit: keysAtOnce, after: queryOf(request, 'after') };
  const found = await freeKeys(context, { match, from, until }, pageAsked(page));
  const { items, next } = pageShown(found, page, row => row);
  const boxes = await boxNames(
    context,
    items.map(({ box }) => box ?? ''),
  );
  const { door } = listWords(viewer.language);
  const place = ({ box, slot }: KeyView): string =>
    door(boxes.get(box ?? '')?.name ?? '', slot === null ? '' : String(slot));
  const rows = items.map(
    key =>
      html`<li>${choose(key, html`${icon('keys')} <span><bdi>${key.name}</bdi> <span class="soft"><bdi>${place(key)}</bdi></span></span>`)}</li>`,
  );
  const to = (after: string | null): string =>
    `${action}?${new URLSearchParams({ ...kept, ...(match === undefined ? {} : { match }), ...(after === null ? {} : { after }) })}`;
  const none = html`<p><strong>${words.noneFree}</strong> ${words.noneFreeWhy}</p>`;
  const turns = {
    newest: page.after === undefined ? null : to(null),
    older: next === null ? null : to(next),
  };
  return html`<section class="sheet"><h2>${words.freeThen}</h2>
<form method="get" action="${action}" class="filter" role="search">${hiddenFields(kept)}<label for="key-match">${own.match}</label>
<input id="key-match" name="match" type="search" maxlength="64" autocomplete="off" value="${match ?? ''}">
<button type="submit">${icon('search')}<span>${own.find}</span></button></form>
${rows.length === 0 ? none : html`<ul class="choices">${rows}</ul>`}${turn(turns, texts)}</section>`;
}
