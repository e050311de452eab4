/** The password once more, before something is done that concerns who is let in; then back to where somebody was. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { html } from '../../../base/html.ts';
import { Secret } from '../../../base/secret.ts';
import { personRow } from '../../domain/account-people.ts';
import { proveSession } from '../../domain/sessions.ts';
import { requestOrigin } from '../request-origin.ts';
import type { SignInTries } from '../sign-in-tries.ts';
import { field, fieldOf, passwordInput, problemLine, seeOther, sendPage, sendTooMany } from './form.ts';
import { inAccount } from './in-account.ts';
import type { PageDeps } from './page-deps.ts';
import { ownPath } from './prove-path.ts';
import { callerWith } from './sign-in.ts';
import { type AccountVisit, visited } from './signed-in-page.ts';

export function provePages(app: FastifyInstance, deps: PageDeps, tries: SignInTries): void {
  app.get(
    '/admin/prove',
    visited(deps, visit => sendForm(visit, backOf(visit.request), null)),
  );
  app.post(
    '/admin/prove',
    visited(deps, async visit => {
      const { request, reply, caller, session, words } = visit;
      const origin = requestOrigin(request);
      const waitMs = tries.take(origin, caller.who);
      if (waitMs > 0) return sendTooMany(request, reply, waitMs);
      const back = ownPath(fieldOf(request, 'back'));
      if (!(await isProved(deps, visit))) {
        reply.status(403);
        return sendForm(visit, back, words.prove.wrong);
      }
      tries.right(origin, caller.who);
      await inAccount(deps, caller, context => proveSession(context, session.id));
      return seeOther(reply, back);
    }),
  );
}

const backOf = ({ query }: FastifyRequest): string => {
  const { back } = query as { readonly back?: unknown };
  return ownPath(typeof back === 'string' ? back : '');
};

async function isProved(deps: PageDeps, { request, caller, session }: AccountVisit): Promise<boolean> {
  const given = fieldOf(request, 'password');
  if (session.person === null) return (await callerWith(deps, given))?.who === session.token;
  const reading = { tx: deps.store.db, account: caller.account };
  const { password } = await personRow(reading, session.person);
  return await deps.passwords.matches(requestOrigin(request), new Secret(given), password);
}

function sendForm({ reply, words, speaks, session }: AccountVisit, back: string, problem: string | null) {
  const { prove, password, signIn } = words;
  const isToken = session.person === null;
  const body = html`<p>${isToken ? prove.introToken : prove.intro}</p>
${problemLine(problem)}<form method="post" action="/admin/prove"><input type="hidden" name="back" value="${back}">
${field(isToken ? signIn.token : password, passwordInput('current-password'))}
<button type="submit">${prove.button}</button></form>`;
  return sendPage(reply, prove.title, body, speaks);
}
