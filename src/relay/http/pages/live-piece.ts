/**
 * A piece of a page that asks for itself again when something is said to have changed, at an address of its own, so that Back
 * never shows a piece. The stream (http/live) says names only; what is new is fetched here, by whoever may see it.
 */
import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Html, html } from '../../../base/html.ts';
import { problemOf } from '../api/api-error.ts';
import type { Dispatch } from '../api/call-route.ts';
import type { Scope } from '../api/scopes.ts';
import { icon } from './frame/icons.ts';
import { sendHtml } from './send-html.ts';
import { type Visit, visitOf } from './visit.ts';

export interface LivePiece {
  /** Below `/admin/_`. */
  readonly path: string;
  /** Null: whoever is signed in may see it. */
  readonly scope: Scope | null;
  /** As `livePiece` makes it. */
  readonly show: (visit: Visit, request: FastifyRequest) => Promise<Html>;
}

interface Live {
  readonly address: string;
  /** Names by which the stream says that it has changed. */
  readonly news: readonly string[];
  /** For readers, once it has changed: what is new in it, in a few words. */
  readonly said?: string;
  readonly body: Html;
}

/** Ages are counted on by the browser: because of them alone nothing is new. */
const age = /<span class="age">[^<]*<\/span>/g;

const tagOf = ({ text }: Html): string => hash('sha256', text.replaceAll(age, ''), 'base64url').slice(0, 16);

export const livePiece = ({ address, news, said = '', body }: Live, { texts, clock }: Visit): Html =>
  html`<div id="live" class="live" data-live="${news.join(' ')}" data-tag="${tagOf(body)}" data-said="${said}" data-now="${clock.now}" hx-get="${address}" hx-trigger="live" hx-swap="outerMorph" hx-target="this">
<p id="not-live" class="strip" data-text="${texts.states.notLive('{}')}" hidden>${icon('silent')}<span></span></p>
${body}</div>`;

/** A browser that has it already is told so in a few bytes. Signed out, it is told so and not given another page. */
export function livePieces(app: FastifyInstance, deps: Dispatch, pieces: readonly LivePiece[]): void {
  for (const { path, scope, show } of pieces)
    app.get(path, async (request, reply) => {
      const visit = await visitOf(request, deps);
      if (visit === null) return reply.status(401).send();
      if (scope !== null && !visit.viewer.scopes.has(scope)) return reply.status(403).send();
      try {
        const piece = await show(visit, request);
        const tag = `"${/data-tag="([\w-]+)"/.exec(piece.text)?.[1] ?? ''}"`;
        reply.header('etag', tag);
        if (request.headers['if-none-match'] === tag) return reply.status(304).send();
        return sendHtml(reply, piece.text);
      } catch (error) {
        const status = problemOf(error)?.status;
        if (status === undefined || status >= 500) throw error;
        return reply.status(status).send();
      }
    });
}
