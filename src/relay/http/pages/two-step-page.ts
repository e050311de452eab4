/** `/admin/two-step`: whoever is signed in sets up an app that shows digits, makes recovery codes anew, or takes it off. */
import type { FastifyRequest } from 'fastify';
import { codeOf } from '../../../base/fault.ts';
import { type Html, html } from '../../../base/html.ts';
import { personRow } from '../../domain/account-people.ts';
import { accountView } from '../../domain/accounts.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  freshRecoveryCodes,
  removeSecondFactor,
  secondFactorOf,
  secretBegun,
} from '../../domain/second-factor.ts';
import { totpAddress } from '../../secrets/totp.ts';
import { mustBeProved } from '../api/call-route.ts';
import { codeField } from './code-field.ts';
import { fieldOf, problemLine } from './form.ts';
import { qr } from './frame/qr.ts';
import { first } from './frame/states.ts';
import { when } from './frame/when.ts';
import type { FramedDeed, FramedPage, Shown } from './framed.ts';
import { inAccount } from './in-account.ts';
import type { PageDeps } from './page-deps.ts';
import { type TwoStepWords, twoStepWords } from './texts/two-step.ts';
import type { Visit } from './visit.ts';

const path = '/admin/two-step';
const place = { path, here: 'settings', scope: null } as const;
/** So few recovery codes are soon none. */
const few = 3;

export const twoStepPage: FramedPage = {
  ...place,
  title: ({ frame }) => frame.twoStep,
  show: visit => shown(visit, null),
};

const deedNames = ['begin', 'confirm', 'fresh', 'off'] as const;
type Deed = (typeof deedNames)[number];

const button = (deed: Deed, label: string, look = ''): Html =>
  html`<button type="submit" name="deed" value="${deed}" class="${look}">${label}</button>`;

async function shown(visit: Visit, problem: string | null): Promise<Shown> {
  const { caller, context, viewer } = visit;
  const words = twoStepWords(viewer.language);
  if (caller.person === null) return { body: first(words.title, words.byToken, null) };
  const factor = await secondFactorOf(context, caller.person);
  if (factor === null)
    return { body: form(words.begin, html`<p>${words.whyOff}</p>`, button('begin', words.begin, 'main')) };
  if (factor.since === null) return { body: await settingUp(visit, caller.person, problem) };
  const left = html`${words.left(factor.left)}${factor.left <= few ? html` <strong class="warn">${words.few}</strong>` : null}`;
  return {
    lead: html`${words.on} ${when(factor.since, visit.clock)}. ${left}`,
    body: html`${form(words.fresh, html`<p>${words.freshHint}</p>`, button('fresh', words.fresh))}
${form(words.off, html`<p>${words.offHint}</p>`, button('off', words.off, 'danger'))}`,
  };
}

const form = (title: string, body: Html, buttons: Html): Html =>
  html`<form method="post" class="sheet" action="${path}"><h2>${title}</h2>${body}<p class="buttons">${buttons}</p></form>`;

async function settingUp(visit: Visit, person: string, problem: string | null): Promise<Html> {
  const { caller, context, viewer } = visit;
  const words = twoStepWords(viewer.language);
  // Whoever sees the secret can sign in by it for ever.
  mustBeProved({ isSensitive: true }, caller, context.now);
  const secret = (await secretBegun(context, person)) ?? '';
  const [{ email }, account] = [await personRow(context, person), await accountView(context)];
  const address = totpAddress(secret, `SmartBox ${account.name}`, email);
  const groups = secret.match(/.{4}/g)?.join(' ') ?? '';
  const again = html`<form method="post" action="${path}"><p class="buttons">${button('begin', words.again)} ${button('off', visit.texts.states.back)}</p></form>`;
  const body = html`<p>${qr(address, words.picture)}</p><p>${words.orType}<br><code class="secret">${groups}</code></p>
<p>${words.thenType}</p>${problemLine(problem)}${codeField(words, 'first')}`;
  return html`${form(words.scan, body, button('confirm', words.confirm, 'main'))}${again}`;
}

export const twoStepDeed = (deps: PageDeps): FramedDeed => ({
  ...place,
  title: ({ frame }) => frame.twoStep,
  act: async (visit, request) => {
    const { caller, context, viewer } = visit;
    const { person } = caller;
    if (person === null) return path;
    mustBeProved({ isSensitive: true }, caller, context.now);
    const words = twoStepWords(viewer.language);
    const codes = await inAccount(deps, caller, own => done(own, person, request)).catch(sentTwice);
    if (codes === 'wrong') return await shown(visit, words.wrong);
    return codes === null ? path : { title: words.codesTitle, body: codeList(codes, words) };
  },
});

/** By a double click, or from a page of before: what was wanted is so, and the page says how it stands. */
function sentTwice(error: unknown): null {
  if (codeOf(error) === 'not-found' || codeOf(error) === 'conflict') return null;
  throw error;
}

/** Recovery codes, where these were made. */
async function done(
  context: Parameters<typeof beginSecondFactor>[0],
  person: string,
  request: FastifyRequest,
): Promise<readonly string[] | 'wrong' | null> {
  const typed = fieldOf(request, 'deed');
  const deed = deedNames.find(each => each === typed);
  switch (deed) {
    case 'begin':
      await beginSecondFactor(context, person);
      return null;
    case 'confirm':
      return (await confirmSecondFactor(context, person, fieldOf(request, 'code'))) ?? 'wrong';
    case 'fresh':
      return await freshRecoveryCodes(context, person);
    case 'off':
      await removeSecondFactor(context, person);
      return null;
    case undefined:
      return null;
  }
}

const codeList = (codes: readonly string[], { codesHint, done: label }: TwoStepWords): Html =>
  html`<section class="sheet"><p>${codesHint}</p><ul class="recovery">${codes.map(code => html`<li><code>${code}</code></li>`)}</ul>
<p class="buttons"><a class="button main" href="${path}">${label}</a></p></section>`;
