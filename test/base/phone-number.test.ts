import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  looksDialled,
  type Region,
  readAnywhere,
  readDialled,
  readPhone,
  readRegion,
} from '../../src/base/phone-number.ts';

const written = (text: string, region: Region | null): string | null => {
  const reading = readPhone(text, region);
  return reading.is === 'read' ? reading.number : null;
};

describe('a number as people write it', () => {
  const table: readonly (readonly [string, Region | null, string, string | null])[] = [
    ['trunk 0', 'NL', '0612345678', '+31612345678'],
    ['spaces and dashes', 'NL', '06-12 34.56 78', '+31612345678'],
    ['the dash that a telephone writes', 'NL', '06‑1234‑5678', '+31612345678'],
    ['a figure dash and a minus sign', 'NL', '06\u20121234\u22125678', '+31612345678'],
    ['square brackets', 'NL', '+31 [0]6 12345678', '+31612345678'],
    ['marks that a telephone copies along', 'NL', '\u202a+31 6 12345678\u202c', '+31612345678'],
    ['a link', 'NL', 'tel:+31612345678', '+31612345678'],
    ['wide digits', 'JP', '０９０-１２３４-５６７８', '+819012345678'],
    ['Arabic digits', 'NL', '٠٦ ١٢٣٤ ٥٦٧٨', '+31612345678'],
    ['Persian digits', 'NL', '+۳۱ ۶ ۱۲۳۴۵۶۷۸', '+31612345678'],
    ['plus', 'NL', '+31612345678', '+31612345678'],
    ['plus, with no region', null, '+31612345678', '+31612345678'],
    ['00, with no region', null, '0031612345678', '+31612345678'],
    ['trunk 0, with no region', null, '0612345678', null],
    ['00', 'NL', '0031612345678', '+31612345678'],
    ['00 in a country that dials 011', 'US', '0049 1512 3456789', '+4915123456789'],
    ['011 in a country that dials 00', 'DE', '011 1 201 555 0123', '+12015550123'],
    ['country code without plus', 'NL', '31612345678', '+31612345678'],
    ['plus and trunk 0', 'NL', '+31 (0)6 12345678', '+31612345678'],
    ['the 0 that Italians keep', 'NL', '+39 06 1234567', '+39061234567'],
    ['a Belgian mobile in Belgium', 'BE', '0471 23 45 67', '+32471234567'],
    ['the same where no such number is', 'NL', '0471 23 45 67', null],
    ['no trunk 0', 'NL', '612345678', '+31612345678'],
    ['eight digits where people write eight', 'DK', '20 12 34 56', '+4520123456'],
    ['Mexico, until 2019', 'MX', '+52 1 55 1234 5678', '+525512345678'],
    ['Mexico, until 2019, from home', 'MX', '044 55 1234 5678', '+525512345678'],
    ['Mexico now', 'MX', '55 1234 5678', '+525512345678'],
    ['Benin, until 2024', 'BJ', '97 01 23 45', '+2290197012345'],
    ['Benin, until 2024, from abroad', 'NL', '+229 97 01 23 45', '+2290197012345'],
    ['Benin now', 'BJ', '01 97 01 23 45', '+2290197012345'],
    ['Ivory Coast, until 2021, of Orange', 'CI', '07 12 34 56', '+2250707123456'],
    ['Ivory Coast, until 2021, of MTN', 'CI', '+225 05 12 34 56', '+2250505123456'],
    ['Ivory Coast now', 'CI', '07 12 34 56 78', '+2250712345678'],
    ['Brazil, until 2016', 'BR', '(11) 8765-4321', '+5511987654321'],
    ['too short', 'NL', '061234567', null],
    ['no country has it', 'NL', '00999123456789', null],
    ['letters', 'NL', '0612345678a', null],
    ['an extension', 'NL', '0612345678 ext 5', null],
    ['two numbers', 'NL', '06 12345678 / 020 1234567', null],
    ['nothing', 'NL', '', null],
    ['only a plus', 'NL', '+', null],
    ['endless', 'NL', '0'.repeat(100_000), null],
  ];
  for (const [what, region, text, expected] of table)
    it(`${what}: ${expected}`, () => assert.equal(written(text, region), expected));

  it('says which region had to give the country code', () => {
    const by = (text: string, region: Region) => {
      const reading = readPhone(text, region);
      return reading.is === 'read' ? reading.by : reading.why;
    };
    assert.equal(by('0612345678', 'NL'), 'NL');
    assert.equal(by('612345678', 'NL'), 'NL');
    for (const own of ['+31612345678', '0031612345678', '31612345678', '+4915123456789'])
      assert.equal(by(own, 'NL'), null, own);
    assert.match(String(by('0471234567', 'NL')), /no valid number/);
  });
});

describe('an entry of the keypad', () => {
  const table: readonly (readonly [Region, string, string | null])[] = [
    ['NL', '0612345678', '+31612345678'],
    ['NL', '0031612345678', '+31612345678'],
    ['NL', '491712345678', '+491712345678'],
    ['NL', '12345678', null],
    ['NL', '99999999', null],
    ['DE', '48151623', null],
    ['GB', '30123456', null],
    ['US', '91827364', null],
    ['DK', '20123456', '+4520123456'],
    ['US', '2015550123', '+12015550123'],
    ['US', '01144 20 7946 0958', '+442079460958'],
    ['US', '00442079460958', '+442079460958'],
    ['BJ', '97012345', null],
  ];
  for (const [region, entry, expected] of table)
    it(`${entry} in ${region}: ${expected}`, () => assert.equal(readDialled(entry, region), expected));

  it('is found in the plan of its own country, wherever the box stands', () => {
    for (const [entry, number] of [
      ['015123456789', '+4915123456789'],
      ['0471234567', '+32471234567'],
      ['20123456', '+4520123456'],
      ['3471234567', '+393471234567'],
      ['89123456789', '+79123456789'],
      ['01144 20 7946 0958', '+442079460958'],
      ['0445512345678', '+525512345678'],
    ] as const) {
      const found = new Set([...readAnywhere(entry)]);
      assert.ok(found.has(number as never), entry);
      assert.ok(found.size < 60, `${entry}: ${found.size} numbers`);
    }
    assert.equal([...readAnywhere('1234')].length, 0);
    assert.equal([...readAnywhere('9'.repeat(100_000))].length, 0);
  });

  it('was meant as a number where no code is so long, or where it has a trunk 0', () => {
    assert.ok(looksDialled('015123456789') && looksDialled('0471234567') && looksDialled('89123456789'));
    assert.ok(!looksDialled('40718265') && !looksDialled('07182653') && !looksDialled('4071826533'));
  });
});

it('knows the countries that have numbers', () => {
  assert.deepEqual(['NL', 'XK', 'XX', 'nl', '', 'constructor'].map(readRegion), [
    'NL',
    'XK',
    null,
    null,
    null,
    null,
  ]);
});
