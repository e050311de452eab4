/** A booking from the first word of it to the last: rows of all rooms in one list, the late ones marked. */
import { type Html, html } from '../../../../base/html.ts';
import type { BookingView } from '../../../domain/booking-views.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { eventWord } from '../event-words.ts';
import { type IconName, icon } from '../frame/icons.ts';
import { ageBetween, type Clock, when } from '../frame/when.ts';
import type { Visit } from '../visit.ts';
import { type BookingWords, bookingWords } from './booking-words.ts';

/** As the route answers. */
interface Line {
  readonly at: string;
  readonly heardAt: string;
  readonly late: boolean;
  readonly kind: 'booking' | 'deed' | 'box' | 'event' | 'message' | 'fleet';
  readonly what: string;
  readonly proof: string | null;
  readonly detail: string | null;
}

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
  { id }: Pick<BookingView, 'id'>,
  clock: Clock,
  deps: DeedDeps,
): Promise<Html> {
  const words = bookingWords(visit.viewer.language);
  const answer = await doRoute('getBookingStory', visit.caller, { params: { id } }, deps);
  const { items, hidden } = answer as Story;
  const rows = items.map(line => row(line, clock, words));
  const rest = hidden.length === 0 ? null : html`<p class="soft">${words.hidden(hidden.join(', '))}</p>`;
  return html`<section class="sheet"><h2>${words.story}</h2><ol class="story">${rows}</ol>${rest}</section>`;
}

/** Solid is what a receipt or a sensor has proven; the rest is said and no more. */
function row(line: Line, clock: Clock, words: BookingWords): Html {
  const [at, heard] = [Date.parse(line.at), Date.parse(line.heardAt)];
  const { kinds, proofs, late } = words;
  const proof =
    line.proof === null ? null : html`<span class="tag">${proofs[line.proof] ?? line.proof}</span>`;
  const toldLate = line.late
    ? html`<span class="tag warn">${late(ageBetween(at, heard, clock.language))}</span>`
    : null;
  return html`<li><span>${icon(marks[line.kind])}<span class="unseen">${kinds[line.kind]}: </span></span>
<div><strong>${said(line, clock, words)}</strong>${line.detail === null ? null : html` <bdi>${line.detail}</bdi>`} ${proof}${toldLate}
<span class="soft">${when(at, clock)}</span></div></li>`;
}

const said = ({ kind, what }: Line, { language }: Clock, { facts }: BookingWords): string =>
  (kind === 'event' ? eventWord(what, language) : null) ?? facts[what] ?? what;
