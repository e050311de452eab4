/** Pages of whoever is signed in: they are asked to sign in, or for the password again, and are told what they may not do. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../../base/fault.ts';
import { type Html, html } from '../../../base/html.ts';
import type { PageLanguage } from '../../domain/account-people.ts';
import { mustBeProved } from '../api/call-route.ts';
import { mustHave } from '../api/callers.ts';
import type { Route } from '../api/route.ts';
import type { SignedIn } from '../api/session-callers.ts';
import { mustBeOwn, seeOther, sendPage } from './form.ts';
import type { PageDeps } from './page-deps.ts';
import { signedIn } from './session.ts';
import { languageAsked, pageWords } from './texts/languages.ts';
import type { PageWords } from './texts/page-words.ts';

/** A request by somebody who is signed in, and the texts in their language. */
export interface Visit extends SignedIn {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly speaks: PageLanguage;
  readonly words: PageWords;
}

type Shown = (visit: Visit) => Promise<FastifyReply> | FastifyReply;
type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** @param back the page to which they return where the password has to be given first; the page itself where absent */
export const visited =
  (deps: PageDeps, show: Shown, back: ((request: FastifyRequest) => string) | null = null): Handler =>
  async (request, reply) => {
    if (request.method === 'POST') mustBeOwn(request);
    const found = await signedIn(request, deps);
    if (found === null) return seeOther(reply, '/admin/sign-in');
    const speaks = found.language ?? languageAsked(request);
    const words = pageWords[speaks];
    try {
      return await show({ ...found, request, reply, speaks, words });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code === 'unproved') return seeOther(reply, provePath(back?.(request) ?? pathOf(request)));
      if (error.code === 'forbidden') return sendNo(reply.status(403), words.refused, speaks);
      if (error.code === 'not-found') return sendNo(reply.status(404), words.notFound, speaks);
      throw error;
    }
  };

/** A page whose form is sent later: whoever could not send it does not fill it in. @throws Fault `forbidden`, `unproved` */
export function mustBeAllowed({ caller }: Visit, route: Route, { time }: PageDeps): void {
  mustHave(caller, route.scope);
  mustBeProved(route, caller, time.wall());
}

const sendNo = (reply: FastifyReply, said: string, speaks: PageLanguage): FastifyReply =>
  sendPage(reply, said, html`<h1>${said}</h1><p><a href="/admin">${pageWords[speaks].back}</a></p>`, speaks);

const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0] ?? '';

const provePath = (back: string): string => `/admin/prove?back=${encodeURIComponent(ownPath(back))}`;

/** A path of these pages, and nothing that a browser could take for another site. */
export const ownPath = (path: string): string => (/^\/admin(?:\/[\w-]+)*$/.test(path) ? path : '/admin');

/** With what stands on every page of whoever is signed in. */
export function sendVisit({ caller, reply, speaks, words }: Visit, title: string, body: Html): FastifyReply {
  const { nav } = words;
  const head = html`<header><h1>${title}</h1><nav><a href="/admin">${nav.overview}</a>
${caller.scopes.has('people:read') ? html`<a href="/admin/people">${nav.people}</a>` : null}
<a href="/admin/sessions">${nav.sessions}</a> <span>${caller.name}</span>
<form method="post" action="/admin/sign-out"><button>${nav.signOut}</button></form></nav></header>`;
  return sendPage(reply, title, html`${head}${body}`, speaks);
}

/** UTC, to the minute: the account has no zone of its own. */
export const instantText = (text: string): string => `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
