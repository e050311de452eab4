/** The password once more, before something is done that concerns who is let in; then back to where somebody was. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { html } from '../../../base/html.ts';
import { Secret } from '../../../base/secret.ts';
import { personRow } from '../../domain/account-people.ts';
import { noteWrongSecond, secondFactorOf, useSecondFactor } from '../../domain/second-factor.ts';
import { proveSession } from '../../domain/sessions.ts';
import { requestOrigin } from '../request-origin.ts';
import type { SignInTries } from '../sign-in-tries.ts';
import { codeField } from './code-field.ts';
import { field, fieldOf, passwordInput, problemLine, seeOther, sendPage, sendTooMany } from './form.ts';
import { inAccount } from './in-account.ts';
import type { PageDeps } from './page-deps.ts';
import { ownPath } from './prove-path.ts';
import { callerWith } from './sign-in.ts';
import { type AccountVisit, visited } from './signed-in-page.ts';
import { twoStepWords } from './texts/two-step.ts';

export function provePages(app: FastifyInstance, deps: PageDeps, tries: SignInTries): void {
  app.get(
    '/admin/prove',
    visited(deps, visit => sendForm(visit, deps, backOf(visit.request), null)),
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
        return sendForm(visit, deps, back, words.prove.wrong);
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

/** How somebody proves that it is still them: digits where they have an app for them, which no browser fills in by itself. */
async function wayOf(
  { caller, session }: AccountVisit,
  { store }: PageDeps,
): Promise<'token' | 'digits' | 'password'> {
  if (session.person === null) return 'token';
  const second = await secondFactorOf({ tx: store.db, account: caller.account }, session.person);
  return second?.since == null ? 'password' : 'digits';
}

async function isProved(deps: PageDeps, visit: AccountVisit): Promise<boolean> {
  const { request, caller, session } = visit;
  const given = fieldOf(request, 'password');
  if (session.person === null) return (await callerWith(deps, given))?.who === session.token;
  const { person } = session;
  if ((await wayOf(visit, deps)) === 'digits') {
    const code = fieldOf(request, 'code');
    return await inAccount(deps, caller, async context => {
      const isRight = await useSecondFactor(context, person, code);
      if (!isRight) await noteWrongSecond(context, person);
      return isRight;
    });
  }
  const { password } = await personRow({ tx: deps.store.db, account: caller.account }, person);
  return await deps.passwords.matches(requestOrigin(request), new Secret(given), password);
}

async function sendForm(
  visit: AccountVisit,
  deps: PageDeps,
  back: string,
  problem: string | null,
): Promise<FastifyReply> {
  const { reply, words, speaks } = visit;
  const { prove, password, signIn } = words;
  const way = await wayOf(visit, deps);
  const digits = twoStepWords(speaks);
  const intro = { token: prove.introToken, digits: digits.prove, password: prove.intro }[way];
  const asked =
    way === 'digits'
      ? codeField(digits, 'required')
      : field(way === 'token' ? signIn.token : password, passwordInput('current-password'));
  const body = html`<p>${intro}</p>
${problemLine(problem)}<form method="post" action="/admin/prove"><input type="hidden" name="back" value="${back}">
${asked}
<button type="submit">${prove.button}</button></form>`;
  return sendPage(reply, prove.title, body, speaks);
}
