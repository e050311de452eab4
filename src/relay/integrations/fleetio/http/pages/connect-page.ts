/** `/admin/integrations/new`: three tokens in the order in which Fleetio shows them, and what a try said of each. */
import type { FastifyRequest } from 'fastify';
import { html } from '../../../../../base/html.ts';
import { fieldOf } from '../../../../http/pages/form.ts';
import { type FormProblems, problemsOf } from '../../../../http/pages/form-problems.ts';
import { field } from '../../../../http/pages/frame/form-fields.ts';
import type { FramedDeed, FramedPage, Shown } from '../../../../http/pages/framed.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { defaultBaseUrl } from '../../api/address.ts';
import { accountPath, type PageParts, root, textsFor } from './page-parts.ts';

const path = `${root}/new`;
const place = { path, here: 'integrations', scope: 'integrations:write' } as const;

export const connectPage = (parts: PageParts): FramedPage => ({
  ...place,
  title: ({ add }) => add.integration,
  show: visit => Promise.resolve(form(visit, parts, () => '', null)),
});

export const connectDeed = (parts: PageParts): FramedDeed => ({
  ...place,
  title: ({ add }) => add.integration,
  act: (visit, request) => connected(visit, request, parts),
});

/** Where a field is left empty the API decides. */
const given = (request: FastifyRequest, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.map(name => [name, fieldOf(request, name).trim()] as const).filter(([, value]) => value !== ''),
  );

async function connected(visit: Visit, request: FastifyRequest, parts: PageParts): Promise<string | Shown> {
  const names = ['apiKey', 'accountToken', 'webhookKey', 'label', 'baseUrl'];
  const body = { kind: 'fleetio', ...given(request, names) };
  try {
    const { id } = await parts.callRoute(parts.accounts.connect, visit.caller, { body });
    return `${accountPath(id)}/about?look=fields`;
  } catch (error) {
    return form(visit, parts, name => fieldOf(request, name), problemsOf(error, visit.viewer.language));
  }
}

/** Tokens are typed again: what is secret stands in no page. */
function form(
  visit: Visit,
  { webhookUrl }: PageParts,
  typed: (name: string) => string,
  problems: FormProblems | null,
): Shown {
  const { connect } = textsFor(visit);
  const secret = (name: 'apiKey' | 'accountToken' | 'webhookKey', isRequired: boolean) => {
    const problem = problems?.fields[name];
    return field({
      ...{ name, label: connect[name], hint: connect[`${name}Where`], type: 'password', isRequired },
      ...(problem === undefined ? {} : { problem }),
    });
  };
  const failed = html`<div class="bad" role="alert"><p><strong>${connect.failed}</strong></p><p>${problems?.whole ?? ''}</p></div>`;
  const body = html`<form method="post" action="${path}" class="sheet">${problems === null ? null : failed}
${secret('apiKey', true)}${secret('accountToken', true)}
<section><h2>${connect.webhook}</h2><p>${connect.webhookWhere}</p><p><code>${webhookUrl()}</code></p><p><code>${connect.events}</code></p></section>
${secret('webhookKey', false)}
${field({ name: 'label', label: connect.label, hint: connect.labelWhere, value: typed('label'), maxLength: 100 })}
${field({ name: 'baseUrl', label: connect.baseUrl, value: typed('baseUrl') || defaultBaseUrl, type: 'url' })}
<p class="buttons"><button type="submit" class="main">${connect.button}</button></p></form>`;
  return { title: connect.title, lead: connect.lead, body };
}
