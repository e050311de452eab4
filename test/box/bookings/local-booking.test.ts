import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingId } from '../../../src/base/brand.ts';
import { isTrivial } from '../../../src/base/code-strength.ts';
import type { PhoneNumber } from '../../../src/base/phone-number.ts';
import { addLocal } from '../../../src/box/bookings/local-booking.ts';
import { FakeBox, fakePhones } from '../control/fake-box.ts';

const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const by = { who: 'jan', why: 'relay is down' };
const asked = { slot: 1, start: at(0), end: at(4) };

test('a local booking is marked, has an event with its why, and a code of the box’s making', async () => {
  const box = new FakeBox();
  const made = await addLocal(asked, by, box);
  assert.match(made.code, /^\d{8}$/);
  assert.ok(!isTrivial(made.code));
  const row = box.store.bookings.rows.get(bookingId(made.id));
  assert.equal(row?.origin, 'local');
  assert.equal(row?.code, box.vault.fingerprint('code', made.code));
  const event = box.store.journal.events.at(-1);
  assert.deepEqual(
    [event?.type, event?.what, event?.who, event?.reason, event?.booking],
    ['bookings-changed', 'add-local', 'jan', 'relay is down', made.id],
  );
  assert.ok(!JSON.stringify(box.store.journal.events).includes(made.code));
});

test('an enrolled box takes a local booking', async () => {
  const box = new FakeBox();
  box.become({ sync: { enrolled: true, vouchedAt: null } });
  assert.ok((await addLocal(asked, by, box)).id.startsWith('local-'));
});

const refused: readonly (readonly [string, object, string])[] = [
  ['more than 24 hours', { ...asked, end: at(24.1) }, 'too-long'],
  ['an end that has passed', { ...asked, start: at(-3), end: at(-1) }, 'already-over'],
  ['a slot that is not there', { ...asked, slot: 9 }, 'bad-booking'],
  ['no end at all', { slot: 1, start: at(0) }, 'bad-booking'],
  ['a phone that is none', { ...asked, phone: '1' }, 'bad-booking'],
];

for (const [name, row, code] of refused) {
  test(`${name} is refused`, async () => {
    const box = new FakeBox();
    await assert.rejects(addLocal(row as never, by, box), { code });
    assert.equal(box.store.bookings.count(), 0);
  });
}

test('the code is never one in use, and never one that looks like a phone number', async () => {
  const box = new FakeBox();
  const asks: string[] = [];
  box.store.bookings.codeOwner = code => {
    asks.push(code);
    return asks.length < 4 ? bookingId('other') : null;
  };
  const made = await addLocal(asked, by, box);
  assert.ok(asks.length >= 4);
  assert.equal(asks[3], box.vault.fingerprint('code', made.code));
  const phonesOf = (shape: RegExp) => async () => ({
    ...fakePhones,
    dialled: (text: string) => (shape.test(text) ? (`+31${text}` as PhoneNumber) : null),
  });
  box.phones = phonesOf(/^[0-4]/);
  for (let n = 0; n < 20; n += 1) assert.match((await addLocal(asked, by, box)).code, /^[5-9]/);
  box.phones = phonesOf(/^/);
  assert.match(
    (await addLocal(asked, by, box)).code,
    /^\d{8}$/,
    'where every number is a phone, a free one will do',
  );
});
