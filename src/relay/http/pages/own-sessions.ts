/** `/admin/sessions`: the browsers in which one is signed in oneself. */
import type { FastifyInstance } from 'fastify';
import { type Html, html } from '../../../base/html.ts';
import { signOut } from '../../domain/sessions.ts';
import { seeOther } from './form.ts';
import { table } from './frame/table.ts';
import { inAccount } from './in-account.ts';
import type { PageDeps } from './page-deps.ts';
import { forget } from './session.ts';
import { type AccountVisit, instantText, sendVisit, visited } from './signed-in-page.ts';

export function ownSessionPages(app: FastifyInstance, deps: PageDeps): void {
  const { callRoute, people } = deps;
  app.get(
    '/admin/sessions',
    visited(deps, visit => shown(visit, deps)),
  );
  app.post(
    '/admin/sessions/end-all',
    visited(deps, async ({ reply, caller, session }) => {
      if (caller.person === null) await inAccount(deps, caller, context => signOut(context, session));
      else await callRoute(people.endSessions, caller, { params: { id: caller.person } });
      return seeOther(forget(reply, deps), '/admin/sign-in');
    }),
  );
  app.post(
    '/admin/sessions/:session/end',
    visited(deps, async ({ request, reply, caller }) => {
      const { session } = request.params as { readonly session: string };
      if (caller.person !== null)
        await callRoute(people.endSession, caller, { params: { id: caller.person, session } });
      return seeOther(reply, '/admin/sessions');
    }),
  );
}

async function shown(visit: AccountVisit, { callRoute, people }: PageDeps) {
  const { caller, session: here, words } = visit;
  const { sessions } = words;
  const everywhere = html`<h2>${sessions.endAll}</h2><p>${sessions.endAllHint}</p>
<form method="post" action="/admin/sessions/end-all"><button type="submit">${sessions.endAll}</button></form>`;
  if (caller.person === null)
    return sendVisit(visit, sessions.title, html`<p>${sessions.byToken}</p>${everywhere}`);
  const { items } = await callRoute(people.listSessions, caller, { params: { id: caller.person } });
  const endButton = (id: string): Html =>
    html`<form method="post" action="/admin/sessions/${id}/end"><button type="submit">${sessions.end}</button></form>`;
  const list = table<(typeof items)[number]>({
    caption: sessions.title,
    columns: [
      { label: sessions.browser, cell: ({ agent }) => html`<bdi>${agent}</bdi>` },
      { label: sessions.since, cell: ({ created }) => instantText(created) },
      { label: sessions.used, cell: ({ used }) => instantText(used) },
      { label: sessions.end, cell: ({ id }) => (id === here.id ? sessions.here : endButton(id)) },
    ],
    rows: items,
  });
  return sendVisit(visit, sessions.title, html`${list}${everywhere}`);
}
