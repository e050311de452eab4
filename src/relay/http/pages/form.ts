import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../../base/fault.ts';
import type { Html } from '../../../base/html.ts';
import { page } from './page.ts';

const formMaxBytes = 4_096;

/** Forms of our own pages; nothing else sends this media type here. */
export function takeForms(app: FastifyInstance): void {
  if (app.hasContentTypeParser('application/x-www-form-urlencoded')) return;
  const options = { parseAs: 'string', bodyLimit: formMaxBytes } as const;
  app.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
}

export const fieldOf = (request: FastifyRequest, name: string): string =>
  request.body instanceof URLSearchParams ? (request.body.get(name) ?? '') : '';

/**
 * A form on another site must not act in the name of somebody who is logged in here.
 * @throws Fault `forbidden`
 */
export function mustBeOwn(request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  // Browsers that say from which site a form comes, say so; older ones name the origin alone.
  const own =
    site ??
    (origin === undefined || URL.parse(origin)?.host === request.headers.host ? 'same-origin' : 'other');
  if (own === 'same-origin' || own === 'none') return;
  throw new Fault('forbidden', 'this form comes from another site', 'Open the page of the relay itself.');
}

export const sendPage = (reply: FastifyReply, title: string, body: Html): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(page(title, body));
