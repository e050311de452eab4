/** `/admin/integrations/webhooks/ID`: how one address does, what was sent there, and what can be done with it. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import type { FormProblems } from '../../../../http/pages/form-problems.ts';
import { confirmation } from '../../../../http/pages/frame/confirmation.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import { table } from '../../../../http/pages/frame/table.ts';
import { when } from '../../../../http/pages/frame/when.ts';
import type { FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { integrationTabs } from '../../../../http/pages/integration-tabs.ts';
import { paramOf } from '../../../../http/pages/query.ts';
import { overtaken, problemsIn, type Sent, versionField } from '../../../../http/pages/settings/overtaken.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import type { DeliveryShown, WebhookShown } from '../webhook-routes.ts';
import type { WebhookTexts } from './texts/webhooks-en.ts';
import {
  root,
  type Typed,
  textsFor,
  title,
  typedIn,
  type WebhookParts,
  webhookFields,
  webhookPath,
} from './webhook-parts.ts';

const path = `${root}/:id`;
const shownMost = 50;

export const webhookPage = (parts: WebhookParts): FramedPage => ({
  ...{ path, here: 'integrations', scope: 'integrations:read', title },
  show: (visit, request) => showWebhook(visit, request, parts, null),
});

export async function showWebhook(
  visit: Visit,
  request: FastifyRequest,
  { callRoute, routes }: WebhookParts,
  after: Sent,
): Promise<Shown> {
  const texts = textsFor(visit);
  const params = { id: paramOf(request, 'id') };
  const one = await callRoute(routes.get, visit.caller, { params });
  const query = { limit: String(shownMost) };
  const { items } = await callRoute(routes.deliveries, visit.caller, { params, query });
  const mayChange = visit.viewer.scopes.has('integrations:write');
  const both = after === 'overtaken' ? await bothOf(visit, one, typedIn(request)) : null;
  const typed = after === 'overtaken' ? typedIn(request) : one;
  return {
    ...{ title: one.name, tabs: integrationTabs(visit.texts, 'webhooks') },
    body: html`${factsOf(visit, one, mayChange)}${sent(visit, items)}${both}${mayChange ? changeForm(texts, one, typed, problemsIn(after)) : null}`,
  };
}

export function stateMark(texts: WebhookTexts, { state, failingSince }: WebhookShown): Html {
  if (state === 'on' && failingSince !== null)
    return html`<span class="mark warn">${icon('alert')}<span>${texts.failing}</span></span>`;
  const [tone, mark] = (
    { on: ['ok', 'check'], off: ['quiet', 'remove'], disabled: ['bad', 'alert'] } as const
  )[state];
  return html`<span class="mark ${tone}">${icon(mark)}<span>${texts.states[state]}</span></span>`;
}

function factsOf(visit: Visit, one: WebhookShown, mayChange: boolean): Html {
  const texts = textsFor(visit);
  const at = (text: string): Html => when(Date.parse(text), visit.clock);
  const here = webhookPath(one.id);
  const isOn = one.state === 'on';
  const old = one.oldSecretUntil;
  const deed = (word: string, label: string): Html =>
    html`<form method="post" action="${here}/${word}"><button type="submit">${label}</button></form>`;
  const deeds = html`<div class="buttons">${isOn ? deed('test', texts.test) : null}${deed(isOn ? 'off' : 'on', isOn ? texts.switchOff : texts.switchOn)}
${deed('secret', texts.roll)}<a class="button" href="${here}/remove">${texts.remove}</a></div>`;
  return html`<section class="sheet"><p>${stateMark(texts, one)}</p>
<p>${one.failingSince === null ? texts.arriving : html`${texts.failingSince} ${at(one.failingSince)}`}</p>
<dl><dt>${texts.url}</dt><dd><code>${one.url}</code></dd>
<dt>${texts.types}</dt><dd><code>${one.types.join(' · ')}</code></dd>
<dt>${texts.names}</dt><dd>${one.names ? texts.namesYes : texts.namesNo}</dd>
<dt>${texts.created}</dt><dd>${at(one.created)}</dd>
${old === null || Date.parse(old) < visit.clock.now ? null : html`<dt>${texts.oldSecret}</dt><dd>${at(old)}</dd>`}</dl>${mayChange ? deeds : null}</section>`;
}

/** The two versions: as somebody else has saved it meanwhile, and as it was typed. */
async function bothOf(visit: Visit, one: WebhookShown, typed: Typed): Promise<Html> {
  const texts = textsFor(visit);
  const list = ({ types }: Pick<Typed, 'types'>): string => types.join(' · ');
  const names = ({ names: isNamed }: Typed): string => (isNamed ? texts.namesYes : texts.namesNo);
  return await overtaken(visit, one.id, [
    { label: texts.name, now: one.name, typed: typed.name },
    { label: texts.url, now: one.url, typed: typed.url },
    { label: texts.types, now: list(one), typed: list(typed) },
    { label: texts.names, now: names(one), typed: names(typed) },
  ]);
}

function changeForm(
  texts: WebhookTexts,
  { id, name, url, types, names }: WebhookShown,
  typed: Typed,
  problems: FormProblems | null,
): Html {
  return html`<form method="post" action="${webhookPath(id)}" class="sheet"><h2>${texts.change}</h2>${versionField([name, url, types, names])}${webhookFields(texts, typed, problems)}
<p class="buttons"><button type="submit" class="main">${texts.save}</button></p></form>`;
}

const tones = { waiting: 'warn', taken: 'ok', 'given-up': 'bad' } as const;
const marks = { waiting: 'clock', taken: 'check', 'given-up': 'alert' } as const;

function sent(visit: Visit, rows: readonly DeliveryShown[]): Html {
  const texts = textsFor(visit);
  const typeText = (type: string): string =>
    Object.hasOwn(texts.typesOf, type) ? texts.typesOf[type as keyof typeof texts.typesOf] : type;
  const list = table<DeliveryShown>({
    caption: texts.deliveries,
    columns: [
      { label: texts.event, cell: ({ type }) => html`${typeText(type)} <code>${type}</code>` },
      {
        label: texts.about,
        cell: ({ number, subject }) =>
          html`<code>${subject}</code> <span class="soft">${texts.number(String(number))}</span>`,
      },
      { label: texts.happened, cell: ({ at }) => when(Date.parse(at), visit.clock) },
      { label: texts.outcome, cell: each => outcome(texts, each) },
    ],
    rows,
  });
  return html`<section><h2>${texts.deliveries}</h2>${rows.length === 0 ? html`<p>${texts.noDeliveries}</p>` : html`<p class="soft">${texts.deliveriesWhy}</p>${list}`}</section>`;
}

function outcome(texts: WebhookTexts, { state, tries, outcome: came, status }: DeliveryShown): Html {
  const said = [
    came === null || state === 'taken' ? null : texts.outcomes[came],
    status === null ? null : `HTTP ${status}`,
    tries > 1 ? texts.tries(String(tries)) : null,
  ].filter(each => each !== null);
  return html`<span class="mark ${tones[state]}">${icon(marks[state])}<span>${texts.deliveryStates[state]}</span></span>
${said.length === 0 ? null : html`<span class="soft">${said.join(', ')}</span>`}`;
}

export const removePage = ({ callRoute, routes }: WebhookParts): FramedPage => ({
  ...{ path: `${path}/remove`, here: 'integrations', scope: 'integrations:write', title },
  show: async (visit, request) => {
    const texts = textsFor(visit);
    const one = await callRoute(routes.get, visit.caller, { params: { id: paramOf(request, 'id') } });
    const back = webhookPath(one.id);
    const asked = {
      ...{ happens: [texts.removeHappens, texts.removeForgets], whom: [one.name], asksWhy: false },
      ...{ action: `${back}/remove`, button: texts.removeButton, isDangerous: true, back },
    };
    return { title: texts.removeTitle, body: confirmation(asked, visit.texts) };
  },
});
