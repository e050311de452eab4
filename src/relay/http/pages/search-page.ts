/** `/admin/search`: keys and boxes by how their names begin, bookings by id. */

import { codeOf } from '../../../base/fault.ts';
import { type Html, html } from '../../../base/html.ts';
import { bookingView } from '../../domain/booking-views.ts';
import { boxesCalled } from '../../domain/box-names.ts';
import { matchKeys } from '../../domain/keys.ts';
import { nothingMatches } from './frame/states.ts';
import type { FramedPage, Shown } from './framed.ts';
import { queryOf } from './query.ts';
import type { Visit } from './visit.ts';

const foundMost = 20;

export const searchPage: FramedPage = {
  ...{ path: '/admin/search', here: null, scope: null },
  title: ({ search }) => search.title,
  show: async (visit, request) => await results(visit, (queryOf(request, 'q') ?? '').trim().slice(0, 100)),
};

async function results(visit: Visit, sought: string): Promise<Shown> {
  const { texts } = visit;
  const { search } = texts;
  if (sought === '') return { sought, body: html`<p>${search.ask}</p>` };
  const groups = [
    await keysFound(visit, sought),
    await boxesFound(visit, sought),
    await bookingFound(visit, sought),
  ].filter(group => group !== null);
  if (groups.length > 0) return { sought, body: html`${groups}` };
  return {
    sought,
    body: html`${nothingMatches(`“${sought}”`, '/admin/search', texts)}<p class="soft">${search.noneWhy}</p>`,
  };
}

function group(title: string, lines: readonly Html[]): Html | null {
  if (lines.length === 0) return null;
  return html`<section class="sheet"><h2>${title}</h2><ul>${lines.map(line => html`<li>${line}</li>`)}</ul></section>`;
}

async function keysFound({ viewer, context, texts }: Visit, sought: string): Promise<Html | null> {
  if (!viewer.scopes.has('keys:read')) return null;
  const keys = await matchKeys(context, sought, foundMost);
  return group(
    texts.search.keys,
    keys.map(({ name, box }) => html`<bdi>${name}</bdi> <span class="soft"><code>${box}</code></span>`),
  );
}

async function boxesFound({ viewer, context, texts }: Visit, sought: string): Promise<Html | null> {
  if (!viewer.scopes.has('boxes:read')) return null;
  const boxes = await boxesCalled(context, sought, foundMost);
  return group(
    texts.search.boxes,
    boxes.map(({ id, name }) => html`<bdi>${name}</bdi> <span class="soft"><code>${id}</code></span>`),
  );
}

async function bookingFound({ viewer, context, texts }: Visit, sought: string): Promise<Html | null> {
  if (!viewer.scopes.has('bookings:read') || !/^b_[\w-]{1,60}$/.test(sought)) return null;
  try {
    const { id, key, state } = await bookingView(context, sought);
    return group(texts.search.bookings, [
      html`<bdi>${key.name}</bdi> · ${texts.bookings.states[state]} <span class="soft"><code>${id}</code></span>`,
    ]);
  } catch (error) {
    if (codeOf(error) === 'not-found') return null;
    throw error;
  }
}
