/** Who had a key: read backwards from the journal, in pages of any size. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeEvents } from '../../../scripts/rig/store-events.ts';
import type { EventPlace } from '../../../src/relay/domain/event-list.ts';
import { type Custody, keyCustody } from '../../../src/relay/domain/key-custody.ts';
import type { JournalEvent } from '../../../src/wire/journal.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, houseOn } from './house.ts';

const minutes = (at: number): number => 1_700_000_000_000 + at * 60_000;

type Told = readonly [minute: number, type: string, more?: Partial<Record<keyof JournalEvent, unknown>>];

async function tell({ store }: House, told: readonly Told[], key = 'van 1'): Promise<void> {
  await store.write(tx =>
    storeEvents(
      tx,
      { account: 'main', box: 'depot-a', enrolment: 1 },
      told.map(([minute, type, more = {}], seq) => ({
        ...{ epoch: 1, seq, at: minutes(minute), stored: minutes(900), type, key, booking: null },
        line: JSON.stringify({ type, key, ...more }),
      })),
    ),
  );
}

async function said(house: House, key: string, limit: number): Promise<readonly string[]> {
  const found: Custody[] = [];
  let after: EventPlace | null = null;
  do {
    const page = await keyCustody({ tx: house.store.db, account: 'main' }, key, { after, limit });
    assert.ok(page.items.length <= limit);
    found.push(...page.items);
    after = page.next;
  } while (after !== null);
  const minute = (at: number): number => (at - minutes(0)) / 60_000;
  return found.map(
    ({ who, taken, late, end }) =>
      `${who} ${minute(taken)}${late === null ? '' : ` late ${minute(late)}`}${end === null ? '' : ` ${end.is} ${minute(end.at)} ${end.who}`}`,
  );
}

onBothStores('custody of a key', source => {
  const cases: readonly (readonly [string, readonly Told[], readonly string[]])[] = [
    ['nobody has had it', [[1, 'granted', { booking: 'b_1', who: 'd_ann' }]], []],
    [
      'one after the other, and the last has it still',
      [
        [1, 'key-taken', { booking: 'b_1', who: 'd_ann' }],
        [2, 'door-closed', { booking: 'b_1' }],
        [3, 'key-returned', { booking: 'b_1', who: 'd_ann', slot: 1 }],
        [5, 'key-taken', { booking: 'b_2', who: 'd_ben' }],
        [7, 'overdue', { booking: 'b_2' }],
      ],
      ['d_ben 5 late 7', 'd_ann 1 returned 3 d_ann'],
    ],
    [
      'brought back by another, and handed on without a box',
      [
        [1, 'key-taken', { booking: 'b_1', who: 'd_ann' }],
        [2, 'overdue', { booking: 'b_1' }],
        [3, 'key-transferred', { booking: 'b_2', who: 'd_ben' }],
        [4, 'key-returned', { booking: 'b_2', who: 'd_cy', reason: 'returned-by-other' }],
      ],
      ['d_ben 3 returned-by-other 4 d_cy', 'd_ann 1 late 2 handed-on 3 d_ben'],
    ],
    [
      'whoever found the door empty never had it, and the one before has it still',
      [
        [1, 'key-taken', { booking: 'b_1', who: 'd_ann' }],
        [2, 'key-returned', { booking: 'b_1', who: 'd_ann' }],
        [3, 'key-taken', { booking: 'b_2', who: 'd_ben' }],
        [4, 'custody-mismatch', { booking: 'b_2', who: 'd_ben', reason: 'found-empty' }],
        [6, 'key-returned', { booking: 'b_1', who: 'd_ann' }],
      ],
      ['d_ann 1 returned 6 d_ann'],
    ],
    [
      'gone with nobody who may',
      [
        [1, 'key-taken', { booking: 'b_1', who: 'd_ann' }],
        [2, 'key-returned', { booking: 'b_1', who: 'd_ann' }],
        [3, 'custody-mismatch', { reason: 'unexpected' }],
        [4, 'key-taken', { who: 'Tech' }],
        [5, 'custody-mismatch', { reason: 'gone' }],
      ],
      ['Tech 4 missing 5 null', 'd_ann 1 returned 2 d_ann'],
    ],
  ];
  for (const [name, told, expected] of cases)
    test(name, async () => {
      const house = await houseOn(await source.fresh());
      const {
        keys: [key = ''],
      } = await boxWithKeys(house, 2, { id: 'depot-a' });
      await tell(house, told);
      for (const limit of [1, 2, 20])
        assert.deepEqual(await said(house, key, limit), expected, `by ${limit}`);
    });

  test('many of them are read a page at a time, and another key’s are not among them', async () => {
    const house = await houseOn(await source.fresh());
    const { keys } = await boxWithKeys(house, 2, { id: 'depot-a' });
    const told = Array.from({ length: 30 }, (_, at): readonly Told[] => [
      [at * 10, 'key-taken', { booking: `b_${at}`, who: `d_${at}` }],
      [at * 10 + 4, 'key-returned', { booking: `b_${at}`, who: `d_${at}`, slot: 1 }],
    ]).flat();
    await tell(house, told);
    assert.deepEqual(
      await said(house, keys[0] ?? '', 7),
      Array.from(
        { length: 30 },
        (_, at) => `d_${29 - at} ${(29 - at) * 10} returned ${(29 - at) * 10 + 4} d_${29 - at}`,
      ),
    );
    assert.deepEqual(await said(house, keys[1] ?? '', 7), []);
    await assert.rejects(
      keyCustody({ tx: house.store.db, account: 'other' }, keys[0] ?? '', { after: null, limit: 1 }),
      {
        code: 'not-found',
      },
    );
  });
});
