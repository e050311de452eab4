/**
 * The first start's link: whoever opens it becomes the first person. Looking at it does nothing, so that no preview of a chat burns
 * it; the button does, and only with a form that is right.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Html, html } from '../../../base/html.ts';
import { readRegion } from '../../../base/phone-number.ts';
import { Secret } from '../../../base/secret.ts';
import { readTimeZone, zonesOf } from '../../../base/time-zone.ts';
import {
  checkedPerson,
  createPerson,
  type NewPerson,
  type PageLanguage,
} from '../../domain/account-people.ts';
import { firstAccount } from '../../domain/accounts.ts';
import { badInput } from '../../domain/faults.ts';
import { newSession } from '../../domain/sessions.ts';
import { scopesOfRole } from '../api/roles.ts';
import type { Caller } from '../api/route.ts';
import { Limits } from '../limits.ts';
import { requestOrigin } from '../request-origin.ts';
import { browserName } from './browser-name.ts';
import { doRoute } from './deed.ts';
import { isFirstLink, useFirstLink } from './first-admin.ts';
import {
  choice,
  field,
  fieldOf,
  mustBeOwn,
  passwordInput,
  problemLine,
  saidOf,
  seeOther,
  sendPage,
  sendTooMany,
} from './form.ts';
import { inAccount } from './in-account.ts';
import type { PageDeps } from './page-deps.ts';
import { letIn } from './session.ts';
import { regionOptions, zoneOptions } from './settings/choices.ts';
import { languageAsked, languageOr, pageWords } from './texts/languages.ts';

const tries = { burst: 20, perMinute: 20 };
const addressesMax = 1_000;

interface Params {
  readonly secret: string;
}

export function firstPages(app: FastifyInstance, deps: PageDeps): void {
  const limits = new Limits(tries, addressesMax, () => Number(deps.time.mono()));
  app.get('/admin/first/:secret', (request, reply) => {
    const language = languageAsked(request);
    return sendForm(reply, language, { name: '', email: '', language, ...placeAsked(request) }, null);
  });
  app.post<{ Params: Params }>('/admin/first/:secret', async (request, reply) => {
    mustBeOwn(request);
    const waitMs = limits.take(requestOrigin(request));
    if (waitMs > 0) return sendTooMany(request, reply, waitMs);
    const language = languageAsked(request);
    const typed = typedIn(request, language);
    const { secret } = request.params;
    // Nothing slow is done for whoever has no link.
    if (!(await isFirstLink(deps.store.db, secret, deps.time.wall()))) return sendGone(reply, language);
    try {
      const place = placeIn(typed);
      const begun = await firstPerson(deps, secret, typed, request);
      if (begun === null) return sendGone(reply, language);
      await settle(deps, begun.id, typed, place);
      return seeOther(letIn(reply, begun.session, deps));
    } catch (error) {
      return sendForm(reply.status(400), language, typed, saidOf(error, pageWords[language]));
    }
  });
}

/** The country and the zone are those of the account: empty, they stay as they are. */
interface Typed extends NewPerson {
  readonly region: string;
  readonly zone: string;
}

const typedIn = (request: FastifyRequest, language: PageLanguage): Typed => ({
  name: fieldOf(request, 'name'),
  email: fieldOf(request, 'email'),
  role: 'administrator',
  language: languageOr(fieldOf(request, 'language'), language),
  region: fieldOf(request, 'region'),
  zone: fieldOf(request, 'zone'),
});

/** A browser that speaks `nl-BE` is in Belgium, most likely: the form shows it, to be changed. */
function placeAsked({ headers }: FastifyRequest): Pick<Typed, 'region' | 'zone'> {
  const [, country = ''] = /^[a-z]{2,3}-([A-Z]{2})\b/.exec(headers['accept-language'] ?? '') ?? [];
  const region = readRegion(country) ?? '';
  return { region, zone: region === '' ? '' : (zonesOf(region)[0] ?? '') };
}

interface Place {
  readonly region?: string;
  readonly timezone?: string;
}

/** @throws Fault `bad-input` */
function placeIn({ region, zone }: Typed): Place {
  if (region !== '' && readRegion(region) === null)
    throw badInput('region', 'is no country', 'Choose one of the list.');
  if (zone !== '' && readTimeZone(zone) === null)
    throw badInput('zone', 'is no time zone', 'Choose one of the list.');
  return { ...(region === '' ? {} : { region }), ...(zone === '' ? {} : { timezone: zone }) };
}

/** The language of the first person is that of the account's messages, until somebody says otherwise. */
async function settle(
  deps: PageDeps,
  id: string,
  { name, language }: Typed,
  { region, timezone }: Place,
): Promise<void> {
  const caller: Caller = {
    ...{ account: firstAccount, who: id, name, person: id },
    ...{ scopes: new Set(scopesOfRole('administrator')), provedMs: deps.time.wall() },
  };
  const settings = { notify: { language }, ...(timezone === undefined ? {} : { timezone }) };
  const body = { settings, ...(region === undefined ? {} : { region }) };
  await doRoute('changeSettings', caller, { body }, deps);
}

/** Their id, and the secret of their session; null: somebody was there first. */
async function firstPerson(
  deps: PageDeps,
  link: string,
  typed: NewPerson,
  request: FastifyRequest,
): Promise<{ readonly id: string; readonly session: string } | null> {
  const person = checkedPerson(typed);
  const password = new Secret(fieldOf(request, 'password'));
  const hash = await deps.passwords.hash(firstAccount, password, [person.name, person.email]);
  const agent = browserName(request.headers['user-agent']);
  return await inAccount(deps, { account: firstAccount, who: 'first link' }, async context => {
    if (!(await useFirstLink(context.tx, link, context.now))) return null;
    const { id } = await createPerson(context, person, hash);
    const session = await newSession({ ...context, who: id }, { person: id, token: null, agent });
    return { id, session };
  });
}

function sendForm(
  reply: FastifyReply,
  language: PageLanguage,
  typed: Pick<Typed, 'name' | 'email' | 'language' | 'region' | 'zone'>,
  problem: string | null,
): FastifyReply {
  const words = pageWords[language];
  const { first, languages } = words;
  const later = ['', first.later] as const;
  const body: Html = html`<p>${first.intro}</p>${problemLine(problem)}
<form method="post">
${field(words.name, html`<input type="text" name="name" autocomplete="name" value="${typed.name}" maxlength="100" required>`)}
${field(words.email, html`<input type="email" name="email" autocomplete="username" value="${typed.email}" required>`)}
${field(words.newPassword, passwordInput('new-password'), words.passwordRule)}
${field(words.language, choice('language', Object.entries(languages), typed.language))}
${field(first.country, choice('region', [later, ...regionOptions(language)], typed.region), first.countryHint)}
${field(first.zone, choice('zone', [later, ...zoneOptions()], typed.zone), first.zoneHint)}
<button type="submit">${first.button}</button></form>`;
  return sendPage(reply, first.title, body, language);
}

function sendGone(reply: FastifyReply, language: PageLanguage): FastifyReply {
  const { first, signIn } = pageWords[language];
  const body = html`<p>${first.goneHint}</p><p><a href="/admin/sign-in">${signIn.title}</a></p>`;
  return sendPage(reply.status(410), first.gone, body, language);
}
