/** Sign in by mail and password, or by a token; sign out. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../../base/fault.ts';
import { type Html, html } from '../../../base/html.ts';
import { readMail } from '../../../base/mail-address.ts';
import { Secret } from '../../../base/secret.ts';
import { peopleWithAddress, personRow } from '../../domain/account-people.ts';
import { noteWrongSecond, proofIn, useSecondFactor } from '../../domain/second-factor.ts';
import { newSession, signOut } from '../../domain/sessions.ts';
import type { PersonTable } from '../../store/tables-people.ts';
import { callerOf } from '../api/callers.ts';
import type { Caller } from '../api/route.ts';
import { readToken } from '../api/token.ts';
import { requestOrigin } from '../request-origin.ts';
import type { SignInTries } from '../sign-in-tries.ts';
import { browserName } from './browser-name.ts';
import { codeField } from './code-field.ts';
import {
  field,
  fieldOf,
  mustBeOwn,
  passwordInput,
  problemLine,
  seeOther,
  sendPage,
  sendTooMany,
} from './form.ts';
import { inAccount } from './in-account.ts';
import type { PageDeps } from './page-deps.ts';
import { forget, letIn, signedIn } from './session.ts';
import { languageAsked, pageWords } from './texts/languages.ts';
import type { PageWords } from './texts/page-words.ts';
import { twoStepWords } from './texts/two-step.ts';

export function signInPages(app: FastifyInstance, deps: PageDeps, tries: SignInTries): void {
  app.get('/admin/sign-in', async (request, reply) =>
    (await signedIn(request, deps)) === null ? sendSignIn(request, reply) : seeOther(reply),
  );
  app.post('/admin/sign-in', async (request, reply) => {
    mustBeOwn(request);
    const typed = fieldOf(request, 'email');
    const [origin, mail] = [requestOrigin(request), addressOf(typed)];
    const waitMs = tries.take(origin, mail);
    if (waitMs > 0) return sendTooMany(request, reply, waitMs);
    const person = await personWith(deps, {
      origin,
      mail,
      password: new Secret(fieldOf(request, 'password')),
    });
    const secret =
      person === null || !(await isSecondRight(deps, person, request))
        ? null
        : await begin(deps, person, request);
    if (secret === null) return sendSignIn(request, reply.status(403), { wrong: 'person', typed });
    tries.right(origin, mail);
    return seeOther(letIn(reply, secret, deps));
  });
  app.post('/admin/login', async (request, reply) => {
    mustBeOwn(request);
    const [origin, text] = [requestOrigin(request), fieldOf(request, 'token')];
    const tried = readToken(text)?.id ?? origin;
    const waitMs = tries.take(origin, tried);
    if (waitMs > 0) return sendTooMany(request, reply, waitMs);
    const caller = await callerWith(deps, text);
    if (caller === null) return sendSignIn(request, reply.status(403), { wrong: 'token', typed: '' });
    tries.right(origin, tried);
    const { account, who } = caller;
    const session = { person: null, token: who, agent: browserName(request.headers['user-agent']) };
    const secret = await inAccount(deps, { account, who }, context => newSession(context, session));
    return seeOther(letIn(reply, secret, deps));
  });
  app.post('/admin/sign-out', async (request, reply) => {
    mustBeOwn(request);
    const here = await signedIn(request, deps);
    if (here !== null) await inAccount(deps, here.caller, context => signOut(context, here.session));
    return seeOther(forget(reply, deps), '/admin/sign-in');
  });
  // Where a browser is left after a form, or led by a slash too many.
  for (const path of ['/admin/', '/admin/login', '/admin/logout', '/admin/sign-out'])
    app.get(path, (_request, reply) => seeOther(reply));
}

/** As it is kept; what is no address is nobody's. */
export function addressOf(typed: string): string {
  const reading = readMail(typed);
  return reading.is === 'read' ? reading.address : typed.slice(0, 320);
}

interface Attempt {
  readonly origin: string;
  readonly mail: string;
  readonly password: Secret;
}

/**
 * Null: nobody who may come in has both. An address that nobody has takes as long as a wrong password; whoever asks waits in the
 * turn of their own address, since in that of an account they would wait longer where there is one.
 */
async function personWith(
  { store, passwords }: Pick<PageDeps, 'store' | 'passwords'>,
  { origin, mail, password }: Attempt,
): Promise<PersonTable | null> {
  const people = await peopleWithAddress(store.db, mail);
  const chosen = people.filter(each => each.password !== null);
  if (chosen.length === 0) await passwords.matches(origin, password, null);
  for (const person of chosen) if (await passwords.matches(origin, password, person.password)) return person;
  return null;
}

/** Before anything is written: how long it takes must not tell a right password from a wrong one. */
async function isSecondRight(
  { store, atRest, time }: PageDeps,
  { id, account }: PersonTable,
  request: FastifyRequest,
): Promise<boolean> {
  const reading = { tx: store.db, account, atRest, now: time.wall() };
  if ((await proofIn(reading, id, fieldOf(request, 'code'))) !== null) return true;
  store.write(tx => noteWrongSecond({ tx }, id)).catch(() => {});
  return false;
}

/** Null: meanwhile they were disabled, have another password, or somebody has used the digits. */
async function begin(
  deps: PageDeps,
  { id, account, password }: PersonTable,
  request: FastifyRequest,
): Promise<string | null> {
  const agent = browserName(request.headers['user-agent']);
  return await inAccount(deps, { account, who: id }, async context => {
    const now = await personRow(context, id);
    if (now.disabled !== null || now.password !== password) return null;
    if (!(await useSecondFactor(context, id, fieldOf(request, 'code')))) return null;
    return await newSession(context, { person: id, token: null, agent });
  });
}

/** Null: there is no such token, or it was revoked. */
export async function callerWith({ store, time }: PageDeps, text: string): Promise<Caller | null> {
  const token = readToken(text);
  try {
    return token === null ? null : await callerOf(store, token, time.wall());
  } catch (error) {
    if (error instanceof Fault && error.code === 'unauthorised') return null;
    throw error;
  }
}

interface Wrong {
  readonly wrong: 'person' | 'token';
  readonly typed: string;
}

function sendSignIn(request: FastifyRequest, reply: FastifyReply, wrong: Wrong | null = null): FastifyReply {
  const language = languageAsked(request);
  const words = pageWords[language];
  const code = codeField(twoStepWords(language), 'optional');
  return sendPage(reply, words.signIn.title, signInForms(words, code, wrong), language);
}

const signInForms = ({ email, password, signIn: said }: PageWords, code: Html, wrong: Wrong | null): Html =>
  html`${problemLine(wrong?.wrong === 'person' ? said.wrong : null)}
<form method="post" action="/admin/sign-in">
${field(email, html`<input type="email" name="email" autocomplete="username" value="${wrong?.typed ?? ''}" required>`)}
${field(password, passwordInput('current-password'))}
${code}
<button type="submit" class="main">${said.button}</button></form>
<p><a href="/admin/lost">${said.lost}</a></p>
<h2>${said.tokenTitle}</h2>
${problemLine(wrong?.wrong === 'token' ? said.wrongToken : null)}
<form method="post" action="/admin/login"><p>${said.tokenHint}</p>
${field(said.token, html`<input type="password" name="token" autocomplete="current-password" required>`)}
<button type="submit">${said.tokenButton}</button></form>`;
