/** Instants as people at a place read them: its zone, its abbreviation, their language. */

const formats = new Map<string, Intl.DateTimeFormat>();
/** Every language times every zone in use; beyond, the oldest makes room. */
const formatsMax = 2_000;

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const [oldest] = formats.keys();
  if (formats.size >= formatsMax && oldest !== undefined) formats.delete(oldest);
  const made = new Intl.DateTimeFormat(locale, options);
  formats.set(key, made);
  return made;
}

/** Where the language has only `UTC+1` for it, the English of a place that has a name: `CET`, `EST`, `AEDT`. */
const namers = ['en-GB', 'en-US', 'en-AU', 'en-CA', 'en-ZA', 'en-IN', 'en-NZ'];

const isAbbreviation = (name: string): boolean => /^[A-Z]{3,5}$/.test(name);

export function zoneName(at: number, zone: string, locale: string): string {
  const nameIn = (each: string): string =>
    format(each, { timeZone: zone, timeZoneName: 'short' })
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const own = nameIn(locale);
  if (isAbbreviation(own)) return own;
  for (const each of namers) {
    const name = nameIn(each);
    if (isAbbreviation(name)) return name;
  }
  return own;
}

export interface Reader {
  readonly zone: string;
  readonly locale: string;
  /** The year is said where it is another one. */
  readonly now: number;
}

const clock = (at: number, { zone, locale }: Reader): string =>
  format(locale, { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);

const yearOf = (at: number, zone: string): string =>
  format('en-GB', { timeZone: zone, year: 'numeric' }).format(at);

function day(at: number, { zone, locale, now }: Reader): string {
  const year = yearOf(at, zone) === yearOf(now, zone) ? {} : ({ year: 'numeric' } as const);
  return format(locale, { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', ...year }).format(
    at,
  );
}

/** `Mon 5 Jan, 08:00 CET` */
export const instantText = (at: number, reader: Reader): string =>
  `${day(at, reader)}, ${clock(at, reader)} ${zoneName(at, reader.zone, reader.locale)}`;

/** `Mon 5 Jan, 08:00 – 17:00 CET`; the second day, and the first zone, only where they differ. */
export function windowText(start: number, end: number, reader: Reader): string {
  const { zone, locale } = reader;
  const [first, second] = [zoneName(start, zone, locale), zoneName(end, zone, locale)];
  const from = `${day(start, reader)}, ${clock(start, reader)}${first === second ? '' : ` ${first}`}`;
  const sameDay = day(start, reader) === day(end, reader);
  const to = `${sameDay ? '' : `${day(end, reader)}, `}${clock(end, reader)} ${second}`;
  return `${from} – ${to}`;
}

const dayMinutes = 1_440;
const minuteMs = 60_000;

/** Minutes since midnight, as a clock on the wall there shows. */
function wallMinutes(at: number, zone: string): number {
  const [hours = 0, minutes = 0] = format('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
    .format(at)
    .split(':')
    .map(Number);
  return hours * 60 + minutes;
}

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

interface Quiet {
  /** `22:00` */
  readonly from: string;
  readonly to: string;
}

/** When the quiet hours end that it is now, in that zone; null: it is not. Safe over nights on which clocks change. */
export function quietUntil(at: number, zone: string, quiet: Quiet | null): number | null {
  if (quiet === null) return null;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const isQuiet = (minutes: number): boolean =>
    from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
  const now = wallMinutes(at, zone);
  if (!isQuiet(now)) return null;
  let end = at - (at % minuteMs) + ((to - now + dayMinutes) % dayMinutes) * minuteMs;
  // Clocks may have changed on the way: as much as they did, it is off. At an hour that is skipped, the next there is.
  for (let round = 0; round < 2; round += 1) {
    const off = wallMinutes(end, zone) - to;
    end -=
      (off > dayMinutes / 2 ? off - dayMinutes : off < -dayMinutes / 2 ? off + dayMinutes : off) * minuteMs;
  }
  return Math.max(end, at + 1);
}
