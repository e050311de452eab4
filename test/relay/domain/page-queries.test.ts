/** What the pages ask of the store: in which order, of whose account, and by which name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxNumbers, keysOut } from '../../../src/relay/domain/account-numbers.ts';
import { createAccount } from '../../../src/relay/domain/accounts.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { accountZone, boxesCalled, boxNames } from '../../../src/relay/domain/box-names.ts';
import { changeBox, createBox } from '../../../src/relay/domain/boxes.ts';
import { latestEvents } from '../../../src/relay/domain/latest-events.ts';
import { countOpenProblems, openProblems } from '../../../src/relay/domain/open-problems.ts';
import { clearProblem, raiseProblem } from '../../../src/relay/domain/problems.ts';
import { createSite } from '../../../src/relay/domain/sites.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const reading = ({ store, nowMs }: House, account = 'main') => ({ tx: store.db, account, now: nowMs });
const another = (house: House): Promise<string> =>
  house.act(async context => (await createAccount(context, { name: 'Other', region: 'NL' })).id);

onBothStores('questions of pages', source => {
  test('open Problems: urgent ones first, of each severity the oldest first, and none that is over or another’s', async () => {
    const house = await houseOn(await source.fresh());
    const raise = async (
      kind: 'phone-replaced' | 'box-dark' | 'bookings-overlap',
      subject: string,
      account?: string,
    ) => {
      house.nowMs += 1;
      await house.act(context => raiseProblem(context, { kind, subject }, 'detail'), account);
    };
    await raise('box-dark', 'old');
    await raise('phone-replaced', 'tidy');
    await raise('bookings-overlap', 'soon');
    await raise('box-dark', 'new');
    await raise('box-dark', 'over');
    await house.act(context => clearProblem(context, { kind: 'box-dark', subject: 'over' }));
    await raise('box-dark', 'theirs', await another(house));
    const subjects = (await openProblems(reading(house), 10)).map(({ subject }) => subject);
    assert.deepEqual(subjects, ['old', 'new', 'soon', 'tidy']);
    assert.equal((await openProblems(reading(house), 2)).length, 2);
    assert.deepEqual(
      [await countOpenProblems(reading(house), 99), await countOpenProblems(reading(house), 2)],
      [4, 3],
    );
  });

  test('events come newest first, from a place on, and of one account', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 1);
    const other = await another(house);
    for (const [number, account] of [
      [1, 'main'],
      [2, 'main'],
      [3, other],
      [4, 'main'],
    ] as const)
      await house.store.write(tx =>
        tx
          .insertInto('event')
          .values({
            ...{ box, enrolment: 1, epoch: 1, seq: number, account, number, at: number, stored: number },
            ...{ type: 'booted', booking: null, line: '{}' },
          })
          .execute(),
      );
    const numbers = async (before: number | null) =>
      (await latestEvents(reading(house), { before, limit: 2 })).map(({ number }) => number);
    assert.deepEqual([await numbers(null), await numbers(2)], [[4, 2], [1]]);
  });

  test('boxes have a name and the clock of their place; others’ have none', async () => {
    const house = await houseOn(await source.fresh());
    assert.equal(await accountZone(reading(house)), 'UTC');
    const { box } = await boxWithKeys(house, 0, { id: 'a-box' });
    const zone = { name: 'Depot', timezone: 'Europe/Amsterdam', language: 'nl' };
    await house.act(async context => {
      const site = await createSite(context, zone);
      await changeBox(context, box, { name: '100% Depot_A', site: site.id });
      await createBox(context, { name: 'Elsewhere', id: 'b-box' });
    });
    assert.equal(await accountZone(reading(house)), 'Europe/Amsterdam');
    const names = await boxNames(reading(house), [box, 'b-box', 'none']);
    assert.deepEqual(
      [...names.values()].map(each => [each.name, each.zone]),
      [
        ['100% Depot_A', 'Europe/Amsterdam'],
        ['Elsewhere', 'UTC'],
      ],
    );
    const other = reading(house, await another(house));
    assert.deepEqual(
      [(await boxNames(other, [box])).size, (await boxesCalled(other, '100', 5)).length],
      [0, 0],
    );
    const found = async (typed: string) => (await boxesCalled(reading(house), typed, 5)).map(({ id }) => id);
    assert.deepEqual(
      [
        await found('100% d'),
        await found('ELSE'),
        await found('A-BOX'),
        await found('%'),
        await found('1_0'),
        await found('\\'),
      ],
      [[box], ['b-box'], [box], [], [], []],
    );
  });

  test('numbers count what is there now, and only of the account', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 3);
    await house.act(context => createBox(context, { name: 'Silent' }));
    assert.deepEqual(await boxNumbers(reading(house)), { boxes: 2, connected: 0, oldestWord: null });
    await house.receipt(box);
    await house.store.write(tx => tx.updateTable('box').set({ heard: 7 }).where('id', '=', box).execute());
    assert.deepEqual(await boxNumbers(reading(house)), { boxes: 2, connected: 1, oldestWord: 7 });
    for (const [at, key] of keys.entries()) {
      const window = { key, start: house.nowMs, end: house.nowMs + hourMs };
      const { id } = await house.act(context => createBooking(context, window));
      const facts = [{ taken: 1 }, { taken: 1, overdue: 2 }, { taken: 1, returned: 2 }][at] ?? {};
      await house.store.write(tx => tx.updateTable('booking').set(facts).where('id', '=', id).execute());
    }
    assert.deepEqual(await keysOut(reading(house)), { out: 2, late: 1 });
    assert.deepEqual(await keysOut(reading(house, await another(house))), { out: 0, late: 0 });
  });
});
