import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identitiesOf, readTag, sentTag, tagIdentity } from '../../src/base/tag-number.ts';

/** The identity under which a text is known, with a mark where people are told of a doubt; else why it is refused. */
function read(text: string): string {
  const reading = readTag(text);
  if (reading.is === 'refused') return `refused: ${reading.why}`;
  return `${tagIdentity(reading.number)}${reading.doubt === null ? '' : ' ?'}`;
}

test('one tag is one number, however it is written', () => {
  const table: readonly (readonly [string, string])[] = [
    ['0100BC614E', '00BC614E'],
    ['0100bc614e', '00BC614E'],
    ['01:00:bc:61:4e', '00BC614E'],
    ['01 00 BC 61 4E', '00BC614E'],
    ['01-00-BC-61-4E', '00BC614E'],
    ['0x0100BC614E', '00BC614E'],
    ['0012345678 188,24910', '00BC614E'],
    ['0012345678,188.24910', '00BC614E'],
    ['0012345678 188 24910', '00BC614E'],
    ['0012345678\u00a0 (188-24910)', '00BC614E'],
    ['188,24910 0012345678', '00BC614E'],
    ['188/24910, 0012345678', '00BC614E'],
    ['00-12345678', '00BC614E ?'],
    ['0012 345 678', '00BC614E ?'],
    ['  0012345678  ', '00BC614E ?'],
    ['0012345678', '00BC614E ?'],
    // Said to be bytes: what a reader sends, although the digits look like a printed number.
    ['00:12:34:56:78', '12345678'],
    ['0x0012345678', '12345678'],
    ['0X4294967295', '94967295'],
    ['4294967295', 'FFFFFFFF ?'],
    // More than 32 bits can hold: nobody prints that, so it is what a reader sends.
    ['4294967296', '94967296'],
    ['0A1B2C3D4E', '1B2C3D4E'],
  ];
  for (const [text, expected] of table) assert.equal(read(text), expected, text);
});

test('what no reader of a box sends, or what says too little, is refused with its reason', () => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['188,24910', /24 of the 40 bits.*ten digits before them.*tap/],
    ['188.24910', /24 of the 40 bits/],
    ['188 24910', /24 of the 40 bits/],
    ['188-24910', /24 of the 40 bits/],
    ['5: 310', /24 of the 40 bits/],
    ['188,24911 0012345678', /not the same/],
    ['0012345678 188,24911', /not the same/],
    ['0012345678 188,99999', /not the same/],
    ['9999999999 188,24910', /not the same/],
    ['04A3C6CAE26180', /NFC/],
    ['04:A3:C6:CA:E2:61:80', /NFC/],
    ['12345678', /8 digits.*leading zeros.*[Tt]ap/],
    ['00BC614E', /8 digits/],
    ['123456789012', /12 digits/],
    ['0000000000', /zeros/],
    ['00:00:00:00:00', /zeros/],
    ['AB00000000', /zeros/],
    ['0000000000 000,00000', /zeros/],
    ['ZZZZZZZZZZ', /must be/],
    ['', /must be/],
    ['1e9', /must be|3 digits/],
    ['٠٠١٢٣٤٥٦٧٨', /must be/],
    ['A'.repeat(300_000), /64/],
  ];
  for (const [text, why] of table) assert.match(read(text), why, text.slice(0, 40));
});

test('a tag that was tapped is looked for under its number, whatever its version byte', () => {
  assert.deepEqual(identitiesOf(sentTag('0100BC614E')), ['00BC614E']);
  assert.deepEqual(identitiesOf(sentTag('ff00bc614e')), ['00BC614E']);
  // Somebody may have copied these ten digits from a reader, and they look like a printed number.
  assert.deepEqual(identitiesOf(sentTag('0012345678')), ['12345678', '00BC614E']);
});

test('what was read is read again as the same number', () => {
  for (const text of ['01:00:bc:61:4e', '0012345678 188,24910', '4294967296', '00:12:34:56:78']) {
    const first = readTag(text);
    assert.ok(first.is === 'read');
    const again = readTag(first.number);
    assert.ok(again.is === 'read' && again.number === first.number);
  }
});
