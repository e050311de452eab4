import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingCode } from '../../../src/relay/domain/booking-views.ts';
import { cancelBooking } from '../../../src/relay/domain/bookings.ts';
import { grouped } from '../../../src/relay/messages/access.ts';
import { type Fields, fieldsOf } from '../../../src/relay/messages/fields.ts';
import { hourMs } from '../domain/house.ts';
import { onSqliteOrBoth } from '../stores.ts';
import { stageOn } from './stage.ts';

onSqliteOrBoth('the three fields', source => {
  test('follow the booking; link and code stand there only as long as they are good for something', async () => {
    const s = await stageOn(await source.fresh());
    const id = await s.book();
    const now = async (): Promise<Fields> => {
      const fields = await s.house.act(c =>
        fieldsOf(c, id, { httpUrl: 'https://keys.example.org', language: 'en' }),
      );
      assert.ok(fields);
      return fields;
    };
    const waiting = await now();
    assert.match(waiting.instructions, /^Key is booked; waiting for box Depot A\./);
    assert.deepEqual(
      [waiting.code, /^https:\/\/keys\.example\.org\/a\/[\w-]{22}$/.test(waiting.link ?? '')],
      [null, true],
    );
    await s.house.receipt(s.box);
    const { code } = await s.house.act(c => bookingCode(c, id));
    const ready = await now();
    assert.match(ready.instructions, /^Key ready in Depot A, door 1: .* CET\. .* Help: \+31 20 123 4567$/);
    assert.deepEqual([ready.code, ready.link], [grouped(code), waiting.link]);
    await s.house.events(s.box, { type: 'key-taken', key: 'van 1', booking: id, slot: 1 });
    const taken = await now();
    assert.match(taken.instructions, /^Key taken .* CET\. Return to Depot A/);
    assert.equal(taken.code, grouped(code), 'it is needed for the return');
    s.pass(10 * hourMs);
    await s.house.events(s.box, { type: 'overdue', key: 'van 1', booking: id });
    assert.match((await now()).instructions, /^Key overdue since /);
    await s.house.events(s.box, { type: 'key-returned', key: 'van 1', booking: id, slot: 1 });
    const returned = await now();
    assert.match(returned.instructions, /^Key returned .* to Depot A, door 1\.$/);
    assert.deepEqual([returned.link, returned.code], [null, null]);
    const other = await s.book();
    await s.house.act(c => cancelBooking(c, other));
    const cancelled = await s.house.act(c => fieldsOf(c, other, { httpUrl: '', language: 'nl' }));
    assert.match(cancelled?.instructions ?? '', /^Boeking geannuleerd/);
  });
});
