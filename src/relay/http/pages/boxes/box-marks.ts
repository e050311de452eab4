/** How a box stands, in an icon and a word: the same in the list and on its own page. */
import { type Html, html } from '../../../../base/html.ts';
import type { BoxFault } from '../../../domain/box-health.ts';
import type { Told } from '../../../domain/box-told.ts';
import type { BoxView } from '../../../domain/boxes.ts';
import { type IconName, icon } from '../frame/icons.ts';
import { type Clock, when } from '../frame/when.ts';
import type { BoxWords } from './box-texts.ts';

type Tone = 'ok' | 'warn' | 'bad' | 'quiet';

export const mark = (name: IconName, tone: Tone, text: string): Html =>
  html`<span class="mark ${tone}">${icon(name)}<span>${text}</span></span>`;

const links = {
  up: ['check', 'ok'],
  lost: ['silent', 'bad'],
  never: ['clock', 'quiet'],
} as const;

export function linkMark(
  { link, link_since }: BoxView,
  words: BoxWords,
  clock: Clock,
  length: 'short' | 'long',
): Html {
  const [name, tone] = links[link];
  const since =
    link_since === null || (length === 'short' && link === 'up')
      ? null
      : html` <span class="soft">${words.since}</span> ${when(link_since, clock)}`;
  return html`${mark(name, tone, words.links[link])}${since}`;
}

/** Proven by its last receipt; a change that waits is not there yet, whatever the box says. */
export function knowsMark({ revision, known_rev, known_at }: BoxView, words: BoxWords, clock: Clock): Html {
  const waits = revision - known_rev;
  if (known_at === null && revision === 0) return html`<span class="quiet">${words.noReceipt}</span>`;
  const at = known_at === null ? null : html` ${when(known_at, clock)}`;
  return waits > 0
    ? html`${mark('clock', 'warn', words.waits(waits))}${at}`
    : html`${mark('proven', 'ok', words.proven)}${at}`;
}

/** Told, not proven: hatched, with its age. */
export function abilityMark(told: Told | null, words: BoxWords, clock: Clock): Html {
  if (told === null) return html`<span class="quiet">${words.notTold}</span>`;
  const { takes, returns } = told.state;
  const tone =
    takes === 'none' || returns === 'none' ? 'bad' : takes === 'some' || returns === 'some' ? 'warn' : '';
  return html`<span class="told ${tone}">${words.ability(words.some[takes], words.some[returns])}</span> ${when(told.heard, clock)}`;
}

const journalKinds: ReadonlySet<string> = new Set(['journal-fork', 'journal-forged', 'journal-lost']);

export function journalMark(
  { seq }: BoxView,
  faults: readonly BoxFault[],
  words: BoxWords,
  length: 'short' | 'long',
): Html {
  if (seq === 0) return html`<span class="quiet">${words.noEvents}</span>`;
  const isBroken = faults.some(({ kind }) => journalKinds.has(kind));
  const long = isBroken ? words.broken(seq) : words.unbroken(seq);
  const said = length === 'long' ? long : isBroken ? words.inPieces : words.whole;
  return isBroken ? mark('alert', 'bad', said) : mark('proven', 'ok', said);
}
