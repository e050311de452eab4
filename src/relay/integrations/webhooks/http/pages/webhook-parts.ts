import { type Html, html } from '../../../../../base/html.ts';
import type { CallRoute } from '../../../../http/api/call-route.ts';
import { fieldOf } from '../../../../http/pages/form.ts';
import type { FormProblems, SaidWrong } from '../../../../http/pages/form-problems.ts';
import { choiceOf, field } from '../../../../http/pages/frame/form-fields.ts';
import type { FramedDeed } from '../../../../http/pages/framed.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { webhookTypes } from '../../event-types.ts';
import type { WebhookRoutes } from '../webhook-routes.ts';
import { webhookTexts } from './texts/webhook-texts.ts';
import type { WebhookTexts } from './texts/webhooks-en.ts';

export interface WebhookParts {
  readonly callRoute: CallRoute;
  readonly routes: WebhookRoutes;
}

export const root = '/admin/integrations/webhooks';
export const webhookPath = (id: string): string => `${root}/${encodeURIComponent(id)}`;
export const textsFor = ({ viewer }: Visit): WebhookTexts => webhookTexts(viewer.language);
export const title: FramedDeed['title'] = ({ menu }) => menu.integrations;

/** As a form holds it. */
export interface Typed {
  readonly name: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly names: boolean;
}

type Request = Parameters<FramedDeed['act']>[1];

export const typedIn = (request: Request): Typed => ({
  name: fieldOf(request, 'name').trim(),
  url: fieldOf(request, 'url').trim(),
  types: request.body instanceof URLSearchParams ? request.body.getAll('types[]') : [],
  names: fieldOf(request, 'names') === 'yes',
});

export function webhookFields(texts: WebhookTexts, typed: Typed, problems: FormProblems | null): Html {
  const wrong = (name: string): { readonly problem?: SaidWrong } => {
    const problem = problems?.fields[name];
    return problem === undefined ? {} : { problem };
  };
  const boxes = webhookTypes.map(
    type => html`<label class="option"><input type="checkbox" name="types[]" value="${type}"${typed.types.includes(type) ? html` checked` : null}>
<span>${texts.typesOf[type]} <code>${type}</code></span></label>`,
  );
  const failed = html`<div class="bad" role="alert"><p><strong>${texts.failed}</strong></p><p>${problems?.whole ?? ''}</p></div>`;
  return html`${problems === null ? null : failed}
${field({ name: 'name', label: texts.name, hint: texts.nameHint, value: typed.name, maxLength: 100, isRequired: true, ...wrong('name') })}
${field({ name: 'url', label: texts.url, hint: texts.urlHint, value: typed.url, type: 'url', maxLength: 500, isRequired: true, ...wrong('url') })}
<fieldset><legend>${texts.types}</legend>${boxes}${problems?.fields.types === undefined ? null : html`<span class="bad">${problems.fields.types}</span>`}</fieldset>
${choiceOf(
  'names',
  texts.names,
  [
    ['no', texts.namesNo],
    ['yes', texts.namesYes],
  ],
  typed.names ? 'yes' : 'no',
)}`;
}

/** It is nowhere else: the page that made it shows it, and no other. */
export const secretSection = (texts: WebhookTexts, secret: string, next: string, more: Html | null): Html =>
  html`<section class="sheet" role="status"><h2>${texts.secretOnce}</h2><p><code>${secret}</code></p><p>${texts.secretWhy}</p>${more}
<p class="buttons"><a class="button main" href="${next}">${texts.done}</a></p></section>`;
