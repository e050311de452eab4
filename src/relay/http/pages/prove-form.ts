/** The form by which somebody proves that it is still them. In the middle of a deed, what was typed goes along and is sent on. */
import { type Html, html } from '../../../base/html.ts';
import type { PageLanguage } from '../../domain/account-people.ts';
import { secondFactorOf } from '../../domain/second-factor.ts';
import type { Dispatch } from '../api/call-route.ts';
import type { Caller } from '../api/route.ts';
import { codeField } from './code-field.ts';
import { field, passwordInput, problemLine } from './form.ts';
import { ownPath } from './prove-path.ts';
import { pageWords } from './texts/languages.ts';
import { twoStepWords } from './texts/two-step.ts';

/** Where the deed's form goes on to. */
export const onwards = 'prove-to';
/** Fields of the proof itself: no form of a deed has them. */
const own = ['back', 'password', 'code', onwards];

type Hidden = readonly (readonly [name: string, value: string])[];

interface Asked {
  readonly caller: Caller;
  readonly language: PageLanguage;
  readonly hidden: Hidden;
  readonly problem: string | null;
}

/** By digits where they have an app for them, which no browser fills in by itself. */
export async function proofWay(
  { account, person }: Caller,
  { store }: Pick<Dispatch, 'store'>,
): Promise<'token' | 'digits' | 'password'> {
  if (person === null) return 'token';
  const second = await secondFactorOf({ tx: store.db, account }, person);
  return second?.since == null ? 'password' : 'digits';
}

export async function proveForm(
  { caller, language, hidden, problem }: Asked,
  deps: Pick<Dispatch, 'store'>,
): Promise<Html> {
  const { prove, signIn, password } = pageWords[language];
  const digits = twoStepWords(language);
  const way = await proofWay(caller, deps);
  const intro = { token: prove.introToken, digits: digits.prove, password: prove.intro }[way];
  const asked =
    way === 'digits'
      ? codeField(digits, 'required')
      : field(way === 'token' ? signIn.token : password, passwordInput('current-password'));
  const fields = hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return html`<p>${intro}</p>
${problemLine(problem)}<form method="post" action="/admin/prove">${fields}
${asked}
<button type="submit">${prove.button}</button></form>`;
}

/** Of a form that was sent to `path`, everything that was typed in it. */
export const hiddenOf = (path: string, body: unknown): Hidden => [
  [onwards, ownPath(path)],
  ...(body instanceof URLSearchParams ? [...body].filter(([name]) => !own.includes(name)) : []),
];
