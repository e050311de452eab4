/** Everything that stands around the body of an administrators' page, the same on each. */
import { type Html, html, htmlPage } from '../../../../base/html.ts';
import { assetPath } from '../assets/served.ts';
import { icon, sprite } from './icons.ts';
import { addList, menu, type Section } from './menu.ts';
import { type Language, type PageTexts, textsOf } from './texts/languages.ts';
import type { Viewer } from './viewer.ts';

export interface Tab {
  readonly label: string;
  readonly href: string;
  readonly isHere: boolean;
  readonly count?: string;
}

/** A filter in use; `without` is the same page without it. */
interface Chip {
  readonly label: string;
  readonly without: string;
}

export interface Framed {
  readonly viewer: Viewer;
  /** Null: a page that the menu does not lead to. */
  readonly here: Section | null;
  readonly title: string;
  /** A sentence below the title. */
  readonly lead?: string | Html;
  readonly tabs?: readonly Tab[];
  readonly chips?: readonly Chip[];
  /** Open Problems; null: the viewer may not know. */
  readonly problems: number | null;
  /** Words that were searched for, on the page that found them. */
  readonly sought?: string;
  readonly body: Html;
}

export function frame(page: Framed): string {
  const { viewer, here, title, problems } = page;
  const texts = textsOf(viewer.language);
  const items = menu({ here, problems, texts });
  const body = html`${sprite}<a class="skip" href="#main">${texts.frame.skip}</a>
<header class="top">
<details class="drawer"><summary>${icon('menu')}<span>${texts.menu.open}</span></summary><nav aria-label="${texts.menu.open}">${items}</nav></details>
<a class="brand" href="/admin">SmartBox</a>
${addMenu(texts)}
${searchField(texts, page.sought ?? '')}
${whoMenu(viewer, texts)}
</header>
<div class="columns"><nav class="side" aria-label="${texts.menu.label}">${items}</nav>
<main id="main" tabindex="-1"><h1>${title}</h1>
${page.lead === undefined ? null : html`<p class="lead">${page.lead}</p>`}
${tabRow(page.tabs ?? [], texts)}${chipRow(page.chips ?? [], texts)}
${page.body}</main></div><p id="said" class="unseen" role="status"></p>`;
  return htmlPage(viewer.language, head(title, problems), body);
}

/** The tab of the browser tells how many things are open, seen from another tab. */
const head = (title: string, problems: number | null): Html =>
  html`<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${problems === null || problems === 0 ? null : `(${problems}) `}${title} – SmartBox</title>
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><meta name="format-detection" content="telephone=no">
<meta name="htmx-config" content="${htmxConfig}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="${assetPath('smartbox.css')}">
<script src="${assetPath('smartbox.js')}" defer></script>`;

/** `open` stays as the person left it: the server does not know which `<details>` somebody has opened. */
const htmxConfig = JSON.stringify({
  history: false,
  includeIndicatorCSS: false,
  mode: 'same-origin',
  morphIgnore: ['data-htmx-powered', 'open'],
});

const addMenu = (texts: PageTexts): Html =>
  html`<div class="add"><button type="button" class="main" popovertarget="add">${icon('add')}<span>${texts.add.add}</span></button>
<nav popover id="add" class="drop" aria-label="${texts.add.add}">${addList(texts)}</nav></div>`;

const searchField = (texts: PageTexts, sought: string): Html =>
  html`<search><form action="/admin/search" class="search"><label for="q" class="unseen">${texts.frame.searchLong}</label>
<button type="submit">${icon('search')}<span class="unseen">${texts.frame.search}</span></button>
<input id="q" name="q" type="search" maxlength="100" autocomplete="off" placeholder="${texts.frame.search}" value="${sought}" hx-get="/admin/_/search" hx-trigger="input changed delay:200ms" hx-target="#found" hx-swap="innerHTML">
<div id="found" class="drop"></div></form></search>`;

const whoMenu = ({ name, scopes }: Viewer, texts: PageTexts): Html =>
  html`<div class="who"><button type="button" popovertarget="who"><span class="unseen">${texts.frame.account}: </span><span class="person">${icon('person')}</span><bdi>${name}</bdi>${icon('more')}</button>
<div popover id="who" class="drop"><p>${texts.frame.account}<br><strong><bdi>${name}</bdi></strong></p>
<ul>${scopes.has('people:read') ? html`<li><a href="/admin/people">${texts.frame.people}</a></li>` : null}<li><a href="/admin/sessions">${texts.frame.sessions}</a></li><li><a href="/admin/two-step">${texts.frame.twoStep}</a></li></ul>
<form method="post" action="/admin/sign-out"><button type="submit">${icon('sign-out')}<span>${texts.frame.signOut}</span></button></form></div></div>`;

function tabRow(tabs: readonly Tab[], texts: PageTexts): Html | null {
  if (tabs.length === 0) return null;
  const items = tabs.map(
    ({ label, href, isHere, count }) =>
      html`<li><a href="${href}"${isHere ? html` aria-current="page"` : null}>${label}${
        count === undefined ? null : html` <span class="count">${count}</span>`
      }</a></li>`,
  );
  return html`<nav class="tabs" aria-label="${texts.frame.tabs}"><ul>${items}</ul></nav>`;
}

function chipRow(chips: readonly Chip[], texts: PageTexts): Html | null {
  if (chips.length === 0) return null;
  const items = chips.map(
    ({ label, without }) =>
      html`<li><a class="chip" href="${without}"><bdi>${label}</bdi>${icon('remove')}<span class="unseen">, ${texts.frame.unfilter}</span></a></li>`,
  );
  return html`<ul class="chips" aria-label="${texts.frame.filters}">${items}</ul>`;
}

interface Alone {
  readonly language: Language;
  readonly title: string;
  readonly body: Html;
}

/** A page for somebody who is not signed in: the same look, no menu, no script. */
export const alone = ({ language, title, body }: Alone): string =>
  htmlPage(
    language,
    html`<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – SmartBox</title>
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
<link rel="icon" href="data:,"><link rel="stylesheet" href="${assetPath('smartbox.css')}">`,
    html`<div class="alone"><main class="sheet"><p class="brand">SmartBox</p><h1>${title}</h1>${body}</main></div>`,
  );
