import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import { Fault } from '../../base/fault.ts';
import type { Phones } from '../ports.ts';

/** Longest number there is (E.164), with a trunk 0 or an international prefix of up to 5 digits before it. */
const digitsMax = 20;
/** What people put between the digits of a number. */
const separators = /[\s()./-]/g;

/** @throws Fault `region` where the library knows no such country */
export function openPhones(region: string): Phones {
  if (!isSupportedCountry(region)) {
    throw new Fault(
      'region',
      `no numbering plan is known for region ${region}`,
      'Set box.region, such as NL.',
    );
  }
  return { normalise: text => normalise(text, region) };
}

/** In this order: as dialled in the region (trunk 0, 00), then as a country code without its plus. */
function normalise(text: string, region: CountryCode): string | null {
  const typed = text.replace(separators, '');
  if (!/^\+?\d+$/.test(typed) || typed.length > digitsMax) return null;
  return valid(parsePhoneNumberFromString(typed, region)) ?? abroad(typed);
}

const valid = (number: PhoneNumber | undefined): string | null =>
  number?.isValid() === true ? number.number : null;

const abroad = (typed: string): string | null =>
  typed.startsWith('+') || typed.startsWith('0') ? null : valid(parsePhoneNumberFromString(`+${typed}`));
