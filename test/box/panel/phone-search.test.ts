import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fingerprint } from '../../../src/base/brand.ts';
import { systemTime } from '../../../src/base/system-time.ts';
import { openPhones } from '../../../src/box/adapters/phones.ts';
import type { Candidate } from '../../../src/box/core/model.ts';
import { searchPhone } from '../../../src/box/panel/phone-search.ts';

/** Searches at a box of this region that has one booking; its fingerprints are the numbers themselves. */
async function search(region: string, booked: string, entry: string) {
  const asked: string[] = [];
  const result = await searchPhone(entry, {
    time: systemTime,
    phones: openPhones(region),
    print: number => number as string as Fingerprint,
    booked: number => {
      asked.push(number);
      return String(number) === booked ? [{ booking: 'b' } as unknown as Candidate] : [];
    },
    isHurried: () => false,
  });
  return { number: result?.fingerprint ?? null, found: result?.found.length ?? 0, asked };
}

const found: readonly (readonly [string, string, string])[] = [
  ['NL', '+4915123456789', '015123456789'],
  ['NL', '+4915123456789', '004915123456789'],
  ['US', '+4915123456789', '004915123456789'],
  ['US', '+4915123456789', '015123456789'],
  ['DE', '+12015550123', '0112015550123'],
  ['NL', '+4520123456', '20123456'],
  ['NL', '+32471234567', '0471234567'],
  ['NL', '+79123456789', '89123456789'],
  ['DK', '+525512345678', '5215512345678'],
  ['NL', '+2290197012345', '0197012345'],
];
for (const [region, number, entry] of found) {
  test(`a box in ${region} knows ${number} by ${entry}`, async () => {
    const result = await search(region, number, entry);
    assert.deepEqual([result.number, result.found], [number, 1]);
    assert.ok(result.asked.length <= 60, `${result.asked.length} look-ups`);
  });
}

test('what nobody has booked is a phone where it looks like one, and a code where it does not', async () => {
  const shape = async (region: string, entry: string) => (await search(region, '+1', entry)).number;
  assert.equal(await shape('NL', '0612345678'), '+31612345678');
  assert.equal(await shape('NL', '20123456'), null);
  assert.equal(await shape('NL', '40718265'), null);
  assert.equal(await shape('US', '40718265'), null);
  assert.notEqual(await shape('NL', '015123456789'), null);
  assert.equal(await shape('NL', '0000'), null);
});

test('a number of the own region goes first, and one that is booked goes before one that is not', async () => {
  const here = await search('NL', '+31612345678', '0612345678');
  assert.deepEqual(here.asked, ['+31612345678']);
  const abroad = await search('NL', '+39612345678', '0612345678');
  assert.equal(abroad.asked[0], '+31612345678');
});

test('an entry behind which too many wait is judged by what is known of it', async () => {
  let asked = 0;
  const result = await searchPhone('0612345678', {
    time: systemTime,
    phones: openPhones('NL'),
    print: number => number as string as Fingerprint,
    booked: () => {
      asked += 1;
      return [];
    },
    isHurried: () => true,
  });
  assert.deepEqual(result, { fingerprint: '+31612345678', found: [] });
  assert.ok(asked <= 2);
});

test('a region that has no numbering plan is refused', () => {
  assert.throws(() => openPhones('XX'), { code: 'region' });
});
