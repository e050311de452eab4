/** A code that works is no key that waits: who has a key booked that is away reads so, and hears when it is back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { createBox } from '../../../src/relay/domain/boxes.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { changeKey } from '../../../src/relay/domain/keys.ts';
import { fieldsOf } from '../../../src/relay/messages/fields.ts';
import { tellDriver } from '../../../src/relay/messages/tell.ts';
import { hourMs } from '../domain/house.ts';
import { onSqliteOrBoth } from '../stores.ts';
import { type Stage, stageOn } from './stage.ts';

const againMs = 15_000;

onSqliteOrBoth('a key that is away', source => {
  /** Carl has the key of the van that is Bea's next. */
  async function carlHasIt(): Promise<{ readonly s: Stage; readonly carls: string; readonly beas: string }> {
    const s = await stageOn(await source.fresh());
    await s.settings({ reminderH: null });
    const { id: carl } = await s.house.act(c => createDriver(c, { name: 'Carl', email: 'carl@example.org' }));
    const now = s.house.nowMs;
    const window = { start: now, end: now + 8 * hourMs };
    const { id: carls } = await s.house.act(c =>
      createBooking(c, { key: s.keys[0] ?? '', driver: carl, ...window }),
    );
    const beas = await s.book(window);
    await s.house.receipt(s.box);
    await s.house.events(s.box, { type: 'key-taken', key: 'van 1', booking: carls, slot: 1 });
    return { s, carls, beas };
  }
  const instructions = async ({ house }: Stage, id: string): Promise<string> =>
    (await house.act(c => fieldsOf(c, id, { httpUrl: '', language: 'en' })))?.instructions ?? '';

  test('is not ready: the message says when it will be, with its code, and another comes once it is back', async () => {
    const { s, carls, beas } = await carlHasIt();
    await s.house.act(c => tellDriver(c, { booking: beas, kind: 'access', data: { vehicle: 'Crafter' } }));
    await s.turn();
    assert.match(s.mail.last, /^Your key for Crafter: ready when it is back\n/);
    assert.match(s.mail.last, /\n\d{4} \d{4}\n/);
    assert.doesNotMatch(s.mail.last, /is ready for you/);
    assert.match(await instructions(s, beas), /^Key booked but not back in Depot A yet/);
    assert.match(await instructions(s, carls), /^Key taken/, 'its own driver has it');
    s.pass(hourMs);
    await s.turn();
    assert.equal(s.mail.letters.length, 1);
    await s.house.events(s.box, { type: 'key-returned', key: 'van 1', booking: carls, slot: 1 });
    s.pass(againMs);
    await s.turn();
    await s.turn();
    assert.equal(s.mail.letters.length, 2, 'once');
    assert.match(s.mail.last, /^The key of Crafter is back: ready for you\n/);
    assert.match(await instructions(s, beas), /^Key ready in Depot A/);
    assert.deepEqual([...(await s.states())].toSorted(), ['access/mail sent', 'key-back/mail sent']);
  });

  test('by SMS too, and after a reminder or a new time; a new time overtakes what still waits', async () => {
    const { s, carls, beas } = await carlHasIt();
    await s.settings({ channels: 'sms' });
    for (const kind of ['reminder', 'moved', 'fresh-code'] as const) {
      await s.house.act(c => tellDriver(c, { booking: beas, kind }));
      await s.turn();
    }
    assert.match(s.sms.last, /^van 1: the key is not back yet/);
    await s.house.events(s.box, { type: 'key-returned', key: 'van 1', booking: carls, slot: 1 });
    s.pass(againMs);
    await s.turn();
    assert.match(s.sms.last, /^The key of van 1 is back: code \d{4} \d{4}, then #\n/);
    assert.equal(s.sms.letters.length, 4);
  });

  test('that never comes back is never told as back; nor to who has no use for it any more', async () => {
    const { s, carls, beas } = await carlHasIt();
    await s.house.act(c => tellDriver(c, { booking: beas, kind: 'access' }));
    await s.turn();
    await s.house.act(c => tellDriver(c, { booking: beas, kind: 'cancelled' }));
    await s.turn();
    await s.house.events(s.box, { type: 'key-returned', key: 'van 1', booking: carls, slot: 1 });
    s.pass(againMs);
    await s.turn();
    assert.deepEqual([...(await s.states())].toSorted(), [
      'access/mail sent',
      'cancelled/mail sent',
      'key-back/mail dropped',
    ]);
  });

  test('for longer than a day: who has it until somebody changes that hears all the same when it is back', async () => {
    const { s, carls } = await carlHasIt();
    const beas = await s.book({ start: s.house.nowMs, end: null });
    await s.house.receipt(s.box);
    await s.house.act(c => tellDriver(c, { booking: beas, kind: 'access' }));
    await s.turn();
    s.pass(30 * hourMs);
    await s.turn();
    await s.house.events(s.box, { type: 'key-returned', key: 'van 1', booking: carls, slot: 1 });
    s.pass(againMs);
    await s.turn();
    assert.deepEqual(await s.states(), ['access/mail sent', 'key-back/mail sent']);
  });

  test('or a box that is: the code of a booking without an end waits for longer than a day too', async () => {
    const s = await stageOn(await source.fresh());
    await s.settings({ reminderH: null });
    for (const [start, passed] of [
      [0, 30],
      [72, 80],
    ] as const) {
      const id = await s.book({ start: s.house.nowMs + start * hourMs, end: null });
      await s.house.act(c => tellDriver(c, { booking: id, kind: 'access' }));
      s.pass(passed * hourMs);
      await s.turn();
      await s.house.receipt(s.box);
      s.pass(againMs);
      await s.turn();
    }
    assert.deepEqual(await s.states(), ['access/mail sent', 'access/mail sent']);
  });

  test('and one that was moved to another box names its door there, not the one that it had', async () => {
    const s = await stageOn(await source.fresh());
    await s.house.act(c => createBox(c, { id: 'depot-b', name: 'Depot B' }));
    const booking = await s.book();
    await s.house.events(s.box, { type: 'key-returned', key: 'van 1', slot: 3 });
    await s.house.act(c => changeKey(c, s.keys[0] ?? '', { box: 'depot-b', slot: 5 }));
    await s.house.receipt('depot-b');
    await s.house.act(c => tellDriver(c, { booking, kind: 'access' }));
    await s.turn();
    assert.match(s.mail.last, /Door 5 opens/);
  });
});
