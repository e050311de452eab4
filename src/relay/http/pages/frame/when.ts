/** Instants as people read them: the clock of the place first, then how long ago that is. */
import { type Html, html } from '../../../../base/html.ts';
import type { TimeZone } from '../../../../base/time-zone.ts';
import type { Language } from './texts/languages.ts';

/** How instants are written on one page. */
export interface Clock {
  readonly now: number;
  /** Of the place that is spoken of. */
  readonly zone: TimeZone;
  readonly language: Language;
}

/** British dates: day first, as in the rest of Europe, and names of zones instead of offsets. */
const locales: Readonly<Record<Language, string>> = { en: 'en-GB', nl: 'nl-NL' };

const dayMs = 86_400_000;
/** Formatters cost a millisecond each to make. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(
  { zone, language }: Clock,
  name: 'day' | 'year' | 'time' | 'date' | 'hour',
): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${name}`;
  const shapes = {
    day: { weekday: 'short', day: 'numeric', month: 'short' },
    year: { day: 'numeric', month: 'short', year: 'numeric' },
    time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
    hour: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    date: { year: 'numeric', month: '2-digit', day: '2-digit' },
  } as const;
  const made =
    formats.get(key) ?? new Intl.DateTimeFormat(locales[language], { ...shapes[name], timeZone: zone });
  formats.set(key, made);
  return made;
}

const relative: Readonly<Record<Language, Intl.RelativeTimeFormat>> = {
  en: new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto', style: 'long' }),
  nl: new Intl.RelativeTimeFormat('nl-NL', { numeric: 'auto', style: 'long' }),
};

/** `today 17:00 CET`, `Sat 28 Nov 17:00 CET`. */
export function clockText(at: number, clock: Clock): string {
  const date = format(clock, 'date');
  const day = (ms: number): string => date.format(ms);
  const near = [-1, 0, 1].find(days => day(clock.now + days * dayMs) === day(at));
  const isFar = Math.abs(at - clock.now) > 300 * dayMs;
  const dayNamed =
    near === undefined
      ? format(clock, isFar ? 'year' : 'day').format(at)
      : relative[clock.language].format(near, 'day');
  return `${dayNamed} ${format(clock, 'time').format(at)}`;
}

/** `09:00`: of a day that was said before. */
export const hourText = (at: number, clock: Clock): string => format(clock, 'hour').format(at);

/** `Sat 28 Nov`. */
export const dayText = (at: number, clock: Clock): string => format(clock, 'day').format(at);

/** `today 09:00–17:00 CET`; the second day is named where it is another. `end` null: nobody has said yet. */
export function spanText(start: number, end: number | null, clock: Clock): string {
  if (end === null) return `${clockText(start, clock)} –`;
  const date = format(clock, 'date');
  const isSameDay = date.format(start) === date.format(end);
  const from = clockText(start, clock).split(' ').slice(0, -1).join(' ');
  if (!isSameDay) return `${from} – ${clockText(end, clock)}`;
  return `${from}–${format(clock, 'time').format(end)}`;
}

const units = [
  ['day', dayMs],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** `12 minutes ago`, `in 3 hours`: whole units, cut off, so that nothing looks older than it is. */
export function ageText(at: number, { now, language }: Clock): string {
  const ms = at - now;
  const [unit, size] = units.find(each => Math.abs(ms) >= each[1]) ?? ['second', 1_000];
  return relative[language].format(Math.trunc(ms / size), unit);
}

/** `1 hour`: how much later one is than the other. */
export function ageBetween(from: number, to: number, language: Language): string {
  const ms = Math.abs(to - from);
  const [unit, size] = units.find(each => ms >= each[1]) ?? ['second', 1_000];
  const count = new Intl.NumberFormat(locales[language], { style: 'unit', unit, unitDisplay: 'long' });
  return count.format(Math.trunc(ms / size));
}

export const when = (at: number, clock: Clock): Html =>
  html`<span class="when"><time datetime="${new Date(at).toISOString()}">${clockText(at, clock)}</time> <span class="age">${ageText(at, clock)}</span></span>`;
