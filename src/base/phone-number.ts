/** The one reader of phone numbers: for files, the API, the fleet's system, settings and the keypad alike (rules.md 20). */
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber as Parsed,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import type { Brand } from './brand.ts';

/** A valid number in E.164, `+31612345678`. Only this file makes one. */
export type PhoneNumber = Brand<string, 'PhoneNumber'>;
/** ISO 3166-1 alpha-2 of a country whose numbering plan is known. */
export type Region = CountryCode;

export type PhoneReading =
  | {
      readonly is: 'read';
      readonly number: PhoneNumber;
      /** The region that had to say the country code; null: the text has its own. */
      readonly by: Region | null;
    }
  | { readonly is: 'unreadable'; readonly why: string };

/** Longest text that is looked at. */
const charactersMax = 40;
/** Longest number there is (E.164: 15 digits), with a prefix of up to 5 digits before it. */
const digitsMax = 20;
/** A shorter run of digits, with neither plus nor 0 before it, has no country code in front: no such number is that short (E.164 plans). */
const bareAbroadMin = 9;
/** Codes have 10 digits at most (rules.md 19); so whatever is longer and is a number somewhere was meant as one. */
const codeDigitsMax = 10;
/** People put these between the digits, and telephones copy marks along with a number (any dash, a minus, directions). */
const separators = /[\s()[\]./·−\p{Pd}\p{Cf}]/gu;

/** All whose numbering plans are known. */
export const regions = (): readonly Region[] => getCountries();

/** Null: no numbering plan is known for it. */
export const readRegion = (text: string): Region | null => (isSupportedCountry(text) ? text : null);

/**
 * A number as people write it: in the form of `region` (trunk 0, its own prefix for abroad), with `+`, with 00, or with the
 * country code alone. Without a region only numbers that have their country code are read.
 */
export function readPhone(text: string, region: Region | null): PhoneReading {
  if (text.length > charactersMax) return unreadable(`has more than ${charactersMax} characters`);
  const digits = plain(text);
  if (digits === null) return unreadable('holds something else than one number');
  const dialled = region === null || digits.startsWith('+') ? null : valid(digits, region);
  if (dialled !== null && region !== null)
    return { is: 'read', number: dialled, by: byOf(digits, dialled, region) };
  const abroad = international(digits);
  if (abroad !== null) return { is: 'read', number: abroad, by: null };
  const lacks = region === null && !digits.startsWith('+');
  return unreadable(lacks ? 'has no country code, and no region is known' : 'is no valid number');
}

/**
 * An entry of the keypad as a number of `region`, or with a country code; null: it has not that shape. A short entry without a
 * trunk 0 is one only where people dial so: else nearly every code of 8 digits would be a German land line.
 */
export function readDialled(entry: string, region: Region): PhoneNumber | null {
  const digits = plain(entry);
  if (digits === null) return null;
  if (isBare(digits) && digits.length < bareAbroadMin) return asWritten(digits, region);
  return (digits.startsWith('+') ? null : valid(digits, region)) ?? international(digits);
}

/** Which numbers an entry of the keypad is in each of the world's plans, one after the other; null: none in that one. */
export function* readAnywhere(entry: string): Generator<PhoneNumber | null> {
  const digits = plain(entry);
  if (digits === null || digits.startsWith('+') || digits.length < shortestMin) return;
  for (const region of getCountries()) yield valid(digits, region);
}

/** No subscriber of a country that has several is called by fewer digits. */
const shortestMin = 6;

/** Whether an entry that is a number in some country must have been meant as one: it is too long for a code, or has a trunk 0. */
export const looksDialled = (entry: string): boolean =>
  entry.length > codeDigitsMax || (entry.startsWith('0') && entry.length >= bareAbroadMin);

/** Every number, E.164, valid or not, that a keypad could take these digits for: with the country code, without, with a trunk prefix of up to two digits. */
export function typedAs(digits: string, region: Region): readonly string[] {
  const country = getCountryCallingCode(region);
  return [
    `+${digits}`,
    `+${digits.slice(2)}`,
    ...[0, 1, 2].map(trunk => `+${country}${digits.slice(trunk)}`),
  ];
}

const unreadable = (why: string): PhoneReading => ({ is: 'unreadable', why });

/** As it is dialled at home, without a country code: how it stood where it was read in a region of somebody's guess. */
export const nationalForm = (number: PhoneNumber | string): string =>
  parsePhoneNumberFromString(number)?.formatNational() ?? number;

/** Digits, perhaps behind a plus, those of Arabic and Persian among them; null: it is something else. */
function plain(text: string): string | null {
  if (text.length > charactersMax) return null;
  const digits = text
    .normalize('NFKC')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, digit => String(digit.charCodeAt(0) & 15))
    .replace(/^\s*tel:/i, '')
    .replace(separators, '');
  return /^\+?\d+$/.test(digits) && digits.length <= digitsMax ? digits : null;
}

const isBare = (digits: string): boolean => !digits.startsWith('+') && !digits.startsWith('0');

/** The prefix for abroad of most countries, and that of North America: people dial theirs wherever they are. */
const abroadPrefix = /^(?:00|011)(?=[1-9])/;

function international(digits: string): PhoneNumber | null {
  if (digits.startsWith('+')) return valid(digits, undefined);
  if (abroadPrefix.test(digits)) return valid(digits.replace(abroadPrefix, '+'), undefined);
  return isBare(digits) && digits.length >= bareAbroadMin ? valid(`+${digits}`, undefined) : null;
}

function valid(digits: string, region: Region | undefined): PhoneNumber | null {
  const number = parsePhoneNumberFromString(digits, region);
  if (number === undefined) return null;
  return number.isValid() ? branded(number) : renumbered(number.number);
}

const branded = ({ number }: Parsed): PhoneNumber => number as string as PhoneNumber;

/** Null where the digits themselves hold the country code. */
function byOf(digits: string, number: PhoneNumber, region: Region): Region | null {
  const isAtHome = number.startsWith(`+${getCountryCallingCode(region)}`);
  return isAtHome && !digits.endsWith(number.slice(1)) ? region : null;
}

function asWritten(digits: string, region: Region): PhoneNumber | null {
  const number = parsePhoneNumberFromString(digits, region);
  const written = number?.formatNational() ?? digits;
  const isDialledSo = written !== digits && written.replace(/\D/g, '') === digits;
  return isDialledSo && number?.isValid() === true ? branded(number) : null;
}

/**
 * Numbers of plans that have ended, as they stand in address books for years, and what they are called now:
 * Mexico took the 1 of mobile phones away, and the prefixes 01, 044 and 045 (IFT, August 2019); Benin put 01 before its eight
 * digits (ARCEP, November 2024); Ivory Coast put the digits of the operator before those of mobile phones (ARTCI, January 2021);
 * Brazil put 9 before those of mobile phones (Anatel, until November 2016).
 */
const renumberings: readonly (readonly [RegExp, string])[] = [
  [/^\+52(?:1|01|044|045)(\d{10})$/, '+52$1'],
  [/^\+229(\d{8})$/, '+22901$1'],
  [/^\+225([014-9][0-3]\d{6})$/, '+22501$1'],
  [/^\+225([014-9][4-6]\d{6})$/, '+22505$1'],
  [/^\+225([014-9][7-9]\d{6})$/, '+22507$1'],
  [/^\+55([1-9]\d)([6-9]\d{7})$/, '+55$19$2'],
];

function renumbered(old: string): PhoneNumber | null {
  for (const [shape, now] of renumberings) {
    if (!shape.test(old)) continue;
    const number = parsePhoneNumberFromString(old.replace(shape, now));
    if (number?.isValid() === true) return branded(number);
  }
  return null;
}
