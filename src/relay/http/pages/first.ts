/**
 * The first start's link: whoever opens it becomes the first person. Looking at it does nothing, so that no preview of a chat burns
 * it; the button does, and only with a form that is right.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Html, html } from '../../../base/html.ts';
import { Secret } from '../../../base/secret.ts';
import {
  checkedPerson,
  createPerson,
  type NewPerson,
  type PageLanguage,
} from '../../domain/account-people.ts';
import { firstAccount } from '../../domain/accounts.ts';
import { newSession } from '../../domain/sessions.ts';
import { Limits } from '../limits.ts';
import { requestOrigin } from '../request-origin.ts';
import { browserName } from './browser-name.ts';
import { isFirstLink, useFirstLink } from './first-admin.ts';
import {
  choice,
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
import { languageAsked, languageOr, pageWords } from './texts/languages.ts';

const tries = { burst: 20, perMinute: 20 };
const addressesMax = 1_000;

interface Params {
  readonly secret: string;
}

export function firstPages(app: FastifyInstance, deps: PageDeps): void {
  const limits = new Limits(tries, addressesMax, () => Number(deps.time.mono()));
  app.get('/admin/first/:secret', (request, reply) => {
    const language = languageAsked(request);
    return sendForm(reply, language, { name: '', email: '', language }, null);
  });
  app.post<{ Params: Params }>('/admin/first/:secret', async (request, reply) => {
    mustBeOwn(request);
    const waitMs = limits.take(requestOrigin(request));
    if (waitMs > 0) return sendTooMany(request, reply, waitMs);
    const language = languageAsked(request);
    const typed = typedIn(request, language);
    const { secret } = request.params;
    // Nothing slow is done for whoever has no link.
    if (!(await isFirstLink(deps.store.db, secret, deps.time.wall()))) return sendGone(reply, language);
    try {
      const session = await firstPerson(deps, secret, typed, request);
      return session === null ? sendGone(reply, language) : seeOther(letIn(reply, session, deps));
    } catch (error) {
      return sendForm(reply.status(400), language, typed, saidOf(error, pageWords[language]));
    }
  });
}

const typedIn = (request: FastifyRequest, language: PageLanguage): NewPerson => ({
  name: fieldOf(request, 'name'),
  email: fieldOf(request, 'email'),
  role: 'administrator',
  language: languageOr(fieldOf(request, 'language'), language),
});

/** The secret of their session; null: somebody was there first. */
async function firstPerson(
  deps: PageDeps,
  link: string,
  typed: NewPerson,
  request: FastifyRequest,
): Promise<string | null> {
  const person = checkedPerson(typed);
  const password = new Secret(fieldOf(request, 'password'));
  const hash = await deps.passwords.hash(firstAccount, password, [person.name, person.email]);
  const agent = browserName(request.headers['user-agent']);
  return await inAccount(deps, { account: firstAccount, who: 'first link' }, async context => {
    if (!(await useFirstLink(context.tx, link, context.now))) return null;
    const { id } = await createPerson(context, person, hash);
    return await newSession({ ...context, who: id }, { person: id, token: null, agent });
  });
}

function sendForm(
  reply: FastifyReply,
  language: PageLanguage,
  typed: Pick<NewPerson, 'name' | 'email' | 'language'>,
  problem: string | null,
): FastifyReply {
  const words = pageWords[language];
  const { first, languages } = words;
  const body: Html = html`<p>${first.intro}</p>${problemLine(problem)}
<form method="post">
${field(words.name, html`<input type="text" name="name" autocomplete="name" value="${typed.name}" maxlength="100" required>`)}
${field(words.email, html`<input type="email" name="email" autocomplete="username" value="${typed.email}" required>`)}
${field(words.newPassword, passwordInput('new-password'), words.passwordRule)}
${field(words.language, choice('language', Object.entries(languages), typed.language))}
<button type="submit">${first.button}</button></form>`;
  return sendPage(reply, first.title, body, language);
}

function sendGone(reply: FastifyReply, language: PageLanguage): FastifyReply {
  const { first, signIn } = pageWords[language];
  const body = html`<p>${first.goneHint}</p><p><a href="/admin/sign-in">${signIn.title}</a></p>`;
  return sendPage(reply.status(410), first.gone, body, language);
}
