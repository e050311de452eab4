import { UsageError } from '../base/command-line/usage.ts';
import { parseDuration, parsePlanned } from '../base/instant.ts';

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

/** `90m`, `24h` in milliseconds, `mostMs` at most (absent: whoever is asked says it); `flag` as it was typed. @throws UsageError */
export function durationFlag(text: string, flag: string, mostMs = Number.POSITIVE_INFINITY): number {
  const ms = parseDuration(text);
  if (ms === null || ms === 0)
    throw new UsageError(`${flag} ${text} is no duration`, 'Write 30s, 90m, 24h or 7d.');
  if (ms <= mostMs) return ms;
  throw new UsageError(
    `${flag} ${text} is too long`,
    `Give ${durationText(mostMs)} at most, such as ${flag} ${durationText(mostMs)}.`,
  );
}

/** As `durationFlag` reads it, in the largest unit that leaves more than one. */
function durationText(ms: number): string {
  const [size, unit] = units.find(([each]) => ms % each === 0 && ms > each) ?? [1_000, 's'];
  return `${ms / size}${unit}`;
}
const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
] as const;

/** ISO 8601 with an offset, as the daemon wants it. @throws UsageError */
export function instantFlag(text: string, name: string): string {
  const read = parsePlanned(text);
  if ('at' in read) return text;
  throw new UsageError(`${name} ${text} ${read.problem}`, 'Such as 2026-03-01T08:00:00+01:00.');
}

/** An instant, or a duration before now. @throws UsageError */
export function momentFlag(text: string, name: string, now: number): string {
  const ms = parseDuration(text);
  if (ms === null) return instantFlag(text, name);
  if (ms <= now) return new Date(now - ms).toISOString();
  throw new UsageError(`${name} ${text} reaches back to before 1970`, `Such as ${name} 7d.`);
}
