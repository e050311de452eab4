/** `/admin/settings`: the topics, each with a page of its own. */
import { html } from '../../../../base/html.ts';
import { icon } from '../frame/icons.ts';
import type { FramedPage } from '../framed.ts';
import { settingsWords } from './settings-words.ts';
import { topics } from './topics.ts';

export const settingsPage: FramedPage = {
  ...{ path: '/admin/settings', here: 'settings', scope: null },
  title: ({ menu }) => menu.settings,
  show: ({ viewer: { language, scopes } }) => {
    const seen = topics.filter(({ scope }) => scope === null || scopes.has(scope));
    const items = seen.map(({ path, words }) => {
      const { title, hint } = words(language);
      return html`<li><a href="${path}"><strong>${title}</strong> <span class="soft">${hint}</span></a>${icon('go')}</li>`;
    });
    const { lead } = settingsWords(language);
    return Promise.resolve({ lead, body: html`<ul class="topics">${items}</ul>` });
  },
};
