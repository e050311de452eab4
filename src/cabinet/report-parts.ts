/** The page tells besides how things look to the relay, and which bytes went through the ports. */
import { type Html, html } from '../base/html.ts';
import { eventSentence } from '../wire/event-words.ts';
import { type Belief, type BelievedEvent, delayOf } from './belief.ts';
import { type CabinetTexts, filled } from './texts.ts';
import type { View } from './view.ts';

const minuteMs = 60_000;

function span(texts: CabinetTexts, ms: number): string {
  const isLong = ms >= 2 * minuteMs;
  const n = Math.max(0, Math.floor(ms / (isLong ? minuteMs : 1_000)));
  return filled(isLong ? texts.minutes : texts.seconds, { n });
}

/** By the clock of the place where the box stands. */
function clock({ spec }: View, at: number | null): string {
  if (at === null || Number.isNaN(at)) return '–';
  const options = { timeZone: spec.zone, hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-GB', options).format(at);
}

export function relayPart(view: View): Html {
  const { texts, belief } = view;
  const inside = believed(view, belief);
  return html`<section class="relay" aria-labelledby="relay-name"><h2 id="relay-name">${texts.relay}</h2>${inside}</section>`;
}

function believed(view: View, belief: Belief): Html {
  const { texts, now } = view;
  if (belief === null) return html`<p class="quiet">${texts.noRelay}</p>`;
  if (typeof belief === 'string') return html`<p class="bad">${filled(texts.relayAway, { why: belief })}</p>`;
  const { link, sync, journal, events } = belief;
  const since = clock(view, link.since);
  const heard = link.heard === null ? '–' : span(texts, now - link.heard);
  const rows = events.map(event => eventRow(view, event, delayOf(event, link.since)));
  return html`<p class="${link.state === 'up' ? 'good' : 'bad'}">${filled(texts.link[link.state], { since })}</p>
<p class="age">${filled(texts.heard, { ago: heard })}</p>
<p>${filled(texts.knows, { seq: journal.seq })} ${sync.waiting ? texts.waiting : texts.inSync}</p>
<div class="wide" role="group" aria-labelledby="newest-name" tabindex="0"><table><caption id="newest-name">${texts.newest}</caption>
<thead><tr><th scope="col">${texts.event}</th><th scope="col">${texts.happened}</th><th scope="col">${texts.arrived}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function eventRow(view: View, event: BelievedEvent, delay: number | null): Html {
  const { texts, spec } = view;
  const where = event.slot === undefined ? null : filled(texts.door, { slot: event.slot });
  const more = [where, event.key].filter(each => each !== null && each !== undefined);
  const what = [eventSentence(event, spec.language), ...more].join(' · ');
  const arrived =
    delay === null
      ? html`${texts.atOnce}`
      : html`${clock(view, event.relay.heard)} <b class="late">${filled(texts.late, { delay: span(texts, delay) })}</b>`;
  return html`<tr><td>${what}</td><td>${clock(view, event.at)}</td><td>${arrived}</td></tr>`;
}

export function logPart(view: View): Html {
  const { texts, bytes } = view;
  const rows = bytes
    .toReversed()
    .map(
      ({ at, device, way, text }) =>
        html`<tr><td>${clock(view, at)}</td><td>${device}</td><td>${texts[way]}</td><td><code>${text}</code></td></tr>`,
    );
  const table =
    rows.length === 0
      ? html`<p class="quiet">${texts.noBytes}</p>`
      : html`<div class="wide" role="group" aria-labelledby="log-name" tabindex="0"><table><thead><tr><th scope="col">${texts.time}</th><th scope="col">${texts.port}</th>
<th scope="col">${texts.way}</th><th scope="col">${texts.bytes}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<section class="log" aria-labelledby="log-name"><h2 id="log-name">${texts.log}</h2><p class="quiet">${texts.logWhy}</p>${table}</section>`;
}
