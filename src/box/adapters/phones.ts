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
/** A shorter run of digits, with neither plus nor 0 before it, has no country code in front: no such number is that short (E.164 plans). */
const bareAbroadMin = 9;
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
  const number = parsePhoneNumberFromString(typed, region);
  return (
    (isBare(typed) && typed.length < bareAbroadMin ? asDialled(number, typed) : valid(number)) ??
    abroad(typed)
  );
}

const isBare = (typed: string): boolean => !typed.startsWith('+') && !typed.startsWith('0');

const valid = (number: PhoneNumber | undefined): string | null =>
  number?.isValid() === true ? number.number : null;

/**
 * A short number only where people dial it so, without a trunk 0, and where the plan knows how it is written. Else nearly
 * every code of 8 digits would be a German land line, and a mistyped code would be asked for a PIN.
 */
function asDialled(number: PhoneNumber | undefined, typed: string): string | null {
  const written = number?.formatNational() ?? typed;
  return written !== typed && written.replace(/\D/g, '') === typed ? valid(number) : null;
}

const abroad = (typed: string): string | null =>
  isBare(typed) && typed.length >= bareAbroadMin ? valid(parsePhoneNumberFromString(`+${typed}`)) : null;
