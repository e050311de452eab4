import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { badInput } from './faults.ts';

/** Longest text that is read as a phone number. */
const charactersMax = 40;

/** @throws Fault `bad-input` where no numbering plan is known for it */
export function regionOf(where: string, region: string): CountryCode {
  if (isSupportedCountry(region)) return region;
  throw badInput(
    where,
    `no numbering plan is known for region ${region.slice(0, 10)}`,
    'Give a country such as NL.',
  );
}

/**
 * E.164, read as people of that region write it.
 * @throws Fault `bad-input`
 */
export function phoneNumber(where: string, value: string, region: string): string {
  const number =
    value.length > charactersMax ? undefined : parsePhoneNumberFromString(value, regionOf('region', region));
  if (number?.isValid() === true) return number.number;
  throw badInput(where, 'is no phone number', 'Write it with its country code, such as +31612345678.');
}
