import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMail } from '../../src/base/mail-address.ts';

const read = (text: string): string => {
  const reading = readMail(text);
  return reading.is === 'read' ? reading.address : `refused: ${reading.why}`;
};

const good: readonly (readonly [string, string])[] = [
  ["t.o'brien@fleet.example", "t.o'brien@fleet.example"],
  ['anna+van@fleet.example', 'anna+van@fleet.example'],
  ['a!#$%&*/=?^_`{|}~-b@fleet.example', 'a!#$%&*/=?^_`{|}~-b@fleet.example'],
  ['  Anna@Fleet.Example ', 'anna@fleet.example'],
  ['\u00a0anna@fleet.example\u00a0', 'anna@fleet.example'],
  ['anna@münchen.example', 'anna@xn--mnchen-3ya.example'],
  ['anna@XN--MNCHEN-3YA.example', 'anna@xn--mnchen-3ya.example'],
  ['anna@mail.sub-domain.fleet.example', 'anna@mail.sub-domain.fleet.example'],
  [`${'a'.repeat(64)}@fleet.example`, `${'a'.repeat(64)}@fleet.example`],
  ['1@2.example', '1@2.example'],
  ['root@mailhost', 'root@mailhost'],
  ["o'neill@fleet.example", "o'neill@fleet.example"],
];

const bad: readonly (readonly [string, RegExp])[] = [
  ['', /no mail address/],
  ['anna', /no mail address/],
  ['@fleet.example', /no mail address/],
  ['anna@', /no mail address/],
  ['anna@@fleet.example', /no mail address/],
  ['.anna@fleet.example', /no mail address/],
  ['anna.@fleet.example', /no mail address/],
  ['an..na@fleet.example', /no mail address/],
  ['anna b@fleet.example', /no mail address/],
  ['Anna <anna@fleet.example>', /no mail address|domain/],
  ['anna@fleet.example, bert@fleet.example', /no mail address/],
  ['anna@fleet.example;bert@fleet.example', /no mail address/],
  ['mailto:anna@fleet.example', /no mail address/],
  ['"anna b"@fleet.example', /quoted/],
  ['jörg@fleet.example', /beyond ASCII/],
  ['anna@[192.0.2.1]', /domain/],
  ['anna@192.0.2.1', /domain/],
  ['anna@fleet..example', /domain/],
  ['anna@-fleet.example', /domain/],
  ['anna@fleet_example.example', /domain/],
  ['anna@fleet.example/x', /domain/],
  ['anna@fleet.example#x', /domain/],
  ['anna@fleet%2eexample', /domain/],
  ['anna@fleet.example\r\nBcc: bert@fleet.example', /control/],
  ['anna@fleet.example\n', /control/],
  ['anna\u0000@fleet.example', /control/],
  ['anna\u2028@fleet.example', /control/],
  [`${'a'.repeat(65)}@fleet.example`, /64 characters/],
  [`anna@${'a'.repeat(64)}.example`, /domain/],
  [`anna@${'abcdefgh.'.repeat(29)}example`, /longer|domain/],
  ['a'.repeat(300_000), /longer/],
  [`${'a@'.repeat(150_000)}`, /longer/],
];

test('addresses that SMTP takes are read in one form', () => {
  for (const [text, address] of good) assert.equal(read(text), address);
});

test('whatever could not be sent to, or is more than one address, is refused with its reason', () => {
  for (const [text, why] of bad) assert.match(read(text), new RegExp(`^refused: .*(?:${why.source})`), text);
});

test('what was read is read again as it is', () => {
  for (const [, address] of good) assert.equal(read(address), address);
});
