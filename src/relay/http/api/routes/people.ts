import * as v from 'valibot';
import {
  changePerson,
  createPerson,
  listPeople,
  pageLanguages,
  personRow,
  roles,
} from '../../../domain/account-people.ts';
import type { Context } from '../../../domain/context.ts';
import { newPersonLink } from '../../../domain/person-links.ts';
import { removeSecondFactor, withSecondFactor } from '../../../domain/second-factor.ts';
import { endSession, endSessions, listSessions, type Session } from '../../../domain/sessions.ts';
import type { PersonLinkTable, PersonTable } from '../../../store/tables-people.ts';
import { pageAsked, pageShown } from '../paging.ts';
import { mustBeAbove, mustCover, scopesOfRole } from '../roles.ts';
import { type Caller, type ReadContext, reads, writes } from '../route.ts';
import { at, atOrNull, atText, byId, email, id, line, pageOf, pageQuery } from '../schemas/parts.ts';

/** The mail with a person's link. */
interface LinkLetter {
  readonly kind: PersonLinkTable['kind'];
  readonly to: string;
  readonly language: PersonTable['language'];
  readonly link: string;
  readonly expires: number;
}

/** Mail to people of an account, by whoever sends it. */
interface LinkMail {
  /** In the transaction that makes the link. */
  readonly queue: (context: Context, letter: LinkLetter) => Promise<void>;
  /** Once that is committed. */
  readonly nudge: () => void;
}

export interface PeopleDeps {
  /** Where the pages are found. */
  readonly pagesUrl: () => string;
  /** Null: relay.yaml has no section for it. */
  readonly mail: LinkMail | null;
}

const role = v.picklist(roles);
const language = v.picklist(pageLanguages);

const person = v.object({
  id: v.string(),
  name: v.string(),
  email: v.string(),
  role,
  language,
  /** Who is invited has chosen no password yet. */
  state: v.picklist(['invited', 'active', 'disabled']),
  created: at,
  /** When they were last here, to some minutes. */
  seen: v.nullable(at),
  /** Digits of an app are asked for beside the password. */
  twoStep: v.boolean(),
});

const linkMembers = {
  /** By it a password is chosen, once; it is not shown again. */
  link: v.string(),
  linkExpires: at,
  /** A mail with it waits to be sent. */
  mailed: v.boolean(),
};

const newPerson = v.strictObject({
  name: line(100),
  email,
  role,
  language: v.optional(language, 'en'),
  /** False: nothing is sent, and whoever invites hands the link over. */
  mail: v.optional(v.boolean(), true),
});

/** By these a person is changed; when they were here is no change. */
const personVersion = ['name', 'role', 'language'] as const;

const patch = v.strictObject({
  name: v.optional(line(100)),
  role: v.optional(role),
  language: v.optional(language),
  /** True: signed out everywhere at once, and let in no more. */
  disabled: v.optional(v.boolean()),
});

const session = v.object({
  id: v.string(),
  /** As the browser calls itself, shortened. */
  agent: v.string(),
  ...{ created: at, used: at },
});

const stateOf = ({ disabled, password }: PersonTable): 'invited' | 'active' | 'disabled' =>
  disabled !== null ? 'disabled' : password === null ? 'invited' : 'active';

const item = (row: PersonTable, twoStep: boolean): v.InferInput<typeof person> => ({
  ...{ id: row.id, name: row.name, email: row.email, role: row.role, language: row.language },
  ...{ state: stateOf(row), created: atText(row.created), seen: atOrNull(row.seen) },
  twoStep,
});

async function shown(context: ReadContext, row: PersonTable): Promise<v.InferInput<typeof person>> {
  return item(row, (await withSecondFactor(context, [row.id])).has(row.id));
}

const sessionItem = (row: Session): v.InferInput<typeof session> => ({
  ...{ id: row.id, agent: row.agent, created: atText(row.created), used: atText(row.used) },
});

/** A fresh link of a person, mailed where that is wanted and can be. */
export async function linkFor(context: Context, row: PersonTable, { pagesUrl, mail }: PeopleDeps) {
  const { secret, kind, expires } = await newPersonLink(context, row);
  const link = `${pagesUrl()}/admin/in/${secret}`;
  await mail?.queue(context, { kind, to: row.email, language: row.language, link, expires });
  return { link, linkExpires: atText(expires), mailed: mail !== null };
}

const oneSession = v.strictObject({ id, session: id });

/** Of somebody in the caller's account whom they may change. */
async function changeable(context: ReadContext, caller: Caller, who: string): Promise<PersonTable> {
  const row = await personRow(context, who);
  if (caller.person !== who) mustBeAbove(caller, row.role);
  return row;
}

function readingRoutes() {
  const listed = reads({
    method: 'GET',
    path: '/people',
    name: 'listPeople',
    summary: 'Who looks after the account, and as what',
    scope: 'people:read',
    query: v.strictObject(pageQuery),
    status: 200,
    answer: pageOf(person),
    read: async (context, { query }) => {
      const rows = await listPeople(context, pageAsked(query));
      const ids = rows.map(({ id: each }) => each);
      const twoStep = await withSecondFactor(context, ids);
      return pageShown(rows, query, row => item(row, twoStep.has(row.id)));
    },
  });
  const one = reads({
    method: 'GET',
    path: '/people/:id',
    name: 'getPerson',
    summary: 'One person who looks after the account',
    scope: 'people:read',
    isOpenToSelf: true,
    params: byId,
    status: 200,
    answer: person,
    isVersioned: true,
    versionMembers: personVersion,
    read: async (context, { params }) => await shown(context, await personRow(context, params.id)),
  });
  const sessions = reads({
    method: 'GET',
    path: '/people/:id/sessions',
    name: 'listSessions',
    summary: 'The browsers in which a person is signed in, the latest first',
    scope: 'people:read',
    isOpenToSelf: true,
    params: byId,
    status: 200,
    answer: v.object({ items: v.array(session) }),
    read: async (context, { params }) => {
      await personRow(context, params.id);
      return { items: (await listSessions(context, params.id, context.now)).map(sessionItem) };
    },
  });
  return { listPeople: listed, getPerson: one, listSessions: sessions };
}

function changingRoutes(deps: PeopleDeps) {
  const invite = writes({
    method: 'POST',
    path: '/people',
    name: 'invitePerson',
    summary: 'Invites somebody to look after the account: by a link, under which they choose a password',
    scope: 'people:write',
    isSensitive: true,
    body: newPerson,
    status: 201,
    answer: v.object({ ...person.entries, ...linkMembers }),
    write: async (context, { caller, body: { mail, ...body } }) => {
      mustCover(caller, scopesOfRole(body.role), 'role');
      const row = await createPerson(context, body);
      return { ...item(row, false), ...(await linkFor(context, row, mail ? deps : { ...deps, mail: null })) };
    },
    after: () => deps.mail?.nudge(),
  });
  const change = writes({
    method: 'PATCH',
    path: '/people/:id',
    name: 'changePerson',
    summary: 'Changes name, role or language, disables somebody, or lets them in again',
    scope: 'people:write',
    isSensitive: true,
    params: byId,
    body: patch,
    status: 200,
    answer: person,
    versionMembers: personVersion,
    current: async (context, { params }) => await shown(context, await personRow(context, params.id)),
    write: async (context, { caller, params, body }) => {
      await changeable(context, caller, params.id);
      if (body.role !== undefined) mustCover(caller, scopesOfRole(body.role), 'role');
      return await shown(context, await changePerson(context, params.id, body));
    },
  });
  return { invitePerson: invite, changePerson: change };
}

const linkRoute = (deps: PeopleDeps) =>
  writes({
    method: 'POST',
    path: '/people/:id/link',
    name: 'makePersonLink',
    summary: 'Makes a link under which somebody chooses a password anew; the one before is void',
    scope: 'people:write',
    isSensitive: true,
    params: byId,
    body: v.strictObject({ mail: v.optional(v.boolean(), true) }),
    status: 201,
    answer: v.object(linkMembers),
    write: async (context, { caller, params, body }) => {
      const row = await changeable(context, caller, params.id);
      return await linkFor(context, row, body.mail ? deps : { ...deps, mail: null });
    },
    after: () => deps.mail?.nudge(),
  });

const twoStepRoute = writes({
  method: 'DELETE',
  path: '/people/:id/two-step',
  name: 'endTwoStep',
  summary: 'Takes off the second step of signing in, for whoever has lost app and recovery codes',
  scope: 'people:write',
  isSensitive: true,
  isOpenToSelf: true,
  params: byId,
  status: 204,
  answer: null,
  write: async (context, { caller, params }) => {
    await changeable(context, caller, params.id);
    await removeSecondFactor(context, params.id);
    return null;
  },
});

function endingRoutes() {
  const endOne = writes({
    method: 'DELETE',
    path: '/people/:id/sessions/:session',
    name: 'endSession',
    summary: 'Signs a person out of one browser',
    scope: 'people:write',
    isOpenToSelf: true,
    params: oneSession,
    status: 204,
    answer: null,
    write: async (context, { caller, params }) => {
      await changeable(context, caller, params.id);
      await endSession(context, params.id, params.session);
      return null;
    },
  });
  const endAll = writes({
    method: 'DELETE',
    path: '/people/:id/sessions',
    name: 'endSessions',
    summary: 'Signs a person out everywhere',
    scope: 'people:write',
    isOpenToSelf: true,
    params: byId,
    status: 204,
    answer: null,
    write: async (context, { caller, params }) => {
      await changeable(context, caller, params.id);
      await endSessions(context, params.id);
      return null;
    },
  });
  return { endSession: endOne, endSessions: endAll, endTwoStep: twoStepRoute };
}

/** By their names, so that pages call them too. */
export const peopleRoutes = (deps: PeopleDeps) => ({
  ...readingRoutes(),
  ...changingRoutes(deps),
  makePersonLink: linkRoute(deps),
  ...endingRoutes(),
});
export type PeopleRoutes = ReturnType<typeof peopleRoutes>;
