import type { WallMs } from '../../../base/brand.ts';

/** Times as people at the site see them (rules.md 24). */
export interface SiteTime {
  /** `14:05 CEST`. */
  time(at: WallMs): string;
  /** `Tue 24 Nov`. */
  day(at: WallMs): string;
  /** Both fall on one date of the site. */
  sameDay(a: WallMs, b: WallMs): boolean;
}

/** Each of these knows abbreviations that the others spell as `GMT+2`. */
const abbreviating = ['en-GB', 'en-US', 'en-AU', 'en-IN', 'en-ZA', 'en-CA'];

/** Costs some 25 ms at its first use in a process (ICU data): make it when the keypad works already. */
export function createSiteTime(zone: string, locale: string): SiteTime {
  const part = (name: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(name, { ...options, timeZone: zone });
  const clock = part('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = part(locale, { weekday: 'short', day: 'numeric', month: 'short' });
  const date = part('en-GB', { year: 'numeric', month: '2-digit', day: '2-digit' });
  const zones = abbreviating.map(name => part(name, { hour: '2-digit', timeZoneName: 'short' }));
  const abbreviation = (at: WallMs): string => {
    const names = zones.map(format => zoneName(format, at));
    return names.find(name => !/^(GMT|UTC)[+-]/.test(name)) ?? names[0] ?? 'UTC';
  };
  return {
    time: at => `${clock.format(at)} ${abbreviation(at)}`,
    day: at => day.format(at).replace(',', ''),
    sameDay: (a, b) => date.format(a) === date.format(b),
  };
}

const zoneName = (format: Intl.DateTimeFormat, at: WallMs): string =>
  format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
