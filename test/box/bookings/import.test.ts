import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingId } from '../../../src/base/brand.ts';
import type { Json } from '../../../src/base/canonical.ts';
import { importBookings, type Source } from '../../../src/box/bookings/import.ts';
import { BadRows } from '../../../src/box/bookings/notes.ts';
import { FakeBox } from '../control/fake-box.ts';

const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const good = { code: '70935824', slot: 1, start: at(-1), end: at(2) };

const source = (rows: readonly Json[]): Source => ({
  who: 'jan',
  why: null,
  gone: new AbortController().signal,
  item: async () => {},
  rows: async function* () {
    yield* rows;
  },
});

const take = (box: FakeBox, ...rows: readonly Json[]) => importBookings(source(rows), box);

const changes = (box: FakeBox): number =>
  box.store.journal.events.filter(event => event.type === 'bookings-changed').length;

/** What is wrong with the last of these rows. */
async function refusal(box: FakeBox, ...rows: readonly Json[]): Promise<string> {
  try {
    await take(box, ...rows);
  } catch (error) {
    if (!(error instanceof BadRows)) throw error;
    assert.equal(box.store.bookings.count(), 0, 'nothing was kept');
    assert.equal(changes(box), 0);
    assert.ok(error.problems.every(problem => problem.row === rows.length - 1));
    return error.problems.map(problem => problem.message).join('; ');
  }
  return 'accepted';
}

const without = (name: keyof typeof good): Json => {
  const { [name]: _, ...rest } = good;
  return rest;
};

const bad: readonly (readonly [string, Json, RegExp])[] = [
  ['no object', 17, /must be an object/],
  ['a list', [good], /must be an object/],
  ['an unknown member', { ...good, colour: 'red' }, /member "colour"/],
  ['no start', without('start'), /start is missing/],
  ['no end', without('end'), /end is missing; null means until changed/],
  ['no offset', { ...good, start: '2026-03-01T08:00:00' }, /start ".*" lacks its offset/],
  ['no time', { ...good, start: '2026-03-01' }, /no ISO 8601/],
  ['month 13', { ...good, start: '2026-13-01T08:00:00Z' }, /does not exist/],
  ['29 February of a common year', { ...good, start: '2026-02-29T08:00:00Z' }, /does not exist/],
  ['hour 24', { ...good, end: '2026-03-01T24:00:00Z' }, /does not exist/],
  ['an offset of nowhere', { ...good, end: '2026-03-01T20:00:00+23:00' }, /offset/],
  ['a time as a number', { ...good, start: 1_780_000_000 }, /start must be a time in quotes/],
  ['an end before its start', { ...good, end: at(-2) }, /end must come after start/],
  ['an end at its start', { ...good, end: good.start }, /end must come after start/],
  ['neither slot nor key', without('slot'), /neither slot nor key/],
  ['slot and key', { ...good, key: 'slot-1' }, /both slot and key/],
  ['a slot as text', { ...good, slot: '1' }, /slot must be a whole number/],
  ['a slot that is not there', { ...good, slot: 9 }, /no slot 9/],
  ['a key that is not there', { ...(without('slot') as object), key: 'Van 9' }, /no key "Van 9"/],
  ['nothing to present', without('code'), /at least one of code, phone, badge/],
  ['a code as a number', { ...good, code: 70935824 }, /code must be text in quotes.*leading zeros/],
  ['a code of 3 digits', { ...good, code: '709' }, /code must have 4 to 10 digits, not 3/],
  ['a code of 11 digits', { ...good, code: '70935824709' }, /code must have 4 to 10/],
  ['a code of letters', { ...good, code: '7093x824' }, /code must be digits/],
  ['a code of Arabic digits', { ...good, code: '٧٠٩٣٥' }, /code must be digits/],
  ['a phone that is none', { ...good, phone: '12' }, /phone is no valid number/],
  ['a phone as a number', { ...good, phone: 612345678 }, /phone must be text/],
  ['a pin alone', { ...good, pin: '1234' }, /pin, which needs a phone or a badge/],
  ['a pin of 3 digits', { ...good, phone: '0612345678', pin: '123' }, /pin must have 4 to 8/],
  ['a pin that is a run', { ...good, phone: '0612345678', pin: '3456' }, /pin is easily guessed/],
  ['a pin that repeats', { ...good, phone: '0612345678', pin: '828282' }, /pin is easily guessed/],
  ['a trivial pin of a badge', { ...good, badge: '0A1B2C3D4E', pin: '0000' }, /pin is easily guessed/],
  ['a pin out of its phone', { ...good, phone: '0612395678', pin: '9567' }, /pin is part of the phone/],
  ['a pin as its phone begins', { ...good, phone: '0612395678', pin: '06123' }, /pin is part of the phone/],
  ['a pin as a number', { ...good, phone: '0612345678', pin: 1234 }, /pin must be text/],
  ['a badge of 9 digits', { ...good, badge: '0A1B2C3D4' }, /10 hexadecimal digits/],
  ['reuse as text', { ...good, reuse: 'yes' }, /reuse must be true or false/],
  ['an id with spaces', { ...good, id: 'a b' }, /id must not hold spaces/],
  ['a driver with half a character', { ...good, driver: 'a\ud800' }, /driver holds half of a character/],
  ['a driver with a control character', { ...good, driver: 'a\u0007' }, /driver holds a control character/],
  ['a driver whose name turns the line', { ...good, driver: 'Anna \u202e12' }, /driver holds U\+202E/],
  ['an id with a character that is not seen', { ...good, id: 'b-1\u200b' }, /id holds U\+200B/],
];

for (const [name, row, wrong] of bad) {
  test(`a row with ${name} is refused by name, and the good row before it too`, async () => {
    const before = { ...good, code: '52749163', slot: 2 };
    assert.match(await refusal(new FakeBox(), before, row), wrong);
  });
}

test('everything that is wrong with a row is said at once', async () => {
  const said = await refusal(new FakeBox(), { code: 1, slot: 9, start: 'x', colour: 'red' });
  for (const word of [/colour/, /no slot 9/, /start/, /end is missing/, /code must be text/])
    assert.match(said, word);
});

test('no refusal quotes a credential', async () => {
  const row = { ...good, code: '709', phone: '0699', pin: '98', badge: 'ZZZZ' };
  assert.doesNotMatch(await refusal(new FakeBox(), row), /709|0699|98|ZZZZ/);
});

test('at most 50 problems are named, all are counted', async () => {
  const rows = Array.from({ length: 70 }, () => 17);
  await assert.rejects(take(new FakeBox(), ...rows), (error: BadRows) => {
    assert.equal(error.problems.length, 50);
    assert.match(error.message, /70 problems/);
    return true;
  });
});

test('rows that are the same booking, or share a code, are bad; ended ones may share', async () => {
  assert.match(await refusal(new FakeBox(), good, good), /same booking as row 0/);
  const other = { ...good, slot: 2 };
  assert.match(await refusal(new FakeBox(), good, other), /same code as row 0/);
  const ended = { ...other, start: at(-9), end: at(-8) };
  assert.equal((await take(new FakeBox(), good, ended)).added, 2);
});

test('a code of another live booking is bad; one that a booking used before warns', async () => {
  const box = new FakeBox();
  await take(box, { ...good, id: 'first' });
  await assert.rejects(take(box, { ...good, id: 'second', slot: 2 }), (error: BadRows) => {
    assert.match(error.problems[0]?.message ?? '', /code of booking first/);
    return true;
  });
  box.store.bookings.cancel(bookingId('first'));
  const report = await take(box, { ...good, id: 'second', slot: 2 });
  assert.equal(report.added, 1);
  assert.match(report.warnings[0]?.message ?? '', /booking first used/);
  assert.equal(
    (await take(box, { ...good, id: 'first', code: '31874405' }, { ...good, id: 'second', slot: 2 })).changed,
    1,
  );
});

test('the same file again changes nothing, and leaves no event', async () => {
  const box = new FakeBox();
  const rows = [good, { ...good, slot: 2, code: '52749163', phone: '0612345678', pin: '4711' }];
  assert.deepEqual(await take(box, ...rows), {
    added: 2,
    changed: 0,
    same: 0,
    warnings: [],
    moreWarnings: 0,
  });
  const hashed = box.vault.hashed;
  const kept = JSON.stringify([...box.store.bookings.rows.values()]);
  assert.equal((await take(box, ...rows)).same, 2);
  assert.equal(JSON.stringify([...box.store.bookings.rows.values()]), kept);
  assert.equal(box.vault.hashed, hashed, 'the verifier that is there was kept');
  assert.equal(changes(box), 1);
});

test('the default id comes from slot, start and credential, however the row spells them', async () => {
  const box = new FakeBox();
  await take(box, good);
  const { slot: _, ...keyed } = {
    ...good,
    key: 'slot-1',
    start: good.start.replace('Z', '+00:00'),
    driver: null,
  };
  assert.equal((await take(box, keyed)).same, 1);
  assert.equal((await take(box, { ...good, code: '52749163', start: at(5), end: at(6) })).added, 1);
});

test('a PIN of one phone is hashed once for a whole file', async () => {
  const box = new FakeBox();
  const row = (slot: number, hours: number, pin: string) => ({
    slot,
    start: at(hours),
    end: at(hours + 1),
    phone: '0612345678',
    pin,
  });
  await take(box, row(1, 0, '4711'), row(2, 0, '4711'), row(1, 5, '4711'), row(2, 5, '9208'));
  assert.equal(box.vault.hashed, 2);
});

test('nothing that a person typed is kept as it was typed', async () => {
  const box = new FakeBox();
  const row = { ...good, phone: '06 1234 5678', pin: '4711', badge: '0a1b2c3d4e', driver: 'Jan Jansen' };
  await take(box, row);
  const kept = JSON.stringify([...box.store.bookings.rows.values(), ...box.store.journal.events]);
  for (const word of ['70935824', '612345678', '0A1B2C3D4E', 'Jansen']) assert.ok(!kept.includes(word), word);
  const [stored] = [...box.store.bookings.rows.values()];
  assert.equal(stored?.phone, box.vault.fingerprint('phone', '+31612345678'));
  assert.equal(stored?.badge, box.vault.fingerprint('tag', '1B2C3D4E'));
});

const odd: readonly (readonly [string, readonly Json[], RegExp])[] = [
  ['a short code', [{ ...good, code: '709358' }], /6 digits; a box of 3 slots needs 8/],
  ['a repeat', [{ ...good, code: '12121212' }], /easily guessed/],
  [
    'a code out of its phone',
    [{ ...good, code: '06123456', phone: '0612345678', pin: '4711' }],
    /part of its phone/,
  ],
  ['a run', [{ ...good, code: '87654321' }], /easily guessed/],
  ['a badge without a pin', [{ ...good, badge: '0A1B2C3D4E' }], /badge without a pin/],
  [
    'an overlap in the file',
    [good, { ...good, code: '52749163', start: at(1), end: null }],
    /overlaps row 0, of the same key slot-1/,
  ],
];

for (const [name, rows, warning] of odd) {
  test(`${name} is taken in with a warning`, async () => {
    const box = new FakeBox();
    const report = await take(box, ...rows);
    assert.equal(report.added, rows.length);
    assert.equal(report.warnings.length, 1);
    assert.match(report.warnings[0]?.message ?? '', warning);
  });
}

test('an overlap with what the box holds warns; one key after the other does not', async () => {
  const box = new FakeBox();
  await take(box, { ...good, id: 'first' });
  const next = { ...good, id: 'next', code: '52749163', start: good.end, end: at(4) };
  assert.deepEqual((await take(box, next)).warnings, []);
  const over = { ...good, id: 'over', code: '31874405', start: at(1), end: at(2) };
  assert.match((await take(box, over)).warnings[0]?.message ?? '', /overlaps booking first/);
});

test('an end of null and an ended window are taken in', async () => {
  const box = new FakeBox();
  const report = await take(box, { ...good, end: null }, { ...good, slot: 2, start: at(-9), end: at(-8) });
  assert.deepEqual({ added: report.added, warnings: report.warnings }, { added: 2, warnings: [] });
});

test('an enrolled box and a box without a disk refuse an import', async () => {
  const box = new FakeBox();
  box.become({ sync: { enrolled: true, vouchedAt: null } });
  await assert.rejects(take(box, good), { code: 'enrolled' });
  const full = new FakeBox();
  full.become({ health: { ...full.state().health, storage: 'degraded' } });
  await assert.rejects(take(full, good), { code: 'storage-degraded' });
});

test('a client that leaves while PINs are hashed leaves nothing behind', async () => {
  const box = new FakeBox();
  const leaving = new AbortController();
  const rows = [1, 2].map(slot => ({
    ...good,
    slot,
    code: undefined,
    phone: '0612345678',
    pin: `471${slot}`,
  }));
  const left: Source = {
    ...source(rows as never),
    gone: leaving.signal,
    item: async () => leaving.abort(),
  };
  await assert.rejects(importBookings(left, box), { code: 'gone' });
  assert.equal(box.store.bookings.count(), 0);
});
