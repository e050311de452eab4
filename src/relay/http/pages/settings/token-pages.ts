/** `/admin/settings/tokens`: what scripts may do; make a token, which is shown once, and revoke one. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { roles } from '../../../domain/account-people.ts';
import { notFound } from '../../../domain/faults.ts';
import { mustBeProved } from '../../api/call-route.ts';
import { scopesOfRole } from '../../api/roles.ts';
import { scopes as allScopes, type Scope } from '../../api/scopes.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { onceField, onceOf } from '../form-once.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { confirmation } from '../frame/confirmation.ts';
import { field, select } from '../frame/form-fields.ts';
import { first } from '../frame/states.ts';
import { table, turn } from '../frame/table.ts';
import { when } from '../frame/when.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { paramOf, queryOf } from '../query.ts';
import { pageWords } from '../texts/languages.ts';
import type { Visit } from '../visit.ts';
import { settingsWords } from './settings-words.ts';

const path = '/admin/settings/tokens';
const place = { here: 'settings', title: ({ menu }: Visit['texts']) => menu.settings } as const;

interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created: string;
  readonly used: string | null;
  readonly revoked: string | null;
}

interface Tokens {
  readonly items: readonly Token[];
  readonly next: string | null;
}

export const tokenPages = (deps: DeedDeps): readonly FramedPage[] => [
  { path, ...place, scope: 'tokens:read', show: (visit, request) => tokenList(visit, request, deps) },
  {
    ...{ path: `${path}/new`, ...place, scope: 'tokens:write' },
    show: (visit, request) => {
      mustBeProved({ isSensitive: true }, visit.caller, visit.context.now);
      return Promise.resolve(newToken(visit, request, null));
    },
  },
  {
    ...{ path: `${path}/:id/revoke`, ...place, scope: 'tokens:write' },
    show: async (visit, request) => {
      mustBeProved({ isSensitive: true }, visit.caller, visit.context.now);
      const { tokens } = settingsWords(visit.viewer.language);
      const id = paramOf(request, 'id');
      await mustBeOfAccount(visit, id);
      const asked = {
        ...{ happens: [tokens.revokeHappens(id), tokens.revokeStays], whom: [], asksWhy: false },
        ...{
          action: `${path}/${encodeURIComponent(id)}/revoke`,
          button: tokens.revoke,
          isDangerous: true,
          back: path,
        },
      };
      return { title: tokens.revokeTitle, body: confirmation(asked, visit.texts) };
    },
  },
];

/** Nobody is asked to confirm what is not there. @throws Fault `not-found` */
async function mustBeOfAccount({ context: { tx, account } }: Visit, id: string): Promise<void> {
  const query = tx.selectFrom('token').select('id').where('id', '=', id).where('account', '=', account);
  if ((await query.executeTakeFirst()) === undefined) throw notFound('token', id);
}

async function tokenList(visit: Visit, request: FastifyRequest, deps: DeedDeps): Promise<Shown> {
  const { tokens, topics, never } = settingsWords(visit.viewer.language);
  const after = queryOf(request, 'after');
  const query = { limit: '50', ...(after === undefined ? {} : { after }) };
  const { items, next } = (await doRoute('listTokens', visit.caller, { query }, deps)) as Tokens;
  const mayMake = visit.viewer.scopes.has('tokens:write');
  const add = { label: tokens.add, href: `${path}/new` };
  const { title, hint } = topics.tokens;
  if (items.length === 0) return { title, body: first(tokens.none, tokens.noneWhy, mayMake ? add : null) };
  const at = (text: string): Html => when(Date.parse(text), visit.clock);
  const rows = table<Token>({
    caption: tokens.caption,
    columns: [
      {
        label: tokens.name,
        cell: ({ id, name }) => html`<bdi>${name}</bdi> <code class="soft">${id}</code>`,
      },
      { label: tokens.scopes, cell: ({ scopes }) => html`<span class="soft">${shortened(scopes)}</span>` },
      { label: tokens.created, cell: ({ created }) => at(created) },
      { label: tokens.used, cell: ({ used }) => (used === null ? never : at(used)) },
      { label: tokens.state, cell: row => stateCell(row, visit, mayMake) },
    ],
    rows: items,
  });
  const newest = after === undefined ? null : path;
  const older = next === null ? null : `${path}?after=${encodeURIComponent(next)}`;
  const button = html`<p class="buttons"><a class="button" href="${add.href}">${add.label}</a></p>`;
  return {
    title,
    lead: hint,
    body: html`${rows}${turn({ newest, older }, visit.texts)}${mayMake ? button : null}`,
  };
}

/** All of them are said in one word. */
const shortened = (given: readonly string[]): string =>
  given.length === allScopes.length ? 'admin' : given.join(' ');

function stateCell({ id, name, revoked }: Token, visit: Visit, mayMake: boolean): Html {
  const { tokens } = settingsWords(visit.viewer.language);
  if (revoked !== null) return html`${tokens.revoked} ${when(Date.parse(revoked), visit.clock)}`;
  const link = html` <a href="${path}/${encodeURIComponent(id)}/revoke">${tokens.revoke}<span class="unseen">: ${name}</span></a>`;
  return html`${tokens.active}${mayMake ? link : null}`;
}

function newToken(visit: Visit, request: FastifyRequest, problems: FormProblems | null): Shown {
  const { language, scopes } = visit.viewer;
  const { tokens } = settingsWords(language);
  const words = pageWords[language];
  const ticked = new Set(chosen(request));
  const boxes = allScopes
    .filter(scope => scopes.has(scope))
    .map(
      scope =>
        html`<label class="option"><input type="checkbox" name="${scope}" value="yes"${ticked.has(scope) ? html` checked` : null}> <code>${scope}</code></label>`,
    );
  const roleOptions = [
    ['', tokens.roleNone] as const,
    ...roles.map(role => [role, words.roles[role]] as const),
  ];
  const problem = problems?.fields.name;
  return {
    title: tokens.add,
    body: html`${problems === null ? null : html`<p class="bad" role="alert">${problems.whole ?? ''}</p>`}
<form method="post" class="sheet" action="${path}/new">${onceField(visit)}
${field({ name: 'name', label: tokens.name, hint: tokens.nameHint, value: fieldOf(request, 'name'), isRequired: true, maxLength: 100, ...(problem === undefined ? {} : { problem }) })}
${select('role', tokens.role, roleOptions, fieldOf(request, 'role'), 'optional')}<p class="soft">${tokens.roleHint}</p>
<fieldset class="scopes"><legend>${tokens.scopes}</legend>${boxes}</fieldset>
<p class="buttons"><button type="submit" class="main">${tokens.add}</button></p></form>`,
  };
}

const chosen = (request: FastifyRequest): readonly Scope[] =>
  allScopes.filter(scope => fieldOf(request, scope) !== '');

/** Of a role no more than whoever makes the token has. */
function scopesAsked(visit: Visit, request: FastifyRequest): readonly string[] {
  const role = roles.find(each => each === fieldOf(request, 'role'));
  const ofRole: readonly Scope[] = role === undefined ? [] : scopesOfRole(role);
  return [...new Set([...ofRole.filter(scope => visit.viewer.scopes.has(scope)), ...chosen(request)])];
}

export const tokenDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  {
    ...{ path: `${path}/new`, ...place, scope: 'tokens:write' },
    act: async (visit, request) => {
      const { tokens } = settingsWords(visit.viewer.language);
      const body = { name: fieldOf(request, 'name').trim(), scopes: scopesAsked(visit, request) };
      try {
        const made = (await doRoute('createToken', visit.caller, { body, once: onceOf(request) }, deps)) as {
          readonly token: string;
        };
        return {
          title: tokens.madeTitle,
          body: html`<section class="sheet"><p><code class="secret">${made.token}</code></p><p>${tokens.madeHint}</p>
<p class="buttons"><a class="button main" href="${path}">${tokens.done}</a></p></section>`,
        };
      } catch (error) {
        return newToken(visit, request, problemsOf(error, visit.viewer.language));
      }
    },
  },
  {
    ...{ path: `${path}/:id/revoke`, ...place, scope: 'tokens:write' },
    act: async (visit, request) => {
      await doRoute('revokeToken', visit.caller, { params: { id: paramOf(request, 'id') } }, deps);
      return path;
    },
  },
];
