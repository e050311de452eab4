/** Lists of Problems and their addresses. */
import type { FastifyRequest } from 'fastify';
import { queryOf } from '../query.ts';

export const problemTabs = ['open', 'not-now', 'cleared'] as const;
export type ProblemTab = (typeof problemTabs)[number];

export const tabIn = (request: FastifyRequest): ProblemTab =>
  problemTabs.find(tab => tab === queryOf(request, 'view')) ?? 'open';

/** `after`: where the page begins. */
export function listPath({ tab, after }: { readonly tab: ProblemTab; readonly after?: string }): string {
  const query = new URLSearchParams({
    ...(tab === 'open' ? {} : { view: tab }),
    ...(after === undefined ? {} : { after }),
  });
  return query.size === 0 ? '/admin/problems' : `/admin/problems?${query}`;
}
