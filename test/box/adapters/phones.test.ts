import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../../../src/base/fault.ts';
import { openPhones } from '../../../src/box/adapters/phones.ts';

describe('phones', () => {
  const dutch = openPhones('NL');
  const table: readonly (readonly [string, string, string | null])[] = [
    ['trunk 0', '0612345678', '+31612345678'],
    ['spaces and dashes', '06-12 34.56 78', '+31612345678'],
    ['plus', '+31612345678', '+31612345678'],
    ['00', '0031612345678', '+31612345678'],
    ['country code without plus', '31612345678', '+31612345678'],
    ['another country by 00', '00491712345678', '+491712345678'],
    ['another country without plus', '491712345678', '+491712345678'],
    ['a land line', '0201234567', '+31201234567'],
    ['plus and trunk 0', '+31(0)612345678', '+31612345678'],
    ['too short', '061234567', null],
    ['too long', '06123456789', null],
    ['a code of 8 digits', '12345678', null],
    ['a code that begins like a country code', '99999999', null],
    ['the same of another country', '87654321', null],
    ['no trunk 0', '612345678', '+31612345678'],
    ['no country has it', '00999123456789', null],
    ['letters', '0612345678a', null],
    ['an extension', '0612345678 ext 5', null],
    ['nothing', '', null],
    ['only a plus', '+', null],
    ['endless', '0'.repeat(5_000), null],
  ];
  for (const [what, typed, expected] of table) {
    it(`${what}: ${expected}`, () => assert.equal(dutch.normalise(typed), expected));
  }

  it('reads a trunk 0 as the region does', () => {
    assert.equal(openPhones('DE').normalise('01712345678'), '+491712345678');
    assert.equal(openPhones('US').normalise('0114420 7946 0958'), '+442079460958');
  });

  it('takes a code of 8 digits for a phone only where phones are dialled so', () => {
    for (const code of ['48151623', '30123456', '91827364']) {
      for (const region of ['DE', 'GB', 'US']) assert.equal(openPhones(region).normalise(code), null);
    }
    assert.equal(openPhones('DK').normalise('20123456'), '+4520123456');
    assert.equal(openPhones('US').normalise('2015550123'), '+12015550123');
  });

  it('refuses a region that has no numbering plan', () => {
    assert.throws(
      () => openPhones('XX'),
      (error: unknown) => error instanceof Fault && error.code === 'region',
    );
  });
});
