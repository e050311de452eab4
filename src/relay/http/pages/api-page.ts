/** `/admin/api`: every call of the API, from the routes themselves, and of one noun with what each wants, for whom, and a line to try it by. */
import { type Html, html } from '../../../base/html.ts';
import { inputSchema } from '../api/open-api.ts';
import type { Route } from '../api/route.ts';
import type { Language } from './frame/texts/languages.ts';
import type { FramedPage } from './framed.ts';
import { queryOf } from './query.ts';

const en = {
  title: 'API',
  lead: 'Everything that a page does, a program can do: with a token of yours, in its own scopes.',
  documents: 'For viewers and generators of clients',
  wants: 'Needs the scope',
  body: 'Body, as JSON Schema',
  query: 'Query, as JSON Schema',
};
const words: Readonly<Record<Language, typeof en>> = {
  en,
  nl: {
    title: 'API',
    lead: 'Alles wat een pagina doet, kan een programma ook: met een token van u, binnen zijn eigen scopes.',
    documents: 'Voor viewers en makers van clients',
    wants: 'Vraagt de scope',
    body: 'Body, als JSON Schema',
    query: 'Query, als JSON Schema',
  },
};

export const apiPage = (routes: readonly Route[], httpUrl: string): FramedPage => ({
  ...{ path: '/admin/api', here: 'settings', scope: null },
  title: () => en.title,
  show: ({ viewer }, request) => {
    const texts = words[viewer.language];
    const nouns = [...new Set(routes.map(nounOf))];
    const documents = html`<section class="sheet"><h2>${texts.documents}</h2><ul><li><a href="/api/v1/openapi.json">OpenAPI 3.1</a></li>
<li><a href="/api/v1/asyncapi.json">AsyncAPI 3</a></li></ul></section>`;
    const asked = queryOf(request, 'of');
    const shown = nouns.filter(noun => asked === undefined || noun === asked);
    const lists = shown.map(
      noun =>
        html`<section class="sheet"><h2><a href="/admin/api?of=${noun}">${noun}</a></h2>${routes
          .filter(route => nounOf(route) === noun)
          .map(route => (asked === undefined ? line(route) : call(route, httpUrl, texts)))}</section>`,
    );
    return Promise.resolve({ lead: texts.lead, body: html`${documents}${lists}` });
  },
});

const nounOf = ({ path }: Route): string => path.split('/')[1] ?? '';

const line = ({ method, path, summary }: Route): Html =>
  html`<p><code>${method} ${path}</code> <span class="soft">${summary}</span></p>`;

function call(route: Route, httpUrl: string, texts: typeof en): Html {
  const { method, path, name, summary, scope, body, query } = route;
  const schema = (label: string, of: Route['body']): Html | null =>
    of
      ? html`<details><summary>${label}</summary><pre>${JSON.stringify(inputSchema(of), null, 2)}</pre></details>`
      : null;
  return html`<article id="call-${name}"><h3><code>${method} ${path}</code></h3><p>${summary}. <span class="soft">${texts.wants} <code>${scope}</code>.</span></p>
<p><code>${curl(method, `${httpUrl}/api/v1${path}`, Boolean(body))}</code></p>${schema(texts.query, query)}${schema(texts.body, body)}</article>`;
}

const curl = (method: string, url: string, hasBody: boolean): string =>
  `curl -H "Authorization: Bearer $TOKEN"${method === 'GET' ? '' : ` -X ${method}`}${hasBody ? ' -H "Content-Type: application/json" -d @body.json' : ''} ${url}`;
