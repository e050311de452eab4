/** `/admin/people`: who looks after the account; invite somebody, change a role, shut somebody out. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { codeOf, Fault } from '../../../base/fault.ts';
import { type Html, html } from '../../../base/html.ts';
import { LastAdministrator, roles } from '../../domain/account-people.ts';
import { choice, field, fieldOf, problemLine, saidOf, seeOther } from './form.ts';
import { table } from './frame/table.ts';
import type { PageDeps } from './page-deps.ts';
import { matchOf, overtaken, versionField } from './settings/overtaken.ts';
import { type AccountVisit, instantText, mustBeAllowed, sendVisit, visited } from './signed-in-page.ts';
import type { PageWords } from './texts/page-words.ts';
import { twoStepWords } from './texts/two-step.ts';
import { visitOf } from './visit.ts';

/** More are in the API. */
const shownMax = '500';

export function peoplePages(app: FastifyInstance, deps: PageDeps): void {
  const { people } = deps;
  app.get(
    '/admin/people',
    visited(deps, visit => sendList(visit, deps)),
  );
  app.get(
    '/admin/people/invite',
    visited(deps, visit => {
      mustBeAllowed(visit, people.invitePerson, deps);
      return sendInvitation(visit, null);
    }),
  );
  app.post(
    '/admin/people/invite',
    visited(deps, visit => invited(visit, deps)),
  );
  app.get(
    '/admin/people/:id',
    visited(deps, visit => sendPerson(visit, deps, nothingSaid)),
  );
  app.post(
    '/admin/people/:id',
    visited(deps, visit => changed(visit, deps)),
  );
  lettingIn(app, deps);
}

/** Forms below a person: a link for another password, and the second step taken off. */
function lettingIn(app: FastifyInstance, deps: PageDeps): void {
  const { callRoute, people } = deps;
  const back = (request: FastifyRequest): string => `/admin/people/${idOf(request)}`;
  app.post(
    '/admin/people/:id/link',
    visited(
      deps,
      async visit => {
        const { caller, request, words } = visit;
        const body = { mail: fieldOf(request, 'mail') !== '' };
        const raw = { params: { id: idOf(request) }, body };
        return await orSaid(visit, deps, async () =>
          sendLink(visit, await callRoute(people.makePersonLink, caller, raw), words.people.linkTitle),
        );
      },
      back,
    ),
  );
  app.post(
    '/admin/people/:id/two-step-off',
    visited(
      deps,
      async visit => {
        const raw = { params: { id: idOf(visit.request) } };
        return await orSaid(visit, deps, async () => {
          await callRoute(people.endTwoStep, visit.caller, raw);
          return seeOther(visit.reply, back(visit.request));
        });
      },
      back,
    ),
  );
}

const idOf = ({ params }: FastifyRequest): string => (params as { readonly id: string }).id;

async function sendList(visit: AccountVisit, { callRoute, people }: PageDeps): Promise<FastifyReply> {
  const { caller, words } = visit;
  const { items } = await callRoute(people.listPeople, caller, { query: { limit: shownMax } });
  const mayChange = caller.scopes.has('people:write');
  const twoStep = twoStepWords(visit.speaks);
  const list = table<(typeof items)[number]>({
    caption: words.people.title,
    columns: [
      {
        label: words.name,
        cell: ({ id, name }) =>
          mayChange ? html`<a href="/admin/people/${id}"><bdi>${name}</bdi></a>` : html`<bdi>${name}</bdi>`,
      },
      { label: words.email, cell: ({ email }) => html`<bdi>${email}</bdi>` },
      { label: words.role, cell: ({ role }) => words.roles[role] },
      { label: words.people.state, cell: ({ state }) => words.states[state] },
      { label: twoStep.column, cell: row => (row.twoStep ? twoStep.yes : twoStep.no) },
      { label: words.people.seen, cell: ({ seen }) => (seen === null ? words.never : instantText(seen)) },
    ],
    rows: items,
  });
  const invite = html`<p><a class="button" href="/admin/people/invite">${words.people.invite}</a></p>`;
  return sendVisit(visit, words.people.title, html`${list}${mayChange ? invite : null}`);
}

const roleField = (words: PageWords, chosen: string): Html =>
  html`${field(
    words.role,
    choice(
      'role',
      roles.map(each => [each, words.roles[each]] as const),
      chosen,
    ),
  )}<ul>${roles.map(each => html`<li>${words.roles[each]}: ${words.roleMeans[each]}</li>`)}</ul>`;

const mailBox = ({ people }: PageWords): Html =>
  html`<p><label><input type="checkbox" name="mail" value="yes" checked> ${people.mail}</label></p>`;

function sendInvitation(visit: AccountVisit, problem: string | null): FastifyReply {
  const { request, speaks, words } = visit;
  const typed = (name: string, other = ''): string => fieldOf(request, name) || other;
  const { people, languages } = words;
  return sendVisit(
    visit,
    people.inviteTitle,
    html`<p>${people.inviteHint}</p>${problemLine(problem)}<form method="post" class="sheet" action="/admin/people/invite">
${field(words.name, html`<input name="name" type="text" value="${typed('name')}" maxlength="100" autocomplete="off" required>`)}
${field(words.email, html`<input type="email" name="email" value="${typed('email')}" autocomplete="off" required>`)}
${roleField(words, typed('role', 'operator'))}
${field(words.language, choice('language', Object.entries(languages), typed('language', speaks)))}
${mailBox(words)}<button type="submit">${people.inviteButton}</button></form>`,
  );
}

async function invited(visit: AccountVisit, { callRoute, people }: PageDeps): Promise<FastifyReply> {
  const { caller, request, reply, words } = visit;
  const given = (name: string): string => fieldOf(request, name);
  const body = {
    ...{ name: given('name'), email: given('email'), role: given('role'), language: given('language') },
    mail: given('mail') !== '',
  };
  try {
    return sendLink(visit, await callRoute(people.invitePerson, caller, { body }), body.name);
  } catch (error) {
    const said = isConflict(error) ? words.mailTaken : saidOf(error, words);
    reply.status(400);
    return sendInvitation(visit, said);
  }
}

interface MadeLink {
  readonly link: string;
  readonly linkExpires: string;
  readonly mailed: boolean;
}

function sendLink(visit: AccountVisit, { link, linkExpires, mailed }: MadeLink, title: string): FastifyReply {
  const { people, until, back } = visit.words;
  return sendVisit(
    visit,
    title,
    html`<h2>${people.linkTitle}</h2><p><code>${link}</code></p>
<p>${people.linkOnce} ${until(instantText(linkExpires))} ${mailed ? people.linkMailed : people.linkByHand}</p>
<p><a href="/admin/people">${back}</a></p>`,
  );
}

async function sendPerson(
  visit: AccountVisit,
  deps: PageDeps,
  { problem, isLate }: Said,
): Promise<FastifyReply> {
  const { caller, request, words } = visit;
  mustBeAllowed(visit, deps.people.changePerson, deps);
  const params = { id: idOf(request) };
  const one = await deps.callRoute(deps.people.getPerson, caller, { params });
  const { id, name, email, role, language, state, twoStep } = one;
  const value = (member: Told, known: string): string => (isLate ? fieldOf(request, member) : known);
  const both = isLate ? await bothOf(visit, deps, one) : null;
  const { people } = words;
  const link = html`<h2>${people.linkTitle}</h2><p>${people.linkHint}</p>
<form method="post" class="sheet" action="/admin/people/${id}/link">${mailBox(words)}<button type="submit">${people.linkButton}</button></form>`;
  const isOff = state === 'disabled';
  const { offOther, offOtherHint } = twoStepWords(visit.speaks);
  const second = html`<h2>${offOther}</h2><p>${offOtherHint}</p>
<form method="post" class="sheet" action="/admin/people/${id}/two-step-off"><button type="submit">${offOther}</button></form>`;
  return sendVisit(
    visit,
    name,
    html`<p>${email}, ${words.states[state]}</p>${problemLine(problem)}${both}
<form method="post" class="sheet" action="/admin/people/${id}">${versionField([name, role, language])}
${field(words.name, html`<input name="name" type="text" value="${value('name', name)}" maxlength="100" autocomplete="off" required>`)}
${roleField(words, value('role', role))}
${field(words.language, choice('language', Object.entries(words.languages), value('language', language)))}
<button type="submit">${words.save}</button></form>${isOff ? null : link}${twoStep ? second : null}
<h2>${isOff ? people.enable : people.disable}</h2>${isOff ? null : html`<p>${people.disableHint}</p>`}
<form method="post" class="sheet" action="/admin/people/${id}"><input type="hidden" name="disabled" value="${isOff ? 'no' : 'yes'}">
<button type="submit">${isOff ? people.enable : people.disable}</button></form><p><a href="/admin/people">${words.back}</a></p>`,
  );
}

type Told = 'name' | 'role' | 'language';

/** Said of a form that was sent; late is one that somebody else was faster than. */
interface Said {
  readonly problem: string | null;
  readonly isLate: boolean;
}
const nothingSaid: Said = { problem: null, isLate: false };

async function bothOf(
  { request, words }: AccountVisit,
  deps: PageDeps,
  { id, name, role, language }: { readonly id: string } & Readonly<Record<Told, string>>,
): Promise<Html | null> {
  const visit = await visitOf(request, deps);
  if (visit === null) return null;
  const called = (names: Readonly<Record<string, string>>, word: string): string => names[word] ?? word;
  const typed = (member: Told): string => fieldOf(request, member);
  return await overtaken(visit, id, [
    { label: words.name, now: name, typed: typed('name') },
    { label: words.role, now: called(words.roles, role), typed: called(words.roles, typed('role')) },
    {
      label: words.language,
      ...{ now: called(words.languages, language), typed: called(words.languages, typed('language')) },
    },
  ]);
}

/** One of the page's two forms: what it does not have stays as it is. */
async function changed(visit: AccountVisit, deps: PageDeps): Promise<FastifyReply> {
  const { caller, request, reply } = visit;
  const given = ['name', 'role', 'language'].map(name => [name, fieldOf(request, name)] as const);
  const disabled = fieldOf(request, 'disabled');
  const body = {
    ...Object.fromEntries(given.filter(([, value]) => value !== '')),
    ...(disabled === '' ? {} : { disabled: disabled === 'yes' }),
  };
  return await orSaid(visit, deps, async () => {
    const raw = { params: { id: idOf(request) }, body, match: matchOf(request) };
    await deps.callRoute(deps.people.changePerson, caller, raw);
    return seeOther(reply, '/admin/people');
  });
}

/** The page of the person once more where something can be mended. */
async function orSaid(
  visit: AccountVisit,
  deps: PageDeps,
  act: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await act();
  } catch (error) {
    if (isConflict(error) && !(error instanceof LastAdministrator)) throw mayNot();
    if (codeOf(error) === 'not-as-read')
      return await sendPerson(visit, deps, { problem: null, isLate: true });
    const problem = saidOf(error, visit.words);
    visit.reply.status(400);
    return await sendPerson(visit, deps, { problem, isLate: false });
  }
}

const isConflict = (error: unknown): boolean => error instanceof Fault && error.code === 'conflict';

/** Of somebody who may do more than the reader. */
const mayNot = (): Fault =>
  new Fault('forbidden', 'this person may do more than you', 'Ask an administrator.');
