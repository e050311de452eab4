/** `/admin/problems`: what is open, those first that cost most while nobody acts; and to say that one was seen. */
import type { FastifyInstance } from 'fastify';
import { html } from '../../../base/html.ts';
import { openProblems } from '../../domain/open-problems.ts';
import { doRoute } from './deed.ts';
import { mustBeOwn } from './form.ts';
import { well } from './frame/states.ts';
import type { FramedPage, Shown } from './framed.ts';
import type { PageDeps } from './page-deps.ts';
import { problemItems } from './problem-list.ts';
import { type Visit, visitOf } from './visit.ts';

/** Whoever has more of them begins with these. */
const rowsMost = 100;

export const problemsPage: FramedPage = {
  ...{ path: '/admin/problems', here: 'problems', scope: 'problems:read' },
  title: ({ menu }) => menu.problems,
  show: problemList,
};

async function problemList(visit: Visit): Promise<Shown> {
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

export function problemDeeds(app: FastifyInstance, deps: PageDeps): void {
  app.post<{ Params: { readonly id: string } }>('/admin/problems/:id/acknowledge', async (request, reply) => {
    mustBeOwn(request);
    const visit = await visitOf(request, deps);
    if (visit === null) return reply.redirect('/admin/sign-in', 303);
    await doRoute('acknowledgeProblem', visit.caller, { params: request.params }, deps);
    return reply.redirect('/admin/problems', 303);
  });
}
