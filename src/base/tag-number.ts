/** The one reader of numbers of tags and badges, for box and relay alike; the readers of a box send EM4100 (125 kHz). */
import type { Brand } from './brand.ts';

/**
 * Number of a tag: ten capital hexadecimal digits as a reader sends them, or the ten decimal digits that are printed on it.
 * Only this file makes one.
 */
export type TagNumber = Brand<string, 'TagNumber'>;

/** Under which a tag is known, however it was written: the 32 bits of its number in eight hexadecimal digits. */
export type TagIdentity = Brand<string, 'TagIdentity'>;

type TagReading =
  | {
      readonly is: 'read';
      readonly number: TagNumber;
      /** People should be told this although the number was taken; null: it is certain. */
      readonly doubt: string | null;
    }
  | { readonly is: 'refused'; readonly why: string };

const charactersMax = 64;
/** An EM4100 tag has 8 bits of version or customer, then 32 of number; the printed form leaves the first 8 out. */
const tagHexDigits = 10;
const numberHexDigits = 8;
const numberMax = 0xffff_ffff;
/** MIFARE and other cards of 13.56 MHz have 4, 7 or 10 bytes (ISO/IEC 14443-3). */
const uidHexDigits: readonly number[] = [14, 20];

/** Digits in groups, and nothing else than what is printed or typed between them. */
const digitGroups = /^\d[\d\s,;./:()-]*$/;
/** `0012345678 188,24910`, in either order: the number, and its last 24 bits again as facility and card. */
const [printedDigits, facilityDigits, cardDigits] = [10, 3, 5];

const tapping = 'Better tap it: “smartbox keys learn” at the box reads a key’s tag.';

/** Spaces, colons, dashes, capitals and a 0x in front do not matter. */
export function readTag(text: string): TagReading {
  if (text.length > charactersMax) return refused(`has more than ${charactersMax} characters`);
  const trimmed = text.trim();
  const groups = digitGroups.test(trimmed) ? (trimmed.match(/\d+/g) ?? []) : [];
  const both = [groups, [...groups.slice(2), ...groups.slice(0, 2)]].find(isBoth);
  if (both !== undefined) return readBoth(both.map(Number), both[0] ?? '');
  if (groups.length === 2 && isWiegand(groups))
    return refused(
      `gives facility and card only, 24 of the 40 bits of a tag; the ten digits before them are wanted. ${tapping}`,
    );
  const isMarked = /^0x/i.test(trimmed) || /[\da-f]{2}[: -][\da-f]{2}[: -]/i.test(trimmed);
  const digits = trimmed
    .replace(/^0x/i, '')
    .replace(/[\s:-]/g, '')
    .toUpperCase();
  return readDigits(digits, isMarked);
}

const isBoth = ([number = '', ...rest]: readonly string[]): boolean =>
  number.length === printedDigits && rest.length === 2 && isWiegand(rest);

const isWiegand = ([facility = '', card = '']: readonly string[]): boolean =>
  facility.length <= facilityDigits && card.length <= cardDigits;

const refused = (why: string): TagReading => ({ is: 'refused', why });

function readBoth([number = 0, facility = 0, card = 0]: readonly number[], digits: string): TagReading {
  const last24 = number & 0xff_ffff;
  if (number > numberMax || last24 !== facility * 65_536 + card || card > 0xffff)
    return refused('prints two numbers that are not the same one: one of them is mistyped');
  return number === 0 ? refused(zero) : { is: 'read', number: digits as TagNumber, doubt: null };
}

const zero = 'is all zeros, which is no tag: readers make it up when they read badly';

/** @param isHex whether it was written as bytes, so that ten digits are no decimal number */
function readDigits(digits: string, isHex: boolean): TagReading {
  if (!/^[0-9A-F]+$/.test(digits)) return refused('must be the 10 hexadecimal digits of an EM4100 tag');
  if (uidHexDigits.includes(digits.length))
    return refused(
      `has ${digits.length} digits, as NFC cards have; the readers of a box read EM4100 tags, which have ten`,
    );
  if (digits.length !== tagHexDigits)
    return refused(
      `has ${digits.length} digits; an EM4100 tag has 10 hexadecimal digits, leading zeros included. ${tapping}`,
    );
  const number = digits as TagNumber;
  if (/^0+$/.test(tagIdentity(number)) || (isHex && /0{8}$/.test(digits))) return refused(zero);
  if (!isPrinted(digits)) return { is: 'read', number, doubt: null };
  return isHex ? { is: 'read', number: printed(digits), doubt: null } : { is: 'read', number, doubt };
}

const doubt = `is read as the decimal number that is printed on it, which leaves open whether it is that; 0x before it says that it is hexadecimal. ${tapping}`;

/** Ten decimal digits that 32 bits can hold. The same digits may be what a reader sends, but one tag in 300 has such a number. */
const isPrinted = (digits: string): boolean => /^\d{10}$/.test(digits) && Number(digits) <= numberMax;

/** As it is printed on the tag: bytes that look like a printed number would be taken for one when they are read again. */
const printed = (hex: string): TagNumber =>
  String(Number.parseInt(hex.slice(-numberHexDigits), 16)).padStart(printedDigits, '0') as TagNumber;

/** Of a number that was read: whatever the version byte, which is not printed. */
export function tagIdentity(number: TagNumber): TagIdentity {
  const hex = isPrinted(number)
    ? Number(number).toString(16).padStart(numberHexDigits, '0')
    : number.slice(-numberHexDigits);
  return hex.toUpperCase() as TagIdentity;
}

/** A reader of a box has sent these ten capital hexadecimal digits. */
export type SentTag = Brand<string, 'SentTag'>;

export const sentTag = (digits: string): SentTag => digits.toUpperCase() as SentTag;

/**
 * The identities under which a tag that was tapped may be known, the likely one first: its own; and where its digits look like a
 * printed number, the one that somebody meant who copied them from a reader.
 */
export function identitiesOf(sent: SentTag): readonly [TagIdentity, ...TagIdentity[]] {
  const own = sent.slice(-numberHexDigits) as TagIdentity;
  return isPrinted(sent) ? [own, tagIdentity(sent as string as TagNumber)] : [own];
}
