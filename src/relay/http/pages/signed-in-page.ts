/** Pages of whoever is signed in: they are asked to sign in, or for the password again, and are told what they may not do. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../../base/fault.ts';
import { type Html, html } from '../../../base/html.ts';
import type { PageLanguage } from '../../domain/account-people.ts';
import { countOpenProblems } from '../../domain/open-problems.ts';
import { mustBeProved, readingOf } from '../api/call-route.ts';
import { mustHave } from '../api/callers.ts';
import type { Route } from '../api/route.ts';
import type { SignedIn } from '../api/session-callers.ts';
import { mustBeOwn, seeOther, sendPage } from './form.ts';
import { frame } from './frame/frame.ts';
import { countMost } from './frame/menu.ts';
import type { PageDeps } from './page-deps.ts';
import { provePath } from './prove-path.ts';
import { sendHtml } from './send-html.ts';
import { signedIn } from './session.ts';
import { languageAsked, pageWords } from './texts/languages.ts';
import type { PageWords } from './texts/page-words.ts';

/** A request by somebody who is signed in, and the texts in their language. */
export interface AccountVisit extends SignedIn {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly speaks: PageLanguage;
  readonly words: PageWords;
  /** Open Problems; null: they may not know. */
  readonly openCount: number | null;
}

type Shown = (visit: AccountVisit) => Promise<FastifyReply> | FastifyReply;
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
      const openCount = await openCountOf(found, deps);
      return await show({ ...found, request, reply, speaks, words, openCount });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code === 'unproved') return seeOther(reply, provePath(back?.(request) ?? pathOf(request)));
      if (error.code === 'forbidden') return sendNo(reply.status(403), words.refused, speaks);
      if (error.code === 'not-found') return sendNo(reply.status(404), words.notFound, speaks);
      throw error;
    }
  };

const openCountOf = async ({ caller }: SignedIn, deps: PageDeps): Promise<number | null> =>
  caller.scopes.has('problems:read') ? await countOpenProblems(readingOf(deps, caller), countMost) : null;

/** A page whose form is sent later: whoever could not send it does not fill it in. @throws Fault `forbidden`, `unproved` */
export function mustBeAllowed({ caller }: AccountVisit, route: Route, { time }: PageDeps): void {
  mustHave(caller, route.scope);
  mustBeProved(route, caller, time.wall());
}

const sendNo = (reply: FastifyReply, said: string, speaks: PageLanguage): FastifyReply =>
  sendPage(reply, said, html`<p><a href="/admin">${pageWords[speaks].back}</a></p>`, speaks);

const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0] ?? '';

/** In the frame, below Settings. */
export const sendVisit = (
  { caller, reply, speaks, openCount }: AccountVisit,
  title: string,
  body: Html,
): FastifyReply =>
  sendHtml(
    reply,
    frame({
      viewer: { name: caller.name, language: speaks, scopes: caller.scopes },
      ...{ here: 'settings', title, problems: openCount, body },
    }),
  );

/** UTC, to the minute: the account has no zone of its own. */
export const instantText = (text: string): string => `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
