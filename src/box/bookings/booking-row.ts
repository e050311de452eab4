import { type KeyName, type SlotId, slotId, type WallMs } from '../../base/brand.ts';
import type { Json } from '../../base/canonical.ts';
import { codeDigits } from '../../base/code-strength.ts';
import { parseInstant } from '../../base/instant.ts';
import type { PhoneNumber } from '../../base/phone-number.ts';
import { pinDigits, pinFlaw, pinFlawText } from '../../base/pin-strength.ts';
import { lineProblem, withoutMarks } from '../../base/plain-line.ts';
import { Secret } from '../../base/secret.ts';
import type { TagNumber } from '../../base/tag-number.ts';
import type { Key } from '../core/model.ts';
import type { Phones } from '../ports.ts';
import { digits, given, quoted, type Row, tagNumber, text, typed, unknownMembers } from './members.ts';

/** A row of a bookings file whose members are right; what it means beside others is not known yet. */
export interface BookingMembers {
  readonly id: string | null;
  readonly key: KeyName;
  readonly home: SlotId;
  readonly start: WallMs;
  readonly end: WallMs | null;
  readonly code: Secret | null;
  readonly phone: Secret<PhoneNumber> | null;
  readonly pin: Secret | null;
  readonly badge: Secret<TagNumber> | null;
  /** People should be told these doubts of a row that was taken. */
  readonly doubts: readonly string[];
  readonly reuse: boolean;
  readonly driver: string | null;
}

/** Rows are read against these. */
export interface RowContext {
  readonly slots: readonly SlotId[];
  readonly keys: readonly Pick<Key, 'name' | 'home'>[];
  readonly phones: Phones;
}

const known = ['id', 'code', 'slot', 'key', 'start', 'end', 'driver', 'phone', 'pin', 'badge', 'reuse'];
const driverMax = 200;

/** Reads one row; null when anything in it is wrong, all of which has been said. */
export function readBooking(value: Json, context: RowContext, say: Row['say']): BookingMembers | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    say('must be an object');
    return null;
  }
  let wrong = false;
  const row: Row = {
    members: value as Row['members'],
    say: problem => {
      wrong = true;
      say(problem);
    },
  };
  unknownMembers(row, known);
  const place = keyOf(row, context);
  const span = windowOf(row);
  const doubts: string[] = [];
  const rest = { ...credentials(row, context.phones, doubts), ...extras(row), doubts };
  return wrong || place === null || span === null ? null : { ...place, ...span, ...rest };
}

/** The id of a row, as far as it can be told although the row may be wrong. */
export function idIn(value: Json): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return typeof value.id === 'string' ? value.id.slice(0, 64) : null;
}

function extras(row: Row): Pick<BookingMembers, 'id' | 'reuse' | 'driver'> {
  // Marks stay in it: the same file again must mean the same bookings.
  const id = typed(row, 'id', 64);
  const problem = id === null ? null : lineProblem(id);
  if (problem !== null) row.say(`id ${problem}`);
  else if (id !== null && /\s/.test(id)) row.say('id must not hold spaces');
  const { reuse } = row.members;
  if (given(row, 'reuse') && typeof reuse !== 'boolean') row.say('reuse must be true or false');
  return { id, reuse: reuse === true, driver: text(row, 'driver', driverMax) };
}

function keyOf(row: Row, context: RowContext): Pick<BookingMembers, 'key' | 'home'> | null {
  const bySlot = given(row, 'slot');
  if (bySlot === given(row, 'key')) {
    row.say(bySlot ? 'names both slot and key; give one of them' : 'names neither slot nor key');
    return null;
  }
  return bySlot ? atSlot(row, context) : byName(row, context);
}

function atSlot(row: Row, { slots, keys }: RowContext): Pick<BookingMembers, 'key' | 'home'> | null {
  const { slot } = row.members;
  if (typeof slot !== 'number' || !Number.isInteger(slot)) {
    row.say('slot must be a whole number');
    return null;
  }
  const home = slotId(slot);
  const found = keys.filter(key => key.home === home);
  if (!slots.includes(home)) row.say(`this box has no slot ${slot}`);
  else if (found.length === 0) row.say(`slot ${slot} is the home of no key`);
  else if (found.length > 1)
    row.say(`slot ${slot} is the home of ${found.length} keys; name the key instead`);
  const [key] = found;
  return key === undefined || found.length > 1 ? null : { key: key.name, home };
}

function byName(row: Row, { keys }: RowContext): Pick<BookingMembers, 'key' | 'home'> | null {
  const name = typed(row, 'key', 64);
  if (name === null) return null;
  const key = keys.find(each => each.name === name) ?? keys.find(each => each.name === withoutMarks(name));
  if (key === undefined)
    row.say(`there is no key ${quoted(name)}; smartbox keys list shows those that there are`);
  return key === undefined ? null : { key: key.name, home: key.home };
}

function windowOf(row: Row): Pick<BookingMembers, 'start' | 'end'> | null {
  if (row.members.end === undefined) row.say('end is missing; null means until changed');
  const start = instant(row, 'start');
  const endless = row.members.end === null;
  const end = endless || row.members.end === undefined ? null : instant(row, 'end');
  if (start === null || (end === null && !endless)) return null;
  if (end !== null && end <= start) {
    row.say('end must come after start');
    return null;
  }
  return { start, end };
}

function instant(row: Row, name: string): WallMs | null {
  const value = row.members[name];
  if (value === undefined || value === null) {
    row.say(`${name} is missing`);
    return null;
  }
  if (typeof value !== 'string') {
    row.say(`${name} must be a time in quotes, such as "2026-03-01T08:00:00+01:00"`);
    return null;
  }
  const read = parseInstant(value);
  if ('at' in read) return read.at;
  row.say(`${name} ${quoted(value)} ${read.problem}`);
  return null;
}

function credentials(
  row: Row,
  phones: Phones,
  doubts: string[],
): Pick<BookingMembers, 'code' | 'phone' | 'pin' | 'badge'> {
  if (!given(row, 'code') && !given(row, 'phone') && !given(row, 'badge')) {
    row.say('needs at least one of code, phone, badge');
  }
  if (given(row, 'pin') && !given(row, 'phone') && !given(row, 'badge')) {
    row.say('has a pin, which needs a phone or a badge beside it');
  }
  const phone = phoneOf(row, phones);
  return {
    code: secret(digits(row, 'code', codeDigits)),
    phone: secret(phone),
    pin: secret(pinOf(row, phone)),
    badge: secret(tagNumber(row, 'badge', doubts)),
  };
}

function pinOf(row: Row, phone: string | null): string | null {
  const pin = digits(row, 'pin', pinDigits);
  const flaw = pin === null ? null : pinFlaw(pin, phone);
  if (flaw !== null) row.say(`pin ${pinFlawText[flaw]}`);
  return pin;
}

/** Never quotes the number: what is wrong with it may be said where others read along. */
function phoneOf(row: Row, phones: Phones): PhoneNumber | null {
  if (typeof row.members.phone === 'number') {
    row.say('phone must be text in quotes: a number loses its leading zeros');
    return null;
  }
  const number = typed(row, 'phone', 40);
  if (number === null) return null;
  const reading = phones.written(number);
  if (reading.is === 'read') return reading.number;
  row.say(`phone ${reading.why}; write it as +31612345678`);
  return null;
}

const secret = <Text extends string>(value: Text | null): Secret<Text> | null =>
  value === null ? null : new Secret(value);
