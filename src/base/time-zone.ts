/** The one reader of time zones, for box and relay alike. */
import type { Brand } from './brand.ts';

/** IANA name of a time zone that this program can compute with, `Europe/Amsterdam`. Only this file makes one. */
export type TimeZone = Brand<string, 'TimeZone'>;

export const utc = 'UTC' as TimeZone;

/** Longer names there are none; and what is looked at is bounded. */
const charactersMax = 64;
/** A name, not an offset such as +01:00: that has no summer time, and no place. */
const shape = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,3}$/;

/** Zones that this program can compute with; the list costs 4 ms, and a relay reads a zone for each message and page. */
let zones: ReadonlySet<string> | null = null;

/** Capitals do not matter. Null: there is no such zone. */
export function readTimeZone(text: string): TimeZone | null {
  if (text.length > charactersMax || !shape.test(text)) return null;
  // The first DateTimeFormat of a process costs over 20 ms, which the list saves; but the list knows no aliases.
  zones ??= new Set(timeZones());
  if (text === utc || zones.has(text)) return text as TimeZone;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
  } catch {
    return null;
  }
  const lower = text.toLowerCase();
  if (lower === 'utc') return utc;
  return ([...zones].find(zone => zone.toLowerCase() === lower) ?? text) as TimeZone;
}

/** Those that have a name of their own, in the order of the library. */
export const timeZones = (): readonly TimeZone[] => Intl.supportedValuesOf('timeZone') as TimeZone[];

/** Countries by zone, as the library has them; made when it is first asked for. */
let countries: ReadonlyMap<string, string> | null = null;
/** By what a zone is called elsewhere: to ask the library takes most of a millisecond. There are no more zones than it knows. */
const answered = new Map<string, string | null>();

/**
 * The country (ISO 3166-1 alpha-2) that a zone is named after a place of; null: none, or several share it.
 * @param regions the countries that are looked at
 */
export function countryOfZone(zone: TimeZone, regions: readonly string[]): string | null {
  // `CET` or `Etc/GMT-1` is an hour, not a place, although the library has a place for it.
  if (!zone.includes('/') || zone.startsWith('Etc/')) return null;
  // However it is written.
  const name = zone.toLowerCase();
  const known = answered.get(name);
  if (known !== undefined) return known;
  countries ??= countriesByZone(regions);
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
  const country = countries.get(timeZone) ?? null;
  answered.set(name, country);
  return country;
}

/** ECMA-402; not yet in the types of this edition. */
type Locale = Intl.Locale & { readonly getTimeZones: () => readonly string[] | undefined };

/** Those of a country (ISO 3166-1 alpha-2), as the library has them. */
export const zonesOf = (region: string): readonly string[] =>
  (new Intl.Locale(`und-${region}`) as Locale).getTimeZones() ?? [];

function countriesByZone(regions: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const shared = new Set<string>();
  for (const region of regions)
    for (const zone of zonesOf(region))
      if (found.has(zone)) shared.add(zone);
      else found.set(zone, region);
  for (const zone of shared) found.delete(zone);
  return found;
}
