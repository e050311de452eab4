/** Instead of “Are you sure?”: what will happen, and to whom. */
import { type Html, html } from '../../../../base/html.ts';
import type { PageTexts } from './texts/languages.ts';

interface Confirmation {
  /** Happens by it, a sentence each. */
  readonly happens: readonly string[];
  /** Names of those whom it concerns. */
  readonly whom: readonly string[];
  /** Whether the API wants to know why. */
  readonly asksWhy: boolean;
  /** Where the form goes. */
  readonly action: string;
  /** A verb and a thing. */
  readonly button: string;
  /** Takes something away that does not come back. */
  readonly isDangerous: boolean;
  readonly back: string;
}

export function confirmation(asked: Confirmation, { confirm, states }: PageTexts): Html {
  const { happens, whom, asksWhy, action, button, isDangerous, back } = asked;
  const why = html`<p><label for="why">${confirm.why}</label><input id="why" name="why" type="text" required maxlength="200" aria-describedby="why-hint">
<span class="soft" id="why-hint">${confirm.whyHint}</span></p>`;
  return html`<form method="post" action="${action}" class="sheet"><h2>${confirm.happens}</h2><ul>${happens.map(each => html`<li>${each}</li>`)}</ul>
${whom.length === 0 ? null : html`<h2>${confirm.whom}</h2><ul>${whom.map(each => html`<li><bdi>${each}</bdi></li>`)}</ul>`}
${asksWhy ? why : null}
<p class="buttons"><button type="submit" class="${isDangerous ? 'danger' : 'main'}">${button}</button> <a class="button" href="${back}">${states.back}</a></p></form>`;
}
