/** Draws the driver's page of a booking. */

import { Html, html } from '../../../../base/html.ts';
import type { Language } from '../../../domain/notify-settings.ts';
import type { Access } from '../../access.ts';
import { mayAskAgain } from '../../ask-again.ts';
import { catalogues } from '../../catalogues.ts';
import { instantText } from '../../clock-text.ts';
import { fieldState } from '../../fields.ts';
import type { Values } from '../../kinds.ts';
import { filled, unbroken } from '../../template.ts';
import { words as allWords } from './texts/all.ts';
import type { Words } from './texts/words.ts';

/** How the part about the phone stands. */
export type PhonePart =
  | { readonly is: 'offered'; readonly problem: 'noNumber' | 'tooOften' | 'over' | null }
  | {
      readonly is: 'asked';
      readonly phone: string;
      readonly needsPin: boolean;
      /** Also the PIN until now, or the digits that went to the number until now. */
      readonly needsOld: boolean;
      readonly problem: 'wrong' | 'badPin' | null;
    }
  | { readonly is: 'done'; readonly phone: string };

export interface Shown {
  readonly access: Access;
  readonly language: Language;
  readonly values: Values;
  readonly now: number;
  /** After a tap only; null: not shown. */
  readonly code: string | null;
  /** The tap came when there was none. */
  readonly codeMissing: boolean;
  /** Null: not offered, since no SMS can be sent, or there is no driver. */
  readonly phone: PhonePart | null;
  readonly asked: boolean;
  /** When whoever has the key is to bring it back; null: nobody is known to have it, or for no set time. */
  readonly back: number | null;
}

type State = keyof Words['states'];

/** So long before the end a driver is asked to come back. */
const dueMs = 3_600_000;

function stateOf({ access, now, back }: Shown): State {
  const state = fieldState(access);
  const { start, end } = access.booking;
  switch (state) {
    // A cancelled booking has no page; between one look and the next it may become one.
    case 'cancelled':
      return 'ended';
    // How much earlier a box lets somebody in, only the box knows.
    case 'ready':
      return now < start ? 'early' : 'ready';
    case 'key-away':
      return back !== null && now >= back ? 'key-late' : 'key-away';
    case 'taken':
      return end !== null && now > end - dueMs ? 'due' : 'taken';
    default:
      return state;
  }
}

/** States in which the key is to be taken. */
const isToTake = (state: State): boolean => state === 'ready' || state === 'early' || isAway(state);
const isAway = (state: State): boolean => state === 'key-away' || state === 'key-late';
const isWithThem = (state: State): boolean => state === 'taken' || state === 'due' || state === 'overdue';

export function bookingPage(shown: Shown): Html {
  const { access, language, back } = shown;
  const words = allWords[language];
  const state = stateOf(shown);
  const { head, text } = words.states[state];
  const { values } = shown;
  // There, it is the other's end that counts.
  const told = isAway(state) ? { ...values, end: back === null ? '' : placeTime(back, shown) } : values;
  const hasCode = isToTake(state) || isWithThem(state);
  return html`<section><h1>${unbroken(filled(head, told))}</h1><p>${unbroken(filled(text, told))}</p>
${hasCode ? codePart(shown, words) : null}
${state === 'waiting' || isAway(state) ? lookAgain(words) : null}
${factList(words, values)}${mapLink(access, words)}</section>
${isUnderWay(shown.phone) ? phonePart(shown, words) : null}
${hasCode ? steps(words, state, values) : null}
${askPart(shown, words)}
${values.phone === '' ? null : html`<section><p>${unbroken(words.call)} <a href="tel:${values.phone.replace(/[^+\d]/g, '')}">${values.phone}</a></p></section>`}
${isUnderWay(shown.phone) ? null : phonePart(shown, words)}`;
}

const placeTime = (at: number, { access, language, now }: Shown): string =>
  instantText(at, { zone: access.place.zone, locale: catalogues[language].locale, now });

/** A button: a page that loads itself anew takes its place from whoever reads it, and in a garage without a network it is then gone. */
const lookAgain = (words: Words): Html =>
  html`<form method="get"><button class="second">${words.lookAgain}</button></form>`;

/** Whoever has just sent that form looks for its answer where the page begins. */
const isUnderWay = (phone: PhonePart | null): boolean =>
  phone !== null && (phone.is !== 'offered' || phone.problem !== null);

function codePart({ code, codeMissing, values }: Shown, words: Words): Html {
  if (code !== null)
    return html`<p class="label">${words.code.label}</p><p class="code">${code.split(' ').map(digits => html`<span>${digits}</span> `)}</p><p class="label">${words.code.afterwards}</p>
${values.again === '' ? null : html`<p class="soft">${words.again}</p>`}`;
  return html`${codeMissing ? html`<p class="bad">${words.code.not}</p>` : null}
<form method="post"><input type="hidden" name="do" value="code"><button>${words.code.show}</button></form>`;
}

/** A site alone has a point; the map is one of those that every phone can open. */
function mapLink({ place: { point } }: Access, words: Words): Html | null {
  if (point === null) return null;
  const at = `${point.latitude},${point.longitude}`;
  return html`<p><a href="https://www.openstreetmap.org/?mlat=${point.latitude}&mlon=${point.longitude}#map=17/${at.replace(',', '/')}" rel="noreferrer">${words.map} ↗</a></p>`;
}

const factNames = ['vehicle', 'box', 'site', 'slot', 'window'] as const;

const factList = (words: Words, values: Values): Html =>
  html`<dl>${factNames
    .filter(name => values[name] !== '')
    .map(name => html`<dt>${words.facts[name]}</dt><dd>${values[name]}</dd>`)}</dl>`;

function steps({ steps: words }: Words, state: State, values: Values): Html {
  const list = (lines: readonly string[]): Html =>
    html`<ol>${lines
      .map(line => filled(line, values))
      .filter(line => line !== '')
      .map(line => html`<li>${unbroken(line)}</li>`)}</ol>`;
  const bring = html`<h2>${words.bringHead}</h2>${list(words.bring)}`;
  if (!isToTake(state)) return html`<section>${bring}</section>`;
  return html`<section><h2>${words.head}</h2>${list(words.take)}${bring}</section>`;
}

function askPart({ access, asked }: Shown, { ask }: Words): Html | null {
  if (!mayAskAgain(access)) return null;
  if (asked) return html`<section><p class="note">${ask.done}</p></section>`;
  return html`<section><p>${ask.text}</p>
<form method="post"><input type="hidden" name="do" value="again"><button>${ask.button}</button></form></section>`;
}

function phonePart({ access, phone }: Shown, { phone: words }: Words): Html | null {
  if (phone === null) return null;
  const { driver } = access;
  if (phone.is === 'done')
    return html`<section><p class="note">${withPhone(words.done, phone.phone)}</p></section>`;
  const now = driver?.phone_opens === 1 && driver.phone !== null ? withPhone(words.now, driver.phone) : null;
  return html`<details${new Html(isUnderWay(phone) ? ' open' : '')}><summary>${words.head}</summary>
${now === null ? null : html`<p class="note">${now}</p>`}
${phone.is === 'asked' ? checkForm(phone, words) : html`<p>${words.text}</p>`}
${numberForm(phone, words, driver?.phone ?? '')}</details>`;
}

const withPhone = (text: string, phone: string): string => text.replace('{phone}', phone);

const numberForm = (
  phone: Exclude<PhonePart, { is: 'done' }>,
  words: Words['phone'],
  known: string,
): Html => html`${phone.is === 'asked' || phone.problem === null ? null : html`<p class="bad">${words[phone.problem]}</p>`}
<form method="post"><input type="hidden" name="do" value="phone">
<label for="phone">${words.number}</label>
<input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="40" required value="${known}">
<button${new Html(phone.is === 'asked' ? ' class="second"' : '')}>${words.send}</button></form>`;

const checkForm = (
  { phone, needsPin, needsOld, problem }: Extract<PhonePart, { is: 'asked' }>,
  words: Words['phone'],
): Html => html`<p class="note">${withPhone(words.sent, phone)}</p>
${problem === null ? null : html`<p class="bad">${words[problem]}</p>`}
<form method="post" autocomplete="off"><input type="hidden" name="do" value="check">
<label for="check">${words.check}</label>
<input id="check" name="check" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="8" required>
${
  needsOld
    ? html`<p class="soft">${words.old}</p>
<label for="old">${words.oldField}</label>
<input id="old" name="old" type="password" inputmode="numeric" autocomplete="off" pattern="[0-9 ]*" maxlength="8" required>`
    : null
}
<label for="pin">${words.pin}</label>
<input id="pin" name="pin" type="password" inputmode="numeric" autocomplete="new-password" pattern="[0-9]{4,8}" maxlength="8"${new Html(needsPin ? ' required' : '')}>
<p class="soft">${needsPin ? words.pinNeeded : words.pinMay}</p>
<button>${words.confirm}</button></form>`;

/** Too many at once: whoever looks keeps their address, and a way to look again. */
export const busyPage = (words: Words): Html =>
  html`<section><h1>${words.busy.head}</h1><p role="status">${words.busy.text}</p>${lookAgain(words)}</section>`;

export const plainPage = ({ head, text }: { readonly head: string; readonly text: string }): Html =>
  html`<section><h1>${head}</h1><p>${text}</p></section>`;
