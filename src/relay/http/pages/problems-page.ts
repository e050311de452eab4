/** `/admin/problems`: what is open, those first that cost most while nobody acts; and to say that one was seen. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { html } from '../../../base/html.ts';
import { openProblems } from '../../domain/open-problems.ts';
import {
  clearedProblems,
  listProblems,
  type ProblemPlaceInList,
  placeInCleared,
  placeInList,
} from '../../domain/problem-list.ts';
import { placeAsked, placesShown } from '../api/paging.ts';
import { doRoute } from './deed.ts';
import { mustBeOwn } from './form.ts';
import { icon } from './frame/icons.ts';
import { first, well } from './frame/states.ts';
import type { FramedPage, Shown } from './framed.ts';
import type { PageDeps } from './page-deps.ts';
import { problemItems } from './problem-list.ts';
import { listPath, type ProblemTab, problemTabs, tabIn } from './problems/problem-tabs.ts';
import { tabWords } from './problems/tab-texts.ts';
import { queryOf } from './query.ts';
import { type Visit, visitOf } from './visit.ts';

/** Whoever has more of them begins with these. */
const rowsMost = 100;
const rowsAtOnce = 50;

export const problemsPage: FramedPage = {
  ...{ path: '/admin/problems', here: 'problems', scope: 'problems:read' },
  title: ({ menu }) => menu.problems,
  show: problemList,
};

async function problemList(visit: Visit, request: FastifyRequest): Promise<Shown> {
  const tab = tabIn(request);
  const words = tabWords(visit.viewer.language);
  const tabs = problemTabs.map(each => ({
    ...{ label: words.tabs[each], href: listPath({ tab: each }), isHere: each === tab },
  }));
  return { tabs, ...(tab === 'open' ? await openList(visit) : await readOn(visit, request, tab)) };
}

async function openList(visit: Visit): Promise<Shown> {
  const { problems } = visit.texts;
  const found = await openProblems(visit.context, rowsMost + 1);
  const rows = found.slice(0, rowsMost);
  if (rows.length === 0) return { body: well(problems.none, html`${problems.noneWhy}`) };
  const more =
    found.length > rows.length ? html`<p class="soft">${problems.more(String(rowsMost))}</p>` : null;
  return {
    lead: problems.lead,
    body: html`${more}<div class="problems">${await problemItems(visit, rows, 2)}</div>`,
  };
}

/** Those that were put off or are over, page by page. */
async function readOn(
  visit: Visit,
  request: FastifyRequest,
  tab: Exclude<ProblemTab, 'open'>,
): Promise<Shown> {
  const { viewer, context, texts } = visit;
  const words = tabWords(viewer.language);
  const asked = { limit: rowsAtOnce, after: queryOf(request, 'after') };
  const page = placeAsked<ProblemPlaceInList>(asked, [0, 0, '']);
  const isOver = tab === 'cleared';
  const rows = isOver
    ? await clearedProblems(context, {}, page)
    : await listProblems(context, { open: true, asleepAt: context.now }, page);
  const { items, next } = placesShown(rows, asked, isOver ? placeInCleared : placeInList, row => row);
  const toFirst =
    asked.after === undefined ? null : html`<a href="${listPath({ tab })}">${words.toFirst}</a>`;
  const more =
    next === null
      ? null
      : html`<a rel="next" href="${listPath({ tab, after: next })}">${words.more}${icon('go')}</a>`;
  const turned =
    toFirst === null && more === null
      ? null
      : html`<nav class="turn" aria-label="${texts.frame.turn}">${toFirst}${more}</nav>`;
  if (items.length === 0) return { body: html`${first(words.none[tab], words.noneWhy[tab], null)}${turned}` };
  return {
    lead: words.leads[tab],
    body: html`<div class="problems">${await problemItems(visit, items, 2)}</div>${turned}`,
  };
}

export function problemDeeds(app: FastifyInstance, deps: PageDeps): void {
  app.post<{ Params: { readonly id: string } }>('/admin/problems/:id/acknowledge', async (request, reply) => {
    mustBeOwn(request);
    const visit = await visitOf(request, deps);
    if (visit === null) return reply.redirect('/admin/sign-in', 303);
    await doRoute('acknowledgeProblem', visit.caller, { params: request.params }, deps);
    return reply.redirect('/admin/problems', 303);
  });
}
