import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingView } from '../../../src/relay/domain/booking-views.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, houseOn } from './house.ts';

onBothStores('whom a contact is', source => {
  test('a contact is a driver whom we have only where nothing contradicts: a number or an address may be a depot’s', async () => {
    const house = await houseOn(await source.fresh());
    const { keys } = await boxWithKeys(house, 1);
    const phone = '+31612345678';
    const make = (name: string, more: object): Promise<{ readonly id: string }> =>
      house.act(c => createDriver(c, { name, ...more }));
    const ann = await make('Ann', { phone, email: 'ann@example.org' });
    const desk = await make('Desk', { email: 'desk@example.org' });
    const bare = await make('Bare', { phone: '+31687654321' });
    const cases: readonly (readonly [object, string | null])[] = [
      [{ phone: '06 12345678' }, ann.id],
      [{ phone, email: 'Ann@example.org' }, ann.id],
      [{ email: 'ann@example.org' }, ann.id],
      [{ phone, email: 'bob@example.org' }, null],
      [{ phone: '+31611112222', email: 'ann@example.org' }, null],
      [{ phone: '+31687654321', email: 'bare@example.org' }, bare.id],
      [{ phone: '+31687654321', email: 'desk@example.org' }, null],
      [{ phone: '+31611113333', email: 'desk@example.org' }, desk.id],
    ];
    for (const [given, driver] of cases) {
      const made = house.act(c =>
        createBooking(c, {
          key: keys[0] ?? '',
          start: house.nowMs,
          end: null,
          contact: { name: 'Bob', ...given },
        }),
      );
      if (driver === null) await assert.rejects(made, { code: 'conflict' }, JSON.stringify(given));
      else {
        const { id } = await made;
        assert.equal((await house.act(c => bookingView(c, id))).driver, driver, JSON.stringify(given));
      }
    }
  });
});
