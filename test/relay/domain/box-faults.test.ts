/** Faults at a box as Problems: raised, counted, cleared, faded, acknowledged, told by mail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Severity } from '../../../src/relay/core/problems/facts.ts';
import { changeAccount } from '../../../src/relay/domain/accounts.ts';
import { changeBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { faultsOfBoxes } from '../../../src/relay/domain/box-health.ts';
import { keepTold, stateText, type ToldState, toldOf } from '../../../src/relay/domain/box-told.ts';
import { deleteKey } from '../../../src/relay/domain/keys.ts';
import { listProblems } from '../../../src/relay/domain/problem-list.ts';
import { acknowledgeProblem } from '../../../src/relay/domain/problems.ts';
import { retireBox } from '../../../src/relay/domain/retirement.ts';
import { faultWork } from '../../../src/relay/messages/box-faults.ts';
import type { MessageData } from '../../../src/relay/messages/kinds.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn, type Said } from './house.ts';

const minute = 60_000;
const first = { after: null, limit: 500 };

async function problems(house: House, open = true): Promise<readonly string[]> {
  const rows = await listProblems({ tx: house.store.db, account: 'main' }, { open }, first);
  return rows.map(({ kind, subject }) => `${kind} ${subject}`).sort();
}

/** As the relay runs it when it is due; gives the mails that wait. */
async function timer(house: House): Promise<readonly MessageData[]> {
  const work = faultWork(house, () => 'https://keys.example.org')['box-faults'];
  await house.store.write(async tx => {
    await tx.deleteFrom('work').where('kind', '=', 'box-faults').execute();
    await work?.(tx, 'main', house.nowMs);
  });
  const rows = await house.store.db
    .selectFrom('message')
    .selectAll()
    .where('kind', '=', 'box-faults')
    .orderBy('id')
    .execute();
  return rows.map(({ id, data }) => JSON.parse(house.atRest.open('message', id, data ?? '')) as MessageData);
}

const dueTimer = async (house: House): Promise<number | null> => {
  const row = await house.store.db
    .selectFrom('work')
    .select('due')
    .where('kind', '=', 'box-faults')
    .executeTakeFirst();
  return row === undefined ? null : row.due - house.nowMs;
};

const toldBy = (admins: readonly string[], faults?: 'off' | Severity) => (house: House) =>
  house.act(c =>
    changeAccount(c, {
      settings: { notify: { admins: [...admins], ...(faults === undefined ? {} : { faults }) } },
    }),
  );

const forced: Said = { type: 'door-forced', slot: 1 };
const shut: Said = { type: 'door-shut', slot: 1 };

onBothStores('faults of boxes', source => {
  const begun = async (keys = 3): Promise<{ house: House; box: string; keys: readonly string[] }> => {
    const house = await houseOn(await source.fresh());
    return { house, ...(await boxWithKeys(house, keys, { id: 'depot-a' })) };
  };

  test('each names the box and what has it, says what to do, and goes with its counterpart', async () => {
    const { house, box } = await begun();
    const pairs: readonly (readonly [begin: Said, is: string, end: Said])[] = [
      [{ type: 'jammed', slot: 3 }, 'jammed depot-a/slot/3', { type: 'slot-restored', slot: 3 }],
      [forced, 'door-forced depot-a/slot/1', shut],
      [
        { type: 'reader-lost', device: 'keypad' },
        'reader-lost depot-a/device/keypad',
        { type: 'reader-back', device: 'keypad' },
      ],
      [{ type: 'power-low' }, 'power-low depot-a', { type: 'power-good' }],
      [{ type: 'clock-untrusted', clock: 'ahead' }, 'clock-untrusted depot-a', { type: 'clock-good' }],
      [
        { type: 'custody-mismatch', slot: 2, key: 'van 2', reason: 'gone' },
        'key-missing depot-a/key/van 2',
        { type: 'key-returned', slot: 2, key: 'van 2' },
      ],
    ];
    for (const [begin, is, end] of pairs) {
      await house.events(box, begin);
      assert.deepEqual(await problems(house), [is]);
      const [fault] = (await faultsOfBoxes({ tx: house.store.db, account: 'main' }, [box])).get(box) ?? [];
      assert.match(
        fault?.detail ?? '',
        /^Depot A(?:, (?:slot|key) [\w ]+|, keypad)?: .+, since .+ UTC\. .+\.$/,
      );
      assert.equal(fault?.slot, begin.slot ?? null);
      await house.events(box, end);
      assert.deepEqual(await problems(house), [], `after ${end.type}`);
    }
    assert.equal((await problems(house, false)).length, pairs.length, 'what was stays in the list');
  });

  test('what began and ended while the box was away is over when it comes, and stands among what was', async () => {
    const { house, box } = await begun();
    await house.events(box, { type: 'jammed', slot: 2 }, forced, shut, { type: 'slot-restored', slot: 2 });
    assert.deepEqual(await problems(house), []);
    assert.deepEqual(await problems(house, false), ['door-forced depot-a/slot/1', 'jammed depot-a/slot/2']);
  });

  test('a door that flaps for hours is one Problem, and one mail', async () => {
    const { house, box } = await begun();
    await toldBy(['boss@example.org'])(house);
    for (let n = 0; n < 12; n += 1) {
      await house.events(box, forced, shut, forced, shut, forced);
      await timer(house);
      house.nowMs += 50 * minute;
    }
    const rows = await listProblems({ tx: house.store.db, account: 'main' }, { open: false }, first);
    assert.equal(rows.length, 1);
    assert.equal(rows[0]?.count, 3 * 12);
    assert.equal((await timer(house)).length, 1);
  });

  test('mail gathers what begins together, says it once, and grows rarer', async () => {
    const { house, box } = await begun();
    await toldBy(['boss@example.org', 'second@example.org'])(house);
    await house.events(
      box,
      { type: 'booted', reason: 'crash' },
      { type: 'jammed', slot: 2 },
      { type: 'power-low' },
    );
    assert.equal(await dueTimer(house), 10_000);
    house.nowMs += 10_000;
    const mails = await timer(house);
    assert.equal(mails.length, 2, 'one for each administrator');
    assert.match(
      mails[0]?.fault ?? '',
      /^(?:A lock does not open: Depot A, slot 2|The power of a box is low: Depot A) \(and 1 more\)$/,
    );
    assert.equal(mails[0]?.faults?.split('\n').length, 2, 'a restart is no warning');
    assert.equal(mails[0]?.link, 'https://keys.example.org/admin');
    assert.equal((await timer(house)).length, 2, 'told once');
    await house.events(box, forced);
    assert.equal((await timer(house)).length, 2, 'not within the minute');
    assert.equal(await dueTimer(house), minute);
    house.nowMs += minute;
    assert.equal((await timer(house)).length, 4);
    await house.events(box, shut, { type: 'tamper' });
    house.nowMs += minute;
    assert.equal((await timer(house)).length, 4);
    house.nowMs += minute;
    assert.equal((await timer(house)).length, 6);
  });

  test('settings say which are told, and to whom; a break-in is told though the door is shut again', async () => {
    for (const [least, told] of [
      ['off', 0],
      ['stops-people', 1],
      ['will-stop-people', 2],
      ['tidy-up', 3],
    ] as const) {
      const { house, box } = await begun();
      await toldBy(['boss@example.org'], least)(house);
      await house.events(
        box,
        { type: 'booted', reason: 'crash' },
        { type: 'door-held', slot: 2 },
        forced,
        shut,
      );
      const mails = await timer(house);
      assert.equal(mails[0]?.faults?.split('\n').length ?? 0, told, least);
    }
    const { house, box } = await begun();
    await house.events(box, forced);
    assert.deepEqual(await timer(house), [], 'nobody is named');
  });

  test('somebody who has looked takes off what no event ends; what comes again is new', async () => {
    const { house, box } = await begun();
    await toldBy(['boss@example.org'])(house);
    await house.events(box, { type: 'tamper' });
    assert.equal((await timer(house)).length, 1);
    const [row] = await listProblems({ tx: house.store.db, account: 'main' }, { open: true }, first);
    const done = await house.act(c => acknowledgeProblem(c, row?.id ?? ''));
    assert.equal(done.acknowledged, 'test');
    assert.deepEqual(await problems(house), []);
    await house.act(c => acknowledgeProblem(c, row?.id ?? ''));
    await assert.rejects(
      house.act(c => acknowledgeProblem(c, 'p_none')),
      { code: 'not-found' },
    );
    house.nowMs += 2 * minute;
    await house.events(box, { type: 'tamper' });
    assert.equal((await timer(house)).length, 2, 'told anew');
  });

  test('guessing is over ten minutes after the last wrong entry', async () => {
    const { house, box } = await begun();
    await house.events(box, { type: 'lockout' });
    house.nowMs += 8 * minute;
    await timer(house);
    await house.events(box, { type: 'denied', reason: 'locked-out' });
    house.nowMs += 8 * minute;
    await timer(house);
    assert.deepEqual(await problems(house), ['lockout depot-a']);
    house.nowMs += 2 * minute;
    await timer(house);
    assert.deepEqual(await problems(house), []);
  });

  test('a late key is a Problem of its booking until it is back, or the booking longer', async () => {
    const { house, box, keys } = await begun();
    const window = { start: house.nowMs, end: house.nowMs + hourMs };
    const { id } = await house.act(c => createBooking(c, { key: keys[0] ?? '', ...window }));
    await house.events(box, { type: 'key-taken', slot: 1, key: 'van 1', booking: id });
    const late = async (): Promise<void> => {
      house.nowMs += 2 * hourMs;
      await house.events(box, { type: 'overdue', key: 'van 1', booking: id });
      assert.deepEqual(await problems(house), [`overdue ${id}`]);
    };
    await late();
    await house.act(c => changeBooking(c, id, { end: house.nowMs + hourMs }));
    assert.deepEqual(await problems(house), [], 'prolonged');
    await late();
    await house.events(box, { type: 'key-returned', slot: 1, key: 'van 1', booking: id });
    assert.deepEqual(await problems(house), []);
    await house.events(box, { type: 'overdue', key: 'van 2', booking: 'local-1' });
    assert.deepEqual(await problems(house), ['overdue depot-a/key/van 2'], 'a booking of the box alone');
  });

  test('a box that is away for a quarter of an hour is a Problem, once', async () => {
    const { house, box } = await begun();
    const link = (state: 'up' | 'lost') =>
      house.store.write(tx =>
        tx
          .updateTable('box')
          .set({ link: state, link_since: house.nowMs, enrolled: 1 })
          .where('id', '=', box)
          .execute(),
      );
    await link('lost');
    house.nowMs += 14 * minute;
    await timer(house);
    assert.deepEqual([await problems(house), await dueTimer(house)], [[], minute]);
    house.nowMs += minute;
    await timer(house);
    await timer(house);
    assert.deepEqual(await problems(house), ['box-lost depot-a']);
    const [row] = await listProblems({ tx: house.store.db, account: 'main' }, { open: true }, first);
    await house.act(c => acknowledgeProblem(c, row?.id ?? ''));
    await timer(house);
    assert.deepEqual(await problems(house), [], 'it is known');
  });

  test('retired, a box has no faults and tells nothing; a key that goes takes its own along', async () => {
    const { house, box, keys } = await begun();
    const state = {
      ...{ link: 'up', v: 1, at: 5, program: 'smartboxd 1', epoch: 1, rev: 1, syncAgeS: null },
      ...{ takes: 'all', returns: 'all', troubles: [], more: 'x'.repeat(9_000) },
      slots: [{ slot: 1, door: 'open', key: null, faulted: true, colour: 'red' }],
    } as const;
    const text = stateText({ ...state, troubles: [], slots: [...state.slots] } as ToldState, null);
    assert.ok(text.length < 300, 'members of other versions are not kept');
    await house.store.write(tx => keepTold(tx, box, house.nowMs, 5, text));
    const reading = { tx: house.store.db, account: 'main' };
    assert.equal((await toldOf(reading, box))?.state.slots[0]?.door, 'open');
    assert.equal(await toldOf({ ...reading, account: 'other' }, box), null);
    await house.events(box, { type: 'jammed', slot: 2 }, { type: 'custody-mismatch', key: 'van 3', slot: 3 });
    await house.act(c => deleteKey(c, keys[2] ?? ''));
    assert.deepEqual(await problems(house), ['jammed depot-a/slot/2']);
    await house.store.write(tx =>
      tx.updateTable('box').set({ enrolments: 1, sign: 'a', seal: 'b' }).where('id', '=', box).execute(),
    );
    await house.act(c => retireBox(c, box));
    assert.deepEqual([await problems(house), await toldOf(reading, box)], [[], null]);
  });

  test('another account sees none of it', async () => {
    const { house, box } = await begun();
    await house.events(box, { type: 'jammed', slot: 1 });
    const other = 'other';
    assert.deepEqual((await faultsOfBoxes({ tx: house.store.db, account: other }, [box])).get(box), []);
  });
});
