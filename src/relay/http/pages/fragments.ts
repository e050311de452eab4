/** Pieces of pages that ask for themselves again, at addresses of their own below `/admin/_/`, so that Back never shows a piece. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../../base/fault.ts';
import type { Html } from '../../../base/html.ts';
import { problemOf } from '../api/api-error.ts';
import type { Dispatch } from '../api/call-route.ts';
import type { Scope } from '../api/scopes.ts';
import { sendHtml } from './send-html.ts';
import { type Visit, visitOf } from './visit.ts';

export interface Fragment {
  readonly path: string;
  /** Null: whoever is signed in may see it. */
  readonly scope: Scope | null;
  readonly show: (visit: Visit, request: FastifyRequest) => Promise<Html>;
}

/** Whoever may not have it is told so by the status alone: the page around it stays as it is. */
export function fragments(app: FastifyInstance, deps: Dispatch, all: readonly Fragment[]): void {
  for (const { path, scope, show } of all)
    app.get(path, async (request, reply) => {
      const visit = await visitOf(request, deps);
      if (visit === null) return reply.status(401).send();
      if (scope !== null && !visit.viewer.scopes.has(scope)) return reply.status(403).send();
      try {
        return sendHtml(reply, (await show(visit, request)).text);
      } catch (error) {
        const status = error instanceof Fault ? problemOf(error)?.status : undefined;
        if (status === undefined) throw error;
        return reply.status(status).send();
      }
    });
}
