/** A booking from the first word of it to the last: rows of all rooms in one list, the late ones marked. */
import { type Html, html } from '../../../../base/html.ts';
import { eventWord } from '../../../../wire/event-words.ts';
import type { EventType } from '../../../../wire/journal.ts';
import type { BookingView } from '../../../domain/booking-views.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { type IconName, icon } from '../frame/icons.ts';
import type { Language } from '../frame/texts/languages.ts';
import { ageBetween, type Clock, when } from '../frame/when.ts';
import type { Visit } from '../visit.ts';
import { bookingPath } from './booking-path.ts';
import { type BookingWords, bookingWords } from './booking-words.ts';
import { storyTexts } from './story-texts.ts';
import { type Line, messageStands, proofWord, saidOf, todoOf } from './story-words.ts';

interface Story {
  readonly items: readonly Line[];
  readonly hidden: readonly string[];
}

const marks: Readonly<Record<Line['kind'], IconName>> = {
  booking: 'bookings',
  deed: 'person',
  box: 'boxes',
  event: 'events',
  message: 'go',
  fleet: 'integrations',
};

export async function storySection(
  visit: Visit,
  { id, taken, state }: Pick<BookingView, 'id' | 'taken' | 'state'>,
  clock: Clock,
  deps: DeedDeps,
): Promise<Html> {
  const words = bookingWords(visit.viewer.language);
  const answer = await doRoute('getBookingStory', visit.caller, { params: { id } }, deps);
  const { items, hidden } = answer as Story;
  const untold = unsent(items).filter(({ what }) => isStillSo(what, state));
  const rows = items.map(line =>
    row(line, clock, words, {
      isOpen: untold.includes(line),
      deed: nextDeed(visit, id, line, untold),
    }),
  );
  const rest = hidden.length === 0 ? null : html`<p class="soft">${words.hidden(hidden.join(', '))}</p>`;
  return html`<section class="sheet"><h2>${words.story}</h2><ol class="story">${rows}</ol>${taken === null ? gap(items, clock, words) : null}${rest}
${raw(items, 'event', words)}${raw(items, 'deed', words)}
<p class="buttons"><a class="button" href="${bookingPath(id)}/story.json" download>${words.export}</a></p></section>`;
}

/** By which somebody can tell that a key was taken, in their order. */
const physical: readonly EventType[] = ['pulsed', 'door-opened', 'key-taken'];

/** Whoever was let in and did not take the key: where it ended. */
function gap(items: readonly Line[], { language }: Clock, { unseen }: BookingWords): Html | null {
  const seen = new Set(items.filter(({ kind }) => kind === 'event').map(({ what }) => what));
  const missing = physical.filter(type => !seen.has(type)).map(type => eventWord(type, language) ?? type);
  return seen.has('granted') && missing.length > 0
    ? html`<p class="note">${unseen(missing.join(', '))}</p>`
    : null;
}

const isUnsent = (line: Line): boolean =>
  line.kind === 'message' &&
  ['failed', 'undelivered', 'refused', 'opted-out'].includes(messageStands(line).state);

/** One that is no longer so would be dropped on its way. */
function isStillSo(kind: string, state: BookingView['state']): boolean {
  if (kind === 'cancelled') return true;
  if (kind === 'overdue') return state === 'overdue';
  return !['taken', 'overdue', 'returned', 'cancelled', 'ended'].includes(state);
}

/** Those that never came, and have not been sent again since. */
const unsent = (items: readonly Line[]): readonly Line[] =>
  items.filter(
    (line, at) =>
      isUnsent(line) &&
      !items.slice(at + 1).some(({ kind, what }) => kind === 'message' && what === line.what),
  );

const again = (id: string, { behind }: Line, words: BookingWords): Html =>
  html`<form method="post" action="${bookingPath(id)}/resend"><input type="hidden" name="message" value="${behind.message ?? ''}"><p class="buttons"><button type="submit">${words.again}</button></p></form>`;

/** Something that can be done about a line, by whoever may: a message that never came, fields that could not be written. */
function nextDeed({ viewer }: Visit, id: string, line: Line, untold: readonly Line[]): Html | null {
  const { language, scopes } = viewer;
  if (line.what === 'fields-due') return scopes.has('bookings:write') ? retry(id, language) : null;
  if (!untold.includes(line)) return null;
  const mayAgain = scopes.has('messages:write') && messageStands(line).state !== 'opted-out';
  return html`<p>${todoOf(line, language)}</p>${mayAgain ? again(id, line, bookingWords(language)) : null}`;
}

const retry = (id: string, language: Language): Html =>
  html`<form method="post" action="${bookingPath(id)}/write-fields"><p class="buttons"><button type="submit">${storyTexts(language).retry}</button></p></form>`;

function raw(items: readonly Line[], kind: 'event' | 'deed', words: BookingWords): Html | null {
  const lines = items.filter(line => line.kind === kind);
  if (lines.length === 0) return null;
  const text = lines.map(line => JSON.stringify(line)).join('\n');
  return html`<details><summary>${words.raw[kind](String(lines.length))}</summary><pre class="copy" tabindex="0">${text}</pre></details>`;
}

/** Solid is what a receipt or a sensor has proven; the rest is said and no more. */
function row(
  line: Line,
  clock: Clock,
  words: BookingWords,
  { isOpen, deed }: { readonly isOpen: boolean; readonly deed: Html | null },
): Html {
  const [at, heard] = [Date.parse(line.at), Date.parse(line.heardAt)];
  const { language } = clock;
  const { kinds } = storyTexts(language);
  const { title, detail, foreign } = saidOf(line, language);
  const proof =
    line.proof === null ? null : html`<span class="tag">${proofWord(line.proof, language)}</span>`;
  const toldLate = line.late
    ? html`<span class="tag warn">${words.late(ageBetween(at, heard, language))}</span>`
    : null;
  return html`<li><span>${icon(isUnsent(line) ? 'alert' : marks[line.kind])}<span class="unseen">${kinds[line.kind]}: </span></span>
<div><strong${isOpen ? html` class="bad"` : null}>${title}</strong>${detail === null ? null : html` <bdi>${detail}</bdi>`}${foreign === null ? null : html` <bdi lang="en">(${foreign})</bdi>`} ${proof}${toldLate}
<span class="soft">${when(at, clock)}</span>${deed}</div></li>`;
}
