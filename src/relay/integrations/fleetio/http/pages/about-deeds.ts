/** Deeds to a connected account: it is tried again, switched off and on, given its webhook's key, disconnected. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../../base/html.ts';
import { tagOf, versionIn } from '../../../../http/api/version.ts';
import { fieldOf } from '../../../../http/pages/form.ts';
import { problemsOf } from '../../../../http/pages/form-problems.ts';
import { confirmation } from '../../../../http/pages/frame/confirmation.ts';
import { icon } from '../../../../http/pages/frame/icons.ts';
import type { FramedDeed, FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { paramOf } from '../../../../http/pages/query.ts';
import { refusalSaid } from '../../../../http/pages/refusal-words.ts';
import { isOvertaken } from '../../../../http/pages/settings/overtaken.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { writeAgainRoutes } from '../write-again.ts';
import { showAbout } from './about-page.ts';
import { bothLabels, labelsGiven, labelsOf } from './field-section.ts';
import { accountPath, type PageParts, root, textsFor } from './page-parts.ts';

const place = { here: 'integrations', scope: 'integrations:write' } as const;
const path = `${root}/:id`;
const title: FramedDeed['title'] = ({ menu }) => menu.integrations;

export const aboutDeeds = (parts: PageParts): readonly FramedDeed[] => [
  { ...place, path: `${path}/test`, title, act: (visit, request) => tried(visit, request, parts) },
  changeDeed(parts, 'off', () => ({ enabled: false })),
  changeDeed(parts, 'on', () => ({ enabled: true })),
  changeDeed(parts, 'webhook-key', request => ({ webhookKey: fieldOf(request, 'webhookKey').trim() })),
  { ...place, path: `${path}/fields`, title, act: (visit, request) => relabelled(visit, request, parts) },
  { ...place, path: `${path}/write-fields`, title, act: (visit, request) => written(visit, request, parts) },
  {
    ...{ ...place, path: `${path}/disconnect`, title },
    act: async ({ caller }, request) => {
      await parts.callRoute(parts.accounts.remove, caller, { params: { id: paramOf(request, 'id') } });
      return root;
    },
  },
];

const changeDeed = (
  parts: PageParts,
  word: string,
  bodyOf: (request: FastifyRequest) => object,
): FramedDeed => ({
  ...{ ...place, path: `${path}/${word}`, title },
  act: async (visit, request) => {
    const id = paramOf(request, 'id');
    try {
      await parts.callRoute(parts.accounts.change, visit.caller, { params: { id }, body: bodyOf(request) });
      return `${accountPath(id)}/about`;
    } catch (error) {
      const said = html`<p class="bad" role="alert">${problemsOf(error, visit.viewer.language).whole ?? ''}</p>`;
      return await showAbout(visit, request, parts, said);
    }
  },
});

const tones = { right: ['ok', 'check'], wrong: ['bad', 'alert'], unknown: ['warn', 'unsure'] } as const;

async function tried(visit: Visit, request: FastifyRequest, parts: PageParts): Promise<Shown> {
  const id = paramOf(request, 'id');
  try {
    const result = await parts.callRoute(parts.accounts.test, visit.caller, { params: { id } });
    return await showAbout(visit, request, parts, triedSection(visit, result));
  } catch (error) {
    const said = html`<p class="bad" role="alert">${problemsOf(error, visit.viewer.language).whole ?? ''}</p>`;
    return await showAbout(visit, request, parts, said);
  }
}

/** Other labels are other fields: they are looked for at once. */
async function relabelled(visit: Visit, request: FastifyRequest, parts: PageParts): Promise<Shown> {
  const params = { id: paramOf(request, 'id') };
  try {
    const now = await parts.callRoute(parts.accounts.get, visit.caller, { params });
    const { fields } = now.settings;
    if (isOvertaken(request, labelsOf(fields)))
      return await showAbout(visit, request, parts, await bothLabels(visit, request, params.id, fields));
    const match = tagOf(versionIn(parts.accounts.get, now));
    await parts.callRoute(parts.accounts.change, visit.caller, { params, body: labelsGiven(request), match });
  } catch (error) {
    const said = html`<p class="bad" role="alert">${problemsOf(error, visit.viewer.language).whole ?? ''}</p>`;
    return await showAbout(visit, request, parts, said);
  }
  return await tried(visit, request, parts);
}

async function written(visit: Visit, request: FastifyRequest, parts: PageParts): Promise<string | Shown> {
  const id = paramOf(request, 'id');
  try {
    await parts.callRoute(writeAgainRoutes.all, visit.caller, { params: { id } });
    return `${accountPath(id)}/about`;
  } catch (error) {
    const said = html`<p class="bad" role="alert">${problemsOf(error, visit.viewer.language).whole ?? ''}</p>`;
    return await showAbout(visit, request, parts, said);
  }
}

interface Checked {
  readonly state: keyof typeof tones;
  readonly said: string;
  readonly hint: string | null;
}

interface Result {
  readonly apiKey: Checked;
  readonly accountToken: Checked;
  readonly webhookKey: Checked;
  readonly missing: string | null;
}

function triedSection(visit: Visit, result: Result): Html {
  const texts = textsFor(visit).tried;
  const inWords = (said: string): Html => refusalSaid(said, visit.viewer.language);
  const rows = (['apiKey', 'accountToken', 'webhookKey'] as const).map(name => {
    const { state, said, hint } = result[name];
    const [tone, mark] = tones[state];
    return html`<dt>${texts[name]}</dt><dd><span class="mark ${tone}">${icon(mark)}<span>${texts[state]}</span></span>
<span>${inWords(said)}${hint === null ? null : html`. ${inWords(hint)}`}</span></dd>`;
  });
  const missing =
    result.missing === null
      ? html`<p>${texts.fieldsRight}</p>`
      : html`<p class="warn">${texts.fieldsMissing}: ${inWords(result.missing)}</p>`;
  return html`<section class="sheet" role="status"><h2>${texts.title}</h2><dl>${rows}</dl>${missing}</section>`;
}

export const disconnectPage = (parts: PageParts): FramedPage => ({
  ...{ ...place, path: `${path}/disconnect`, title },
  show: async (visit, request) => {
    const id = paramOf(request, 'id');
    const { label } = await parts.callRoute(parts.accounts.get, visit.caller, { params: { id } });
    const { about } = textsFor(visit);
    const back = `${accountPath(id)}/about`;
    const asked = {
      ...{
        happens: [about.disconnectHappens, about.disconnectKeep, about.disconnectDrivers],
        whom: [label],
        asksWhy: false,
      },
      ...{ action: `${accountPath(id)}/disconnect`, button: about.disconnectButton, isDangerous: true, back },
    };
    return { title: about.disconnectTitle, body: confirmation(asked, visit.texts) };
  },
});
