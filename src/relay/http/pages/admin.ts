/** Everything below `/admin`: signing in with a token, the pages of the menu, and the files that they load. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { html } from '../../../base/html.ts';
import { audit } from '../../domain/audit.ts';
import { readToken } from '../api/token.ts';
import { Limits } from '../limits.ts';
import { requestOrigin } from '../request-origin.ts';
import { TooMany } from '../server.ts';
import { assetRoutes } from './assets/served.ts';
import { bookingsPage } from './bookings-page.ts';
import { boxesPage } from './boxes-page.ts';
import type { DeedDeps } from './deed.ts';
import { eventsPage } from './events-page.ts';
import { fieldOf, mustBeOwn, takeForms } from './form.ts';
import { alone } from './frame/frame.ts';
import { type Language, languageOf, textsOf } from './frame/texts/languages.ts';
import { framedPages, sendFramed, sendHtml } from './framed.ts';
import { laterPages } from './later-pages.ts';
import { problemDeeds, problemsPage } from './problems-page.ts';
import { searchPage } from './search-page.ts';
import { logIn, logOut } from './session.ts';
import { todayFragment, todayPage } from './today-page.ts';
import { callerOrNull, visitOf } from './visit.ts';

const tries = { burst: 10, perMinute: 10 };
const addressesMax = 10_000;

interface AdminDeps extends DeedDeps {
  readonly httpUrl: string;
}

const pages = [bookingsPage, boxesPage, eventsPage, problemsPage, searchPage, ...laterPages];

export function adminPages(app: FastifyInstance, deps: AdminDeps): void {
  takeForms(app);
  assetRoutes(app);
  app.get('/admin', async (request, reply) => {
    const visit = await visitOf(request, deps);
    if (visit !== null) return await sendFramed(reply, visit, todayPage, request);
    return sendHtml(reply, signInPage(languageOf(request.headers['accept-language']), false));
  });
  // A piece of a page asks for itself again here; signed out, it is told so and not given another page.
  app.get('/admin/_/today', async (request, reply) => {
    const visit = await visitOf(request, deps);
    return visit === null ? reply.status(401).send() : sendHtml(reply, (await todayFragment(visit)).text);
  });
  framedPages(app, deps, pages);
  problemDeeds(app, deps);
  signingIn(app, deps);
}

function signingIn(app: FastifyInstance, deps: AdminDeps): void {
  const isHttps = deps.httpUrl.startsWith('https:');
  const wrong = new Limits(tries, addressesMax, () => Number(deps.time.mono()));
  app.post('/admin/login', async (request, reply) => {
    mustBeOwn(request);
    const waitMs = wrong.take(requestOrigin(request));
    if (waitMs > 0) throw new TooMany(waitMs);
    const token = readToken(fieldOf(request, 'token'));
    const caller = token === null ? null : await callerOrNull(token, deps);
    if (token === null || caller === null) {
      reply.status(403);
      return sendHtml(reply, signInPage(languageOf(request.headers['accept-language']), true));
    }
    wrong.give(requestOrigin(request));
    const { account, token: who } = caller;
    const { random, time, store } = deps;
    await store.write(tx => audit({ tx, account, who, random, now: time.wall() }, 'signed-in', who));
    return seeOther(logIn(reply, token, isHttps));
  });
  // Where a browser is left after a form, or led by a slash too many.
  for (const path of ['/admin/', '/admin/login', '/admin/logout'])
    app.get(path, (_request, reply) => seeOther(reply));
  app.post('/admin/logout', (request, reply) => {
    mustBeOwn(request);
    return seeOther(logOut(reply, isHttps));
  });
}

const seeOther = (reply: FastifyReply): FastifyReply => reply.status(303).header('location', '/admin').send();

function signInPage(language: Language, wasWrong: boolean): string {
  const { signIn } = textsOf(language);
  const body = html`${wasWrong ? html`<p class="bad" role="alert">${signIn.wrong}</p>` : null}
<form method="post" action="/admin/login"><p><label for="token">${signIn.token}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required${wasWrong ? html` aria-invalid="true"` : null}></p>
<p class="buttons"><button type="submit" class="main">${signIn.button}</button></p></form><p class="soft">${signIn.hint}</p>`;
  return alone({ language, title: signIn.title, body });
}
