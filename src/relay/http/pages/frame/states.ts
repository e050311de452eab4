/** States of a page that has no rows to show, each as a piece of its body. */
import { type Html, html } from '../../../../base/html.ts';
import type { Scope } from '../../api/scopes.ts';
import { type IconName, icon } from './icons.ts';
import type { PageTexts } from './texts/languages.ts';

interface Link {
  readonly label: string;
  readonly href: string;
}

interface Said {
  readonly kind: 'quiet' | 'well' | 'warn' | 'bad';
  readonly icon: IconName;
  readonly title: string;
  readonly body: Html;
}

const said = ({ kind, icon: name, title, body }: Said): Html =>
  html`<section class="state ${kind}"><h2>${icon(name)}<span>${title}</span></h2>${body}</section>`;

const link = ({ label, href }: Link): Html => html`<p><a class="button" href="${href}">${label}</a></p>`;

/** Nothing is there yet: why, and the one thing that changes it. `todo` null: it comes by itself. */
export const first = (title: string, why: string, todo: Link | null): Html =>
  said({
    kind: 'quiet',
    icon: 'unsure',
    title,
    body: html`<p>${why}</p>${todo === null ? null : link(todo)}`,
  });

/** `filters` in words; `clear` is the page without them. */
export const nothingMatches = (filters: string, clear: string, { states }: PageTexts): Html =>
  said({
    ...{ kind: 'quiet', icon: 'search', title: states.nothingMatches },
    body: html`<p>${states.nothingMatchesBy(filters)}</p>${link({ label: states.clear, href: clear })}`,
  });

/** A strip above what may be old. */
export const notLive = (since: string, { states }: PageTexts): Html =>
  html`<p class="strip" role="status">${icon('silent')}<span>${states.notLive(since)}</span></p>`;

export const mayNot = (scope: Scope, { states }: PageTexts): Html =>
  said({
    ...{ kind: 'quiet', icon: 'refused', title: states.mayNot },
    body: html`<p>${states.mayNotWhy(scope)} ${states.mayNotWho}</p>`,
  });

export const gone = (back: string, { states }: PageTexts): Html =>
  said({
    ...{ kind: 'quiet', icon: 'remove', title: states.gone },
    body: html`<p>${states.goneWhy}</p>${link({ label: states.back, href: back })}`,
  });

interface Versions {
  readonly who: string;
  readonly when: string;
  readonly theirs: Html;
  readonly yours: Html;
}

/** Somebody else was faster: both are shown, and nothing of either is lost. */
export const conflict = ({ who, when, theirs, yours }: Versions, { states }: PageTexts): Html =>
  said({
    ...{ kind: 'warn', icon: 'alert', title: states.conflict(who, when) },
    body: html`<p>${states.conflictWhy}</p>
<div class="pair"><div><h3>${states.theirs}</h3>${theirs}</div><div><h3>${states.yours}</h3>${yours}</div></div>`,
  });

interface Failure {
  /** A sentence, as the API says it. */
  readonly why: Html | string;
  readonly hint: Html | string | null;
  /** By which the operator finds it in the log; null: there is none. */
  readonly trace: string | null;
  readonly again: string;
}

export const failed = ({ why, hint, trace, again }: Failure, { states }: PageTexts): Html =>
  said({
    ...{ kind: 'bad', icon: 'alert', title: states.failed },
    body: html`<p>${why}. ${states.failedSafe}</p>${hint === null ? null : html`<p>${hint}</p>`}
${trace === null ? null : html`<p class="soft">${states.trace}: <code>${trace}</code></p>`}
${link({ label: states.again, href: again })}`,
  });

/** All is well, with what that is known by. */
export const well = (title: string, evidence: Html): Html =>
  said({ kind: 'well', icon: 'check', title, body: html`<p>${evidence}</p>` });
