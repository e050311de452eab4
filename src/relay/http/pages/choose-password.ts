/** `/admin/in/SECRET`: who was invited, or has lost a password, chooses one. Looking does nothing; the button uses the link up. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { html } from '../../../base/html.ts';
import { Secret } from '../../../base/secret.ts';
import { type PageLanguage, setPassword } from '../../domain/account-people.ts';
import { personByLink, usePersonLink } from '../../domain/person-links.ts';
import { secondFactorOf } from '../../domain/second-factor.ts';
import { newSession } from '../../domain/sessions.ts';
import type { PersonTable } from '../../store/tables-people.ts';
import { Limits } from '../limits.ts';
import { requestOrigin } from '../request-origin.ts';
import { browserName } from './browser-name.ts';
import {
  field,
  fieldOf,
  mustBeOwn,
  passwordInput,
  problemLine,
  saidOf,
  seeOther,
  sendPage,
  sendTooMany,
} from './form.ts';
import { inAccount } from './in-account.ts';
import type { PageDeps } from './page-deps.ts';
import { letIn } from './session.ts';
import { languageAsked, pageWords } from './texts/languages.ts';

const tries = { burst: 20, perMinute: 20 };
const addressesMax = 10_000;

interface Params {
  readonly secret: string;
}

export function choosePasswordPages(app: FastifyInstance, deps: PageDeps): void {
  const limits = new Limits(tries, addressesMax, () => Number(deps.time.mono()));
  const personOf = (secret: string): Promise<PersonTable | null> =>
    personByLink(deps.store.db, secret, deps.time.wall());
  app.get<{ Params: Params }>('/admin/in/:secret', async (request, reply) => {
    const waitMs = limits.take(requestOrigin(request));
    if (waitMs > 0) return sendTooMany(request, reply, waitMs);
    const person = await personOf(request.params.secret);
    return person === null ? sendGone(reply, languageAsked(request)) : sendForm(reply, person, null);
  });
  app.post<{ Params: Params }>('/admin/in/:secret', async (request, reply) => {
    mustBeOwn(request);
    const waitMs = limits.take(requestOrigin(request));
    if (waitMs > 0) return sendTooMany(request, reply, waitMs);
    const { secret } = request.params;
    const person = await personOf(secret);
    if (person === null) return sendGone(reply, languageAsked(request));
    try {
      const session = await chosen(deps, person, secret, request);
      if (session === 'two-step') return seeOther(reply, '/admin/sign-in');
      return session === null ? sendGone(reply, person.language) : seeOther(letIn(reply, session, deps));
    } catch (error) {
      return sendForm(reply.status(400), person, saidOf(error, pageWords[person.language]));
    }
  });
}

/** The secret of their session; null: the link was used meanwhile; `two-step`: a link is one of two steps, and they sign in. */
async function chosen(
  deps: PageDeps,
  { id, account, name, email }: PersonTable,
  link: string,
  request: FastifyRequest,
): Promise<string | 'two-step' | null> {
  const hash = await deps.passwords.hash(account, new Secret(fieldOf(request, 'password')), [name, email]);
  const agent = browserName(request.headers['user-agent']);
  return await inAccount(deps, { account, who: id }, async context => {
    if (!(await usePersonLink(context, link))) return null;
    await setPassword(context, id, hash);
    if ((await secondFactorOf(context, id))?.since != null) return 'two-step';
    return await newSession(context, { person: id, token: null, agent });
  });
}

function sendForm(reply: FastifyReply, person: PersonTable, problem: string | null): FastifyReply {
  const { link, email, newPassword, passwordRule } = pageWords[person.language];
  const title = person.password === null ? link.invited : link.reset;
  const body = html`<p>${person.name}. ${link.intro}</p>${problemLine(problem)}
<form method="post">
${field(email, html`<input type="email" autocomplete="username" value="${person.email}" readonly>`)}
${field(newPassword, passwordInput('new-password'), passwordRule)}
<button type="submit">${link.button}</button></form>`;
  return sendPage(reply, title, body, person.language);
}

function sendGone(reply: FastifyReply, language: PageLanguage): FastifyReply {
  const { link, signIn } = pageWords[language];
  const body = html`<p>${link.goneHint}</p><p><a href="/admin/sign-in">${signIn.title}</a></p>`;
  return sendPage(reply.status(410), link.gone, body, language);
}
