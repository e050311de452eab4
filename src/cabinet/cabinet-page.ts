/** The page of a played cabinet, whole each time; the script puts what has changed in the place of what was there. */
import { type Html, html, htmlPage } from '../base/html.ts';
import {
  alarmsPart,
  displayPart,
  doorPart,
  handPart,
  keypadPart,
  lampsPart,
  readerPart,
  restarter,
  switchesPart,
} from './page-parts.ts';
import { logPart, relayPart } from './report-parts.ts';
import type { CabinetSpec } from './spec.ts';
import { type CabinetTexts, cabinetTexts, filled, sentence } from './texts.ts';
import type { View } from './view.ts';

export function cabinetPage(view: View): string {
  const { texts, spec, said } = view;
  const title = filled(texts.title, { box: spec.name });
  const body = html`<header><h1>${title}</h1><p>${texts.intro}</p></header>
<div id="dark" data-own hidden role="alert">${darkness(view)}</div>
<main><p id="said" role="status" tabindex="-1">${said === null ? texts.nothingYet : sentence(texts, said)}</p>
<div class="front"><section class="cabinet" aria-labelledby="cabinet-name"><h2 id="cabinet-name">${texts.cabinet}</h2>
<div class="panel">${displayPart(view)}${lampsPart(view)}${keypadPart(view)}${readerPart(view)}${alarmsPart(view)}</div>
<ul class="doors">${view.doors.map(door => doorPart(view, door))}</ul></section>
<div class="beside">${handPart(view)}${relayPart(view)}${switchesPart(view)}</div></div>${logPart(view)}</main>`;
  return whole(view, title, body);
}

/** The answer to whoever has just cut the power: the last that this server says. */
export function darkPage(view: Pick<View, 'spec' | 'texts'>): string {
  const body = html`<main class="dark"><h1>${view.texts.darkTitle}</h1>${darkness(view, null)}</main>`;
  return whole(view, view.texts.darkTitle, body);
}

const darkness = (
  { texts, spec }: Pick<View, 'spec' | 'texts'>,
  title: Html | null = html`<h2>${texts.darkTitle}</h2>`,
): Html =>
  html`${title}<p>${texts.darkWaiting} ${restarter(texts, spec.restartedBy)}</p><p><a href="/">${texts.lookAgain}</a></p>`;

/** Says no on a page. */
export const refusalPage = (language: CabinetSpec['language'], said: string): string =>
  htmlPage(language, html`<title>${said}</title>`, html`<main><h1>${said}</h1></main>`);

const whole = ({ spec }: Pick<View, 'spec'>, title: string, body: Html): string =>
  htmlPage(
    spec.language,
    html`<meta name="viewport" content="width=device-width"><title>${title}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/cabinet.css"><script src="/cabinet.js" defer></script>`,
    body,
  );

export const textsOf = (spec: CabinetSpec): CabinetTexts => cabinetTexts[spec.language];
