/** Lists to choose from that the machine knows: countries, zones, languages. */
import { regions } from '../../../../base/phone-number.ts';
import { timeZones, utc } from '../../../../base/time-zone.ts';
import { languages } from '../../../domain/notify-settings.ts';
import type { Language } from '../frame/texts/languages.ts';

type Options = readonly (readonly [value: string, label: string])[];

const named = new Map<string, Options>();

/** By their names in that language; made once, since a name costs more than a page. */
function once(key: string, make: () => Options): Options {
  const known = named.get(key) ?? make();
  named.set(key, known);
  return known;
}

export const regionOptions = (language: Language): Options =>
  once(`region ${language}`, () => {
    const names = new Intl.DisplayNames(language, { type: 'region' });
    const all = regions().map(region => [region, names.of(region) ?? region] as const);
    return all.toSorted(([, a], [, b]) => a.localeCompare(b, language));
  });

export const zoneOptions = (): Options =>
  once('zones', () => [utc, ...timeZones().filter(zone => zone !== utc)].map(zone => [zone, zone]));

export const languageOptions = (language: Language): Options =>
  once(`languages ${language}`, () => {
    const names = new Intl.DisplayNames(language, { type: 'language' });
    return languages.map(each => [each, names.of(each) ?? each]);
  });
