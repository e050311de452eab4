/** The password once more, before something is done that concerns who is let in; then back to where somebody was. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Secret } from '../../../base/secret.ts';
import { personRow } from '../../domain/account-people.ts';
import { noteWrongSecond, useSecondFactor } from '../../domain/second-factor.ts';
import { proveSession } from '../../domain/sessions.ts';
import { requestOrigin } from '../request-origin.ts';
import type { SignInTries } from '../sign-in-tries.ts';
import { fieldOf, seeOther, sendPage, sendTooMany } from './form.ts';
import { inAccount } from './in-account.ts';
import type { PageDeps } from './page-deps.ts';
import { hiddenOf, onwards, proofWay, proveForm } from './prove-form.ts';
import { ownPath } from './prove-path.ts';
import { callerWith } from './sign-in.ts';
import { type AccountVisit, visited } from './signed-in-page.ts';

export function provePages(app: FastifyInstance, deps: PageDeps, tries: SignInTries): void {
  app.get(
    '/admin/prove',
    visited(deps, visit => sendForm(visit, deps, backOf(visit.request))),
  );
  app.post(
    '/admin/prove',
    visited(deps, async visit => {
      const { request, reply, caller, session, words } = visit;
      const origin = requestOrigin(request);
      const waitMs = tries.take(origin, caller.who);
      if (waitMs > 0) return sendTooMany(request, reply, waitMs);
      const back = ownPath(fieldOf(request, 'back'));
      const to = fieldOf(request, onwards);
      if (!(await isProved(deps, visit))) {
        reply.status(403);
        const hidden = to === '' ? ([['back', back]] as const) : hiddenOf(to, request.body);
        return sendProof(visit, deps, hidden, words.prove.wrong);
      }
      tries.right(origin, caller.who);
      await inAccount(deps, caller, context => proveSession(context, session.id));
      // The browser sends the same form once more, to where it was meant for.
      return to === '' ? seeOther(reply, back) : reply.redirect(ownPath(to), 307);
    }),
  );
}

const backOf = ({ query }: FastifyRequest): string => {
  const { back } = query as { readonly back?: unknown };
  return ownPath(typeof back === 'string' ? back : '');
};

async function isProved(deps: PageDeps, visit: AccountVisit): Promise<boolean> {
  const { request, caller, session } = visit;
  const given = fieldOf(request, 'password');
  if (session.person === null) return (await callerWith(deps, given))?.who === session.token;
  const { person } = session;
  if ((await proofWay(caller, deps)) === 'digits') {
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

const sendForm = (visit: AccountVisit, deps: PageDeps, back: string): Promise<FastifyReply> =>
  sendProof(visit, deps, [['back', back]], null);

async function sendProof(
  { reply, words, speaks, caller }: AccountVisit,
  deps: PageDeps,
  hidden: ReturnType<typeof hiddenOf>,
  problem: string | null,
): Promise<FastifyReply> {
  const body = await proveForm({ caller, language: speaks, hidden, problem }, deps);
  return sendPage(reply, words.prove.title, body, speaks);
}
