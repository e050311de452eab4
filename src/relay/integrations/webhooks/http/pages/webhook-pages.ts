/** The pages of webhooks, and the deeds of their forms. */
import type { FastifyRequest } from 'fastify';
import { codeOf } from '../../../../../base/fault.ts';
import { html } from '../../../../../base/html.ts';
import { problemsOf } from '../../../../http/pages/form-problems.ts';
import type { FramedDeed, FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { paramOf } from '../../../../http/pages/query.ts';
import { matchOf } from '../../../../http/pages/settings/overtaken.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { newWebhookDeed, newWebhookPage, webhookListPage } from './webhook-list-page.ts';
import { removePage, showWebhook, webhookPage } from './webhook-page.ts';
import {
  root,
  secretSection,
  textsFor,
  title,
  typedIn,
  type WebhookParts,
  webhookPath,
} from './webhook-parts.ts';

interface WebhookPages {
  readonly pages: readonly FramedPage[];
  readonly deeds: readonly FramedDeed[];
}

export const webhookPages = (parts: WebhookParts): WebhookPages => ({
  pages: [webhookListPage(parts), newWebhookPage, webhookPage(parts), removePage(parts)],
  deeds: [newWebhookDeed(parts), ...oneDeeds(parts)],
});

const oneDeeds = (parts: WebhookParts): readonly FramedDeed[] => {
  const { callRoute, routes } = parts;
  const change = (word: string, bodyOf: (request: FastifyRequest) => object): FramedDeed =>
    deed(parts, word, async ({ caller }, id, request) => {
      await callRoute(routes.change, caller, {
        params: { id },
        body: bodyOf(request),
        match: matchOf(request),
      });
      return webhookPath(id);
    });
  return [
    change('', typedIn),
    change('/on', () => ({ enabled: true })),
    change('/off', () => ({ enabled: false })),
    deed(parts, '/test', async ({ caller }, id) => {
      await callRoute(routes.test, caller, { params: { id } });
      return webhookPath(id);
    }),
    deed(parts, '/remove', async ({ caller }, id) => {
      await callRoute(routes.remove, caller, { params: { id } });
      return root;
    }),
    deed(parts, '/secret', async (visit, id) => {
      const { secret } = await callRoute(routes.roll, visit.caller, { params: { id } });
      const texts = textsFor(visit);
      const both = html`<p>${texts.secretRolled}</p>`;
      return { title: texts.roll, body: secretSection(texts, secret, webhookPath(id), both) };
    }),
  ];
};

type Act = (visit: Visit, id: string, request: FastifyRequest) => Promise<string | Shown>;

const deed = (parts: WebhookParts, word: string, act: Act): FramedDeed => ({
  ...{ path: `${root}/:id${word}`, here: 'integrations', scope: 'integrations:write', title },
  act: async (visit, request) => {
    try {
      return await act(visit, paramOf(request, 'id'), request);
    } catch (error) {
      if (codeOf(error) === 'not-as-read') return await showWebhook(visit, request, parts, 'overtaken');
      return await showWebhook(visit, request, parts, problemsOf(error, visit.viewer.language));
    }
  },
});
