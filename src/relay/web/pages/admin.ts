/** `/admin`: boxes, bookings and problems of an account, for somebody with a token. Looking only. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../../base/fault.ts';
import { callerOf } from '../callers.ts';
import type { Dispatch } from '../dispatch.ts';
import { type Html, html } from '../html.ts';
import { Limits } from '../limits.ts';
import type { Caller, ReadContext } from '../route.ts';
import { TooMany } from '../server.ts';
import { readToken } from '../token.ts';
import { fieldOf, mustBeOwn, sendPage, takeForms } from './form.ts';
import { overview } from './overview.ts';
import { logIn, logOut, sessionOf } from './session.ts';

const tries = { burst: 10, perMinute: 10 };
const addressesMax = 10_000;

interface AdminParts extends Dispatch {
  readonly httpUrl: string;
}

export function adminPages(app: FastifyInstance, parts: AdminParts): void {
  takeForms(app);
  const isHttps = parts.httpUrl.startsWith('https:');
  const wrong = new Limits(tries, addressesMax, () => Number(parts.time.mono()));
  app.get('/admin', async (request, reply) => {
    const caller = await loggedIn(request, parts);
    if (caller === null) return sendPage(reply, 'Log in', loginForm(null));
    return sendPage(reply, 'Overview', await overview(contextOf(caller, parts), caller.scopes));
  });
  app.post('/admin/login', async (request, reply) => {
    mustBeOwn(request);
    const waitMs = wrong.take(request.ip);
    if (waitMs > 0) throw new TooMany(waitMs);
    const token = readToken(fieldOf(request, 'token'));
    if (token === null || !(await isValid(() => callerOf(parts.store, token, parts.time.wall())))) {
      reply.status(403);
      return sendPage(reply, 'Log in', loginForm('This token is not valid.'));
    }
    wrong.give(request.ip);
    return seeOther(logIn(reply, token, isHttps));
  });
  app.post('/admin/logout', (request, reply) => {
    mustBeOwn(request);
    return seeOther(logOut(reply, isHttps));
  });
}

const seeOther = (reply: FastifyReply): FastifyReply => reply.status(303).header('location', '/admin').send();

const loginForm = (problem: string | null): Html => html`<header><h1>SmartBox relay</h1></header>
${problem === null ? null : html`<p class="bad">${problem}</p>`}
<form method="post" action="/admin/login"><p><label>Token<br>
<input type="password" name="token" autocomplete="current-password" required></label></p>
<button>Log in</button></form>`;

async function loggedIn(request: FastifyRequest, { store, time }: AdminParts): Promise<Caller | null> {
  const token = sessionOf(request);
  if (token === null) return null;
  try {
    return await callerOf(store, token, time.wall());
  } catch (error) {
    if (error instanceof Fault && error.code === 'unauthorised') return null;
    throw error;
  }
}

async function isValid(ask: () => Promise<Caller>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === 'unauthorised') return false;
    throw error;
  }
}

const contextOf = (caller: Caller, { store, atRest, random, time }: AdminParts): ReadContext => ({
  tx: store.db,
  account: caller.account,
  who: caller.token,
  now: time.wall(),
  atRest,
  random,
});
