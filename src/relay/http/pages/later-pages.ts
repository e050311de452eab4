/** The menu leads to these, and they have no page yet: it says so, and by which call of the API it is done until then. */
import { html } from '../../../base/html.ts';
import type { FramedPage } from './framed.ts';

type Later = Pick<FramedPage, 'here' | 'path' | 'title'> & { readonly calls: readonly string[] };

const later: readonly Later[] = [
  {
    ...{ here: 'settings', path: '/admin/settings', title: ({ menu }) => menu.settings },
    calls: ['GET /api/v1/settings', 'GET /api/v1/sites'],
  },
];

export const laterPages: readonly FramedPage[] = later.map(({ calls, ...page }) => ({
  ...page,
  scope: null,
  show: ({ texts }) =>
    Promise.resolve({
      body: html`<section class="sheet"><p>${texts.later.why}</p><ul>${calls.map(call => html`<li><code>${call}</code></li>`)}</ul>
<p><a href="/api/v1/openapi.json">${texts.later.document}</a></p></section>`,
    }),
}));
