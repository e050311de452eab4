import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeRestMs } from '../../../src/base/code-strength.ts';
import { codeOf } from '../../../src/base/fault.ts';
import { Secret } from '../../../src/base/secret.ts';
import { changeAccount } from '../../../src/relay/domain/accounts.ts';
import { bookingCode, bookingView } from '../../../src/relay/domain/booking-views.ts';
import { cancelBooking, changeBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { newClaim } from '../../../src/relay/domain/boxes.ts';
import { changeDriver, createDriver, driverView } from '../../../src/relay/domain/drivers.ts';
import { changeKey, keyView } from '../../../src/relay/domain/keys.ts';
import { forgetDropped } from '../../../src/relay/domain/records.ts';
import { retireBox } from '../../../src/relay/domain/retirement.ts';
import { PinHasher } from '../../../src/relay/secrets/pins.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const enrolled = (house: House, box: string) =>
  house.store.write(tx =>
    tx
      .updateTable('box')
      .set({ enrolments: 1, enrolled: 1, sign: 'a'.repeat(64), seal: 'b'.repeat(64), password: 'hash' })
      .where('id', '=', box)
      .execute(),
  );

const row = (house: House, box: string) =>
  house.store.db.selectFrom('box').selectAll().where('id', '=', box).executeTakeFirstOrThrow();

const window = (house: House) => ({ start: house.nowMs, end: house.nowMs + 8 * hourMs });

const codeOfBooking = async (house: House, id: string): Promise<string> =>
  (await house.act(c => bookingCode(c, id))).code;

onBothStores('a box that was stolen', source => {
  const world = async () => {
    const house = await houseOn(await source.fresh());
    const made = await boxWithKeys(house, 3);
    await enrolled(house, made.box);
    return { house, ...made };
  };

  test('has no keys, no password and no claim any more, and its bookings are unreachable', async () => {
    const { house, box, keys } = await world();
    const { id } = await house.act(c => createBooking(c, { key: keys[0] ?? '', ...window(house) }));
    await house.act(c => newClaim(c, box));
    await house.receipt(box);
    const before = await row(house, box);
    await house.act(c => retireBox(c, box));
    const { sign, seal, password, enrolments, revision, link, known_rev } = await row(house, box);
    assert.deepEqual(
      { sign, seal, password, link, known_rev },
      {
        ...{ sign: null, seal: null, password: null, link: 'lost', known_rev: 0 },
      },
    );
    assert.equal(enrolments, before.enrolments + 1);
    assert.ok(revision > before.revision, 'every copy of the relay is to hear of it');
    const unused = house.store.db.selectFrom('claim').select('id').where('used', 'is', null);
    assert.deepEqual(await unused.execute(), await unused.where('box', '!=', box).execute());
    const { state } = await bookingView({ tx: house.store.db, account: 'main' }, id);
    assert.equal(state, 'box-unreachable');
    await assert.rejects(
      house.act(c => retireBox(c, box)),
      error => codeOf(error) === 'conflict',
    );
  });

  test('gives its successor other codes; whoever has a key keeps what brings it back', async () => {
    const { house, box, keys } = await world();
    const [first = '', second = ''] = keys;
    const waiting = await house.act(c => createBooking(c, { key: first, ...window(house) }));
    const taken = await house.act(c => createBooking(c, { key: second, ...window(house) }));
    await house.receipt(box);
    await house.events(box, { type: 'key-taken', key: 'van 2', booking: taken.id, slot: 2 });
    const codes = [await codeOfBooking(house, waiting.id), await codeOfBooking(house, taken.id)];
    await house.act(c => retireBox(c, box));
    await assert.rejects(codeOfBooking(house, waiting.id), error => codeOf(error) === 'not-on-box');
    await house.receipt(box);
    assert.notEqual(await codeOfBooking(house, waiting.id), codes[0]);
    assert.equal(await codeOfBooking(house, taken.id), codes[1]);
  });

  test('takes phone and PIN of its drivers away at every box, names them, and no one else’s', async () => {
    const { house, box, keys } = await world();
    const other = await boxWithKeys(house, 2, { id: 'elsewhere' });
    const pins = new PinHasher();
    const person = async (name: string, phone: string): Promise<string> => {
      const pin = await pins.hash('main', new Secret('271828'));
      return (await house.act(c => createDriver(c, { name, phone, phoneOpens: true, pin }))).id;
    };
    const [known, stranger, late] = [
      await person('A. Known', '+31612345678'),
      await person('B. Stranger', '+31687654321'),
      await person('C. Late', '+31611122333'),
    ];
    const book = (key: string | undefined, driver: string) =>
      house.act(c => createBooking(c, { key: key ?? '', driver, ...window(house) }));
    await book(keys[0], known);
    await book(other.keys[0], known);
    await book(other.keys[1], stranger);
    await house.receipt(box);
    // Cancelled after the box was last heard: the card still has it.
    const gone = await book(keys[1], late);
    await house.act(c => cancelBooking(c, gone.id));
    const { drivers } = await house.act(c => retireBox(c, box));
    assert.deepEqual(drivers.map(({ name }) => name).toSorted(), ['A. Known', 'C. Late']);
    const view = (id: string) => house.act(c => driverView(c, id));
    for (const id of [known, late]) {
      const { phoneOpens, pin, phone } = await view(id);
      assert.deepEqual([phoneOpens, pin, phone !== null], [false, false, true]);
    }
    const { phoneOpens, pin } = await view(stranger);
    assert.deepEqual([phoneOpens, pin], [true, true]);
    const there = (await house.set(other.box)).put.flatMap(each =>
      each.kind === 'driver' && each.driver === known ? [[each.phone, each.pin]] : [],
    );
    assert.deepEqual(there, [[null, null]], 'the other box is told');
    await house.act(async c =>
      changeDriver(c, known, { phoneOpens: true, pin: await pins.hash('main', new Secret('314159')) }),
    );
    assert.equal((await view(known)).pin, true, 'and a new one can be set');
  });

  test('costs a driver the one code for all boxes, on all of them', async () => {
    const { house, box, keys } = await world();
    const other = await boxWithKeys(house, 1, { id: 'elsewhere' });
    await house.act(c => changeAccount(c, { settings: { sameCode: true } }));
    const driver = (await house.act(c => createDriver(c, { name: 'A. Driver' }))).id;
    const made = [];
    for (const key of [keys[0] ?? '', other.keys[0] ?? ''])
      made.push((await house.act(c => createBooking(c, { key, driver, ...window(house) }))).id);
    for (const each of [box, other.box]) await house.receipt(each);
    const [here = '', there = ''] = made;
    const before = await codeOfBooking(house, here);
    assert.equal(await codeOfBooking(house, there), before);
    await house.act(c => retireBox(c, box));
    for (const each of [box, other.box]) await house.receipt(each);
    assert.notEqual(await codeOfBooking(house, here), before);
    assert.equal(await codeOfBooking(house, there), await codeOfBooking(house, here));
  });

  /** A receipt came, and the box says so at its next greeting. */
  async function greets(house: House, box: string): Promise<void> {
    await house.receipt(box);
    const { known_rev: knownRev } = await row(house, box);
    await house.store.write(tx => forgetDropped(tx, { box, knownRev, now: house.nowMs }));
  }

  const pins = new PinHasher();
  const withEverything = async (house: House, name: string, phone: string, badge: string) => {
    const pin = await pins.hash('main', new Secret('271828'));
    return (await house.act(c => createDriver(c, { name, phone, phoneOpens: true, badge, pin }))).id;
  };

  for (const gone of ['cancelled', 'given to another driver', 'moved to another box'] as const)
    test(`its nightly copies may still have whom it has no more, whose booking was ${gone}`, async () => {
      const { house, box, keys } = await world();
      await boxWithKeys(house, 1, { id: 'elsewhere' });
      const known = await withEverything(house, 'A. Known', '+31612345678', '0x01068A4B2C');
      const other = await withEverything(house, 'B. Other', '+31687654321', '0x01068A4B2D');
      const key = keys[0] ?? '';
      const { id } = await house.act(c => createBooking(c, { key, driver: known, ...window(house) }));
      await greets(house, box);
      if (gone === 'cancelled') await house.act(c => cancelBooking(c, id));
      if (gone === 'given to another driver') await house.act(c => changeBooking(c, id, { driver: other }));
      if (gone === 'moved to another box')
        await house.act(c => changeKey(c, key, { name: 'van 5', box: 'elsewhere', slot: 5 }));
      for (let night = 0; night < 3; night += 1) {
        house.nowMs += 24 * hourMs;
        await greets(house, box);
      }
      const { drivers } = await house.act(c => retireBox(c, box));
      const wanted = gone === 'given to another driver' ? ['A. Known', 'B. Other'] : ['A. Known'];
      assert.deepEqual(drivers.map(({ name }) => name).toSorted(), wanted);
      const { phoneOpens, pin, badge } = await house.act(c => driverView(c, known));
      assert.deepEqual([phoneOpens, pin, badge], [false, false, null]);
    });

  test('has forgotten whom it knew when used codes may be given again; its successor knows nobody', async () => {
    const { house, box, keys } = await world();
    const driver = await withEverything(house, 'A. Known', '+31612345678', '0x01068A4B2C');
    const { id } = await house.act(c => createBooking(c, { key: keys[0] ?? '', driver, ...window(house) }));
    await greets(house, box);
    await house.act(c => cancelBooking(c, id));
    await greets(house, box);
    house.nowMs += codeRestMs + 1;
    await greets(house, box);
    assert.deepEqual((await house.act(c => retireBox(c, box))).drivers, []);
    assert.equal((await house.act(c => driverView(c, driver))).pin, true);
    // Another one, whose card knew them; and one that comes after it, whose card never did.
    const again = await house.act(c => createBooking(c, { key: keys[0] ?? '', driver, ...window(house) }));
    await enrolled(house, box);
    await greets(house, box);
    await house.act(c => cancelBooking(c, again.id));
    await greets(house, box);
    assert.equal((await house.act(c => retireBox(c, box))).drivers.length, 1);
    const pin = await pins.hash('main', new Secret('314159'));
    await house.act(c => changeDriver(c, driver, { phoneOpens: true, pin }));
    await enrolled(house, box);
    assert.deepEqual((await house.act(c => retireBox(c, box))).drivers, []);
  });

  test('gives away no badge that opens by itself elsewhere, where its PIN was what kept it shut', async () => {
    const { house, box, keys } = await world();
    const other = await boxWithKeys(house, 2, { id: 'elsewhere' });
    const known = await withEverything(house, 'A. Known', '+31612345678', '0x01068A4B2C');
    const { id: bare } = await house.act(c => createDriver(c, { name: 'B. Badge', badge: '0x01068A4B2D' }));
    for (const [key, driver] of [
      [keys[0], known],
      [keys[1], bare],
      [other.keys[0], known],
      [other.keys[1], bare],
    ] as const)
      await house.act(c => createBooking(c, { key: key ?? '', driver, ...window(house) }));
    const { drivers } = await house.act(c => retireBox(c, box));
    assert.equal(drivers.length, 2);
    const there = (await house.set(other.box)).put.filter(each => each.kind === 'driver');
    assert.deepEqual(
      there.map(({ phone, badge, pin }) => [phone, badge, pin]),
      [
        [null, null, null],
        [null, null, null],
      ],
    );
  });

  test('costs a driver the one code for all boxes also where it only knew it lately, and tells them', async () => {
    const { house, box, keys } = await world();
    const other = await boxWithKeys(house, 1, { id: 'elsewhere' });
    await house.act(c => changeAccount(c, { settings: { sameCode: true } }));
    const person = { name: 'A. Driver', email: 'a@example.org' };
    const { id: driver } = await house.act(c => createDriver(c, person));
    const [here, there] = await Promise.all(
      [keys[0] ?? '', other.keys[0] ?? ''].map(key =>
        house.act(c => createBooking(c, { key, driver, ...window(house) })),
      ),
    );
    for (const each of [box, other.box]) await greets(house, each);
    const before = await codeOfBooking(house, there?.id ?? '');
    await house.act(c => cancelBooking(c, here?.id ?? ''));
    await greets(house, box);
    await house.act(c => retireBox(c, box));
    await greets(house, other.box);
    assert.notEqual(await codeOfBooking(house, there?.id ?? ''), before);
    const messages = await house.store.db.selectFrom('message').select(['kind', 'booking']).execute();
    assert.deepEqual(messages, [{ kind: 'fresh-code', booking: there?.id }]);
  });

  test('lets whoever follows a booking know that its code is another', async () => {
    const { house, box, keys } = await world();
    const { id: driver } = await house.act(c => createDriver(c, { name: 'A. Driver' }));
    const booking = { key: keys[0] ?? '', driver, origin: 'fleetio', ...window(house) };
    const { id } = await house.act(c => createBooking(c, booking));
    await house.act(c => retireBox(c, box));
    const facts = await house.store.db.selectFrom('work').select(['kind', 'subject']).execute();
    assert.ok(facts.some(({ kind, subject }) => kind === 'booking-recoded' && subject === id));
  });

  test('has shown nobody which keys hang in its successor; whoever has one has it', async () => {
    const { house, box, keys } = await world();
    const [inside = '', lost = '', out = ''] = keys;
    const { id } = await house.act(c => createBooking(c, { key: out, ...window(house) }));
    await house.receipt(box);
    await house.events(
      box,
      ...['van 1', 'van 2', 'van 3'].map((key, at) => ({ type: 'key-returned', key, slot: at + 1 }) as const),
      { type: 'key-taken', key: 'van 3', booking: id, slot: 3 },
      { type: 'custody-mismatch', key: 'van 2', slot: 2, reason: 'gone' },
    );
    const places = async () =>
      (await house.act(c => Promise.all([inside, lost, out].map(key => keyView(c, key))))).map(
        ({ place }) => place,
      );
    assert.deepEqual(await places(), ['in', 'missing', 'out']);
    await house.act(c => retireBox(c, box));
    assert.deepEqual(await places(), ['never-stocked', 'never-stocked', 'out']);
  });
});
