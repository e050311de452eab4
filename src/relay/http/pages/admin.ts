/** `/admin`: boxes, bookings and problems of an account, for somebody with a token. Looking only. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../../base/fault.ts';
import { type Html, html } from '../../../base/html.ts';
import { audit } from '../../domain/audit.ts';
import { callerOf } from '../api/callers.ts';
import type { Dispatch } from '../api/dispatch.ts';
import type { Caller, ReadContext } from '../api/route.ts';
import { type BearerToken, readToken } from '../api/token.ts';
import { Limits } from '../limits.ts';
import { requestOrigin } from '../request-origin.ts';
import { TooMany } from '../server.ts';
import { fieldOf, mustBeOwn, sendPage, takeForms } from './form.ts';
import { overview } from './overview.ts';
import { logIn, logOut, sessionOf } from './session.ts';

const tries = { burst: 10, perMinute: 10 };
const addressesMax = 10_000;

interface AdminDeps extends Dispatch {
  readonly httpUrl: string;
}

export function adminPages(app: FastifyInstance, deps: AdminDeps): void {
  takeForms(app);
  const isHttps = deps.httpUrl.startsWith('https:');
  const wrong = new Limits(tries, addressesMax, () => Number(deps.time.mono()));
  app.get('/admin', async (request, reply) => {
    const caller = await loggedIn(request, deps);
    if (caller === null) return sendPage(reply, 'Log in', loginForm(null));
    return sendPage(reply, 'Overview', await overview(contextOf(caller, deps), caller.scopes));
  });
  app.post('/admin/login', async (request, reply) => {
    mustBeOwn(request);
    const waitMs = wrong.take(requestOrigin(request));
    if (waitMs > 0) throw new TooMany(waitMs);
    const token = readToken(fieldOf(request, 'token'));
    const caller = token === null ? null : await callerOrNull(token, deps);
    if (token === null || caller === null) {
      reply.status(403);
      return sendPage(reply, 'Log in', loginForm('This token is not valid.'));
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

const loginForm = (problem: string | null): Html => html`<header><h1>SmartBox relay</h1></header>
${problem === null ? null : html`<p class="bad">${problem}</p>`}
<form method="post" action="/admin/login"><p><label>Token<br>
<input type="password" name="token" autocomplete="current-password" required></label></p>
<button>Log in</button></form>`;

async function loggedIn(request: FastifyRequest, deps: AdminDeps): Promise<Caller | null> {
  const token = sessionOf(request);
  return token === null ? null : await callerOrNull(token, deps);
}

/** Null: there is no such token, or it was revoked. */
async function callerOrNull(token: BearerToken, { store, time }: AdminDeps): Promise<Caller | null> {
  try {
    return await callerOf(store, token, time.wall());
  } catch (error) {
    if (error instanceof Fault && error.code === 'unauthorised') return null;
    throw error;
  }
}

const contextOf = (caller: Caller, { store, atRest, random, time }: AdminDeps): ReadContext => ({
  tx: store.db,
  account: caller.account,
  who: caller.token,
  now: time.wall(),
  atRest,
  random,
});
