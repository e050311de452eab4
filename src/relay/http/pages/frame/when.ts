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
const minuteMs = 60_000;
/** Clocks all over the world differ by whole quarters of an hour, so that within one no date changes. */
const quarterMs = 15 * minuteMs;
const clockShape = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const shapes = {
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  year: { day: 'numeric', month: 'short', year: 'numeric' },
  time: { ...clockShape, timeZoneName: 'short' },
  hour: clockShape,
  date: { year: 'numeric', month: '2-digit', day: '2-digit' },
} as const;

const textsMost = 2_000;

/**
 * Gives texts by numbers. Those that were given before are kept, since Intl takes a microsecond for each, a page shows hundreds, and
 * most of its hours and days were on the page before it.
 */
class KeptTexts {
  readonly #compose: (number: number) => string;
  readonly #kept = new Map<number, string>();

  constructor(compose: (number: number) => string) {
    this.#compose = compose;
  }

  of(number: number): string {
    const kept = this.#kept.get(number);
    if (kept !== undefined) return kept;
    const text = this.#compose(number);
    if (this.#kept.size >= textsMost) this.#kept.clear();
    this.#kept.set(number, text);
    return text;
  }
}

/** Formatters cost a millisecond each to make. */
const formats = new Map<string, KeptTexts>();

function formatted(at: number, { zone, language }: Clock, name: keyof typeof shapes): string {
  const stepMs = name === 'time' || name === 'hour' ? minuteMs : quarterMs;
  const key = `${language} ${zone} ${name}`;
  const known = formats.get(key);
  if (known !== undefined) return known.of(Math.floor(at / stepMs));
  const format = new Intl.DateTimeFormat(locales[language], { ...shapes[name], timeZone: zone });
  const made = new KeptTexts(step => format.format(step * stepMs));
  formats.set(key, made);
  return made.of(Math.floor(at / stepMs));
}

const relativeIn = (language: Language): Intl.RelativeTimeFormat =>
  new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto', style: 'long' });

const relative: Readonly<Record<Language, Intl.RelativeTimeFormat>> = {
  en: relativeIn('en'),
  nl: relativeIn('nl'),
};

/** Days from today that have a name of their own, and the date of each. */
type NearDays = ReadonlyMap<string, number>;

const nearDays = new WeakMap<Clock, NearDays>();

function nearDaysOf(clock: Clock): NearDays {
  const days =
    nearDays.get(clock) ??
    new Map([-1, 0, 1].map(day => [formatted(clock.now + day * dayMs, clock, 'date'), day]));
  nearDays.set(clock, days);
  return days;
}

/** Further away no day has a name. */
const nearMs = 3 * dayMs;

function dayNamed(at: number, clock: Clock): string {
  const distanceMs = Math.abs(at - clock.now);
  const near = distanceMs > nearMs ? undefined : nearDaysOf(clock).get(formatted(at, clock, 'date'));
  if (near !== undefined) return relative[clock.language].format(near, 'day');
  return formatted(at, clock, distanceMs > 300 * dayMs ? 'year' : 'day');
}

/** `today 17:00 CET`, `Sat 28 Nov 17:00 CET`. */
export const clockText = (at: number, clock: Clock): string =>
  `${dayNamed(at, clock)} ${formatted(at, clock, 'time')}`;

/** `09:00`: of a day that was said before. */
export const hourText = (at: number, clock: Clock): string => formatted(at, clock, 'hour');

/** `Sat 28 Nov`. */
export const dayText = (at: number, clock: Clock): string => formatted(at, clock, 'day');

/** `today 09:00–17:00 CET`; the second day is named where it is another. `end` null: nobody has said yet. */
export function spanText(start: number, end: number | null, clock: Clock): string {
  if (end === null) return `${clockText(start, clock)} –`;
  const isSameDay = formatted(start, clock, 'date') === formatted(end, clock, 'date');
  const from = clockText(start, clock).split(' ').slice(0, -1).join(' ');
  if (!isSameDay) return `${from} – ${clockText(end, clock)}`;
  return `${from}–${formatted(end, clock, 'time')}`;
}

const units = [
  ['day', dayMs],
  ['hour', 3_600_000],
  ['minute', minuteMs],
  ['second', 1_000],
] as const;

/** By language and unit. */
const ages = new Map<string, KeptTexts>();

/** `12 minutes ago`, `in 3 hours`: whole units, cut off, so that nothing looks older than it is. */
export function ageText(at: number, { now, language }: Clock): string {
  const ms = at - now;
  const [unit, size] = units.find(each => Math.abs(ms) >= each[1]) ?? ['second', 1_000];
  const key = `${language} ${unit}`;
  const texts = ages.get(key) ?? new KeptTexts(count => relative[language].format(count, unit));
  ages.set(key, texts);
  return texts.of(Math.trunc(ms / size));
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
