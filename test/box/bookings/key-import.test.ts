import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyName, slotId, wall } from '../../../src/base/brand.ts';
import type { Json } from '../../../src/base/canonical.ts';
import { importKeys } from '../../../src/box/bookings/key-import.ts';
import type { BadRows } from '../../../src/box/bookings/notes.ts';
import { defaultKey, keyDefinitions } from '../../../src/box/core/key-definitions.ts';
import { FakeBox } from '../control/fake-box.ts';

const take = (box: FakeBox, ...rows: readonly Json[]) =>
  importKeys(
    {
      who: 'jan',
      why: 'new tags',
      rows: async function* () {
        yield* rows;
      },
    },
    box,
  );

const van = { name: 'Van 1', slot: 1, tag: '0a1b2c3d4e' };
const names = (box: FakeBox): readonly string[] => box.state().keys.map(key => key.name);

const bad: readonly (readonly [string, readonly Json[], RegExp])[] = [
  ['no object', [null], /must be an object/],
  ['an unknown member', [{ ...van, color: 1 }], /member "color"/],
  ['no name', [{ slot: 1 }], /name is missing/],
  ['an empty name', [{ ...van, name: ' ' }], /name is empty/],
  ['a name of 65 characters', [{ ...van, name: 'x'.repeat(65) }], /longer than 64/],
  ['a name with a control character', [{ ...van, name: 'a\nb' }], /control character/],
  ['a name that turns the line', [{ ...van, name: 'Van \u202e1' }], /name holds U\+202E/],
  ['a name with an isolate', [{ ...van, name: '\u2066Van 1\u2069' }], /name holds U\+2066/],
  ['the default name of another slot', [{ ...van, name: 'slot-2' }], /mistaken/],
  ['no slot', [{ name: 'Van 1' }], /slot must be a whole number/],
  ['a slot that is not there', [{ ...van, slot: 8 }], /no slot 8/],
  ['a tag of 9 digits', [{ ...van, tag: '0A1B2C3D4' }], /10 hexadecimal/],
  ['a tag of zeros', [{ ...van, tag: '0000000000' }], /all zeros/],
  ['a tag as a number', [{ ...van, tag: 1234567890 }], /tag must be text in quotes/],
  ['a tag as facility and card', [{ ...van, tag: '188,24910' }], /24 of the 40 bits/],
  ['the number of an NFC card', [{ ...van, tag: '04A3C6CAE26180' }], /NFC/],
  ['the same name twice', [van, { name: 'Van 1', slot: 2 }], /same name as row 0/],
  ['the same slot twice', [van, { name: 'Van 2', slot: 1 }], /same slot as row 0/],
  ['the same tag twice', [van, { name: 'Van 2', slot: 2, tag: '0A1B2C3D4E' }], /same tag as row 0/],
  [
    'the same tag written otherwise',
    [van, { name: 'Van 2', slot: 2, tag: '0a:1b:2c:3d:4e' }],
    /same tag as row 0/,
  ],
];

for (const [name, rows, wrong] of bad) {
  test(`keys with ${name} are refused, all of them`, async () => {
    const box = new FakeBox();
    await assert.rejects(take(box, { name: 'Good', slot: 3 }, ...rows), (error: BadRows) => {
      assert.match(
        error.problems.map(each => each.message).join('; '),
        new RegExp(wrong.source.replace('row 0', 'row 1')),
      );
      return true;
    });
    assert.deepEqual(names(box), ['slot-1', 'slot-2', 'slot-3']);
  });
}

test('a named key takes over slot-N, its bookings and its custody', async () => {
  const box = new FakeBox();
  const before = box.state().keys[0];
  const report = await take(box, van);
  const counts = { added: 1, changed: 0, same: 0, renamed: [{ from: 'slot-1', to: 'Van 1' }] };
  assert.deepEqual(report, { ...counts, warnings: [], moreWarnings: 0 });
  assert.deepEqual(names(box), ['Van 1', 'slot-2', 'slot-3']);
  assert.deepEqual(box.state().keys[0]?.place, before?.place);
  assert.equal(box.state().keys[0]?.tagged, true);
  assert.deepEqual(box.store.keys.renamed, [{ from: 'slot-1', to: 'Van 1' }]);
  assert.equal(box.store.keys.byTag(box.vault.fingerprint('tag', '1B2C3D4E')), 'Van 1');
});

test('the same keys again change nothing; a new home and a new tag are changes', async () => {
  const box = new FakeBox();
  await take(box, van);
  assert.equal((await take(box, van)).same, 1);
  assert.equal((await take(box, { name: 'Van 1', slot: 1 })).same, 1, 'no tag leaves the tag');
  assert.equal((await take(box, { name: 'Van 1', slot: 2 })).changed, 1);
  assert.deepEqual(names(box), ['Van 1', 'slot-1', 'slot-3']);
  assert.equal(box.state().keys[0]?.tagged, true);
});

test('a home, a tag or a badge that is taken is refused; two keys may change places', async () => {
  const box = new FakeBox();
  await take(box, van, { name: 'Van 2', slot: 2 });
  await assert.rejects(take(box, { name: 'Van 3', slot: 1 }), { code: 'bad-rows' });
  await assert.rejects(take(box, { name: 'Van 3', slot: 3, tag: van.tag }), { code: 'bad-rows' });
  assert.equal((await take(box, { name: 'Van 1', slot: 2 }, { name: 'Van 2', slot: 1 })).changed, 2);
  assert.deepEqual(
    box.state().keys.map(key => [key.name, key.home]),
    [
      ['Van 1', 2],
      ['Van 2', 1],
      ['slot-3', 3],
    ],
  );
});

test('a key does not move over a default key that is out', async () => {
  const box = new FakeBox();
  await take(box, van);
  const place = { at: 'out', holder: { booking: null, who: null }, since: wall(0), proof: 'sensor' } as const;
  box.become({ keys: box.state().keys.map(key => (key.name === 'slot-2' ? { ...key, place } : key)) });
  await assert.rejects(take(box, { name: 'Van 1', slot: 2 }), { code: 'bad-rows' });
  assert.equal((await take(box, { name: 'Van 2', slot: 2 })).added, 1, 'giving it a name is another thing');
});

test('an enrolled box refuses keys', async () => {
  const box = new FakeBox();
  box.become({ sync: { enrolled: true, vouchedAt: null } });
  await assert.rejects(take(box, van), { code: 'enrolled' });
});

test('every slot has a key unless it is some key’s home; keys of slots that are gone are left out', () => {
  const slots = [slotId(1), slotId(2)];
  const row = (name: string, home: number) => ({ name: keyName(name), home: slotId(home), tag: null });
  const rows = [row('Van 1', 1), row('slot-1', 1), row('Old', 9)];
  assert.deepEqual(
    keyDefinitions(slots, rows).map(each => each.name),
    ['Van 1', defaultKey(slotId(2))],
  );
});

test('the number printed on a tag is the number that a reader sends; where that is not certain it is said', async () => {
  const box = new FakeBox();
  const known = (identity: string) => box.store.keys.byTag(box.vault.fingerprint('tag', identity));
  const certain = await take(box, { ...van, tag: '0012345678 188,24910' });
  assert.deepEqual([certain.warnings, known('00BC614E')], [[], 'Van 1']);
  const open = await take(box, { name: 'Van 2', slot: 2, tag: '0087654321' });
  assert.match(open.warnings[0]?.message ?? '', /decimal number that is printed on it.*keys learn/);
  assert.equal(known('05397FB1'), 'Van 2');
  const twin = { name: 'Van 3', slot: 3, tag: '0100BC614E' };
  await assert.rejects(take(box, twin), (error: BadRows) =>
    /tag of key Van 1/.test(error.problems[0]?.message ?? ''),
  );
});

test('a tag that a box of before has kept as it was sent is still the tag of its key', async () => {
  const box = new FakeBox();
  await take(box, { name: 'Old', slot: 1, tag: null });
  const kept = box.vault.fingerprint('tag', '0A1B2C3D4E');
  box.store.keys.put({ name: keyName('Old'), home: slotId(1), tag: kept });
  const twin = { name: 'Van 2', slot: 2, tag: '0A1B2C3D4E' };
  await assert.rejects(take(box, twin), (error: BadRows) =>
    /tag of key Old/.test(error.problems[0]?.message ?? ''),
  );
});

test('a direction mark is no part of a name, and bookings find the key with it and without', async () => {
  const box = new FakeBox();
  await take(box, { ...van, name: '\u200fVan 1\u200e' });
  assert.equal(names(box)[0], 'Van 1');
  await take(box, { ...van, name: '\u200fVan 1\u200e' });
  assert.equal(names(box)[0], 'Van 1');
});
