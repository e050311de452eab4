import { parseDuration, parseInstant } from '../base/instant.ts';
import { UsageError } from './exit.ts';

type Detail = 'minute' | 'second';

/** Instants as people of a site read them: `2026-03-29 14:05 CEST`. */
export function zoneClock(timezone: string): (iso: string, detail?: Detail) => string {
  const parts = (locale: string): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
  // Each locale knows the abbreviations of its own part of the world only.
  const [british, american] = [parts('en-GB'), parts('en-US')];
  const partsOf = (format: Intl.DateTimeFormat, at: Date): ReadonlyMap<string, string> =>
    new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return (iso, detail = 'minute') => {
    const at = new Date(iso);
    const part = partsOf(british, at);
    const here = part.get('timeZoneName') ?? '';
    const there = here.startsWith('GMT') ? (partsOf(american, at).get('timeZoneName') ?? '') : here;
    const zone = there.startsWith('GMT') ? here : there;
    const seconds = detail === 'second' ? `:${part.get('second')}` : '';
    const day = `${part.get('year')}-${part.get('month')}-${part.get('day')}`;
    return `${day} ${part.get('hour')}:${part.get('minute')}${seconds} ${zone}`;
  };
}

/** `90m`, `24h` in milliseconds. @throws UsageError */
export function durationFlag(text: string, flag: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw new UsageError(`--${flag} ${text} is no duration`, 'Write 30s, 90m, 24h or 7d.');
}

/** ISO 8601 with an offset, as the daemon wants it. @throws UsageError */
export function instantFlag(text: string, name: string): string {
  const read = parseInstant(text);
  if ('at' in read) return text;
  throw new UsageError(`${name} ${text} ${read.problem}`, 'Such as 2026-03-01T08:00:00+01:00.');
}

/** An instant, or a duration before now. @throws UsageError */
export function momentFlag(text: string, name: string, now: number): string {
  const ms = parseDuration(text);
  return ms === null ? instantFlag(text, name) : new Date(now - ms).toISOString();
}
