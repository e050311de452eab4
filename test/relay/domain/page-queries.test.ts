/** What the pages ask of the store: in which order, of whose account, and by which name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProblemKind } from '../../../src/relay/core/problems/catalogue.ts';
import { boxNumbers, keysOut, nextBooking } from '../../../src/relay/domain/account-numbers.ts';
import { createAccount } from '../../../src/relay/domain/accounts.ts';
import { cancelBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { boxesBySite } from '../../../src/relay/domain/box-list.ts';
import { accountZone, boxesCalled, boxNames } from '../../../src/relay/domain/box-names.ts';
import { changeBox, createBox } from '../../../src/relay/domain/boxes.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { latestEvents } from '../../../src/relay/domain/latest-events.ts';
import { countOpenProblems, openProblems } from '../../../src/relay/domain/open-problems.ts';
import { hurtBy } from '../../../src/relay/domain/problem-people.ts';
import { clearProblem, raiseProblem } from '../../../src/relay/domain/problems.ts';
import { createSite } from '../../../src/relay/domain/sites.ts';
import type { ProblemTable } from '../../../src/relay/store/tables-work.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const reading = ({ store, nowMs }: House, account = 'main') => ({ tx: store.db, account, now: nowMs });
const another = (house: House): Promise<string> =>
  house.act(async context => (await createAccount(context, { name: 'Other', region: 'NL' })).id);

onBothStores('questions of pages', source => {
  test('open Problems: those that cost most while nobody acts, then graver and older ones, and none that is over or another’s', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1, { id: 'box-soon' });
    await house.act(context => createBox(context, { name: 'Quiet', id: 'box-quiet' }));
    const window = { key: keys[0] ?? '', start: house.nowMs + 3 * hourMs, end: house.nowMs + 5 * hourMs };
    const { id } = await house.act(context => createBooking(context, window));
    const raise = async (kind: ProblemKind, subject: string, account?: string) => {
      house.nowMs += 1;
      await house.act(context => raiseProblem(context, { kind, subject }, 'detail'), account);
    };
    for (const [kind, subject] of [
      ['phone-replaced', 'tidy'],
      ['fleetio-unreachable', 'connection'],
      ['sensor-suspect', 'warned'],
      ['jammed', 'old'],
      ['jammed', 'new'],
      ['box-lost', 'box-quiet'],
      ['message-undelivered', 'd_1/sms'],
      ['booking-to-confirm', 'int_1/801'],
      ['box-lost', box],
      ['overdue', 'b_1'],
      ['overdue', 'over'],
    ] as const)
      await raise(kind, subject);
    await house.act(context => clearProblem(context, { kind: 'overdue', subject: 'over' }));
    await raise('overdue', 'theirs', await another(house));
    const order = [
      ...['b_1', box, 'int_1/801', 'd_1/sms'],
      ...['old', 'new', 'warned', 'box-quiet', 'connection', 'tidy'],
    ];
    const subjects = async (limit: number) =>
      (await openProblems(reading(house), limit)).map(({ subject }) => subject);
    assert.deepEqual(await subjects(20), order);
    assert.deepEqual(await subjects(2), order.slice(0, 2));
    assert.deepEqual(
      [await countOpenProblems(reading(house), 99), await countOpenProblems(reading(house), 2)],
      [10, 3],
    );
    await house.act(context => cancelBooking(context, id));
    assert.equal((await subjects(20)).indexOf(box) > 5, true, 'nothing begins there any more');
  });

  test('whom a Problem hurts: a driver of the account by name and number, and bookings that a silent box lacks', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    const driver = await house.act(context =>
      createDriver(context, { name: 'Ann Bos', phone: '+31612345678' }),
    );
    const start = house.nowMs + hourMs;
    const window = { key: keys[0] ?? '', driver: driver.id, start, end: start + hourMs };
    const { id } = await house.act(context => createBooking(context, window));
    const rows = [
      ['overdue', id],
      ['message-undelivered', `${driver.id}/sms`],
      ['box-lost', box],
    ].map(([kind, subject]) => ({ kind, subject }) as ProblemTable);
    const ann = { name: 'Ann Bos', phone: '+31612345678' };
    const found = await hurtBy(reading(house), rows);
    assert.deepEqual(Object.fromEntries(found.people), { [id]: ann, [driver.id]: ann });
    assert.deepEqual(Object.fromEntries(found.soon), { [box]: { count: 1, first: start } });
    const theirs = await hurtBy(reading(house, await another(house)), rows);
    assert.deepEqual([theirs.people.size, theirs.soon.size], [0, 0]);
  });

  test('the next booking is the one that begins first and was not taken, proven once its box has said so', async () => {
    const house = await houseOn(await source.fresh());
    assert.equal(await nextBooking(reading(house)), null);
    const { box, keys } = await boxWithKeys(house, 2);
    for (const [at, key] of keys.entries())
      await house.act(context =>
        createBooking(context, {
          key,
          start: house.nowMs + (2 - at) * hourMs,
          end: house.nowMs + 9 * hourMs,
        }),
      );
    const [one, two] = [
      await nextBooking(reading(house)),
      await house.receipt(box).then(() => nextBooking(reading(house))),
    ];
    assert.deepEqual([one?.start, one?.isProven, two?.isProven], [house.nowMs + hourMs, false, true]);
    assert.equal(await nextBooking(reading(house, await another(house))), null);
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

  test('boxes are listed by a text in their name or their site’s, whatever signs it has', async () => {
    const house = await houseOn(await source.fresh());
    await house.act(async context => {
      const site = await createSite(context, { name: 'North 100%', timezone: 'UTC', language: 'en' });
      await createBox(context, { name: 'Harbour_1', id: 'box-a', site: site.id });
      await createBox(context, { name: 'Airport', id: 'box-b' });
    });
    const found = async (match: string, account?: string) =>
      (await boxesBySite(reading(house, account), { match }, { after: null, limit: 9 })).map(({ id }) => id);
    assert.deepEqual(
      [await found('HARB'), await found('0%'), await found('r_1'), await found('o'), await found('%o')],
      [['box-a'], ['box-a'], ['box-a'], ['box-b', 'box-a'], []],
    );
    assert.deepEqual(await found('o', await another(house)), []);
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
