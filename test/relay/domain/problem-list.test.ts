import assert from 'node:assert/strict';
import { test } from 'node:test';

import { listProblems, placeInList } from '../../../src/relay/domain/problem-list.ts';
import {
  acknowledgeProblem,
  clearProblem,
  raiseProblem,
  snoozeProblem,
  wakeProblem,
} from '../../../src/relay/domain/problems.ts';
import { onBothStores } from '../stores.ts';
import { type House, hourMs, houseOn } from './house.ts';

/** Each an hour after the one before. */
const raised = [
  ['place-unknown', 'a'],
  ['booking-to-confirm', 'b'],
  ['jammed', 'c'],
  ['place-unknown', 'd'],
  ['jammed', 'e'],
] as const;

async function housewith(source: Parameters<Parameters<typeof onBothStores>[1]>[0]): Promise<House> {
  const house = await houseOn(await source.fresh());
  for (const [kind, subject] of raised) {
    await house.act(c => raiseProblem(c, { kind, subject }, `${kind} of ${subject}.`));
    house.nowMs += hourMs;
  }
  return house;
}

type Filter = Parameters<typeof listProblems>[1];

async function subjects(house: House, filter: Partial<Filter> = {}, limit = 50): Promise<string> {
  const reading = { tx: house.store.db, account: 'main' };
  const found: string[] = [];
  let after: ReturnType<typeof placeInList> | null = null;
  for (;;) {
    const rows = await listProblems(reading, { open: true, ...filter }, { after, limit });
    found.push(...rows.map(({ subject }) => subject));
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return found.join('');
    after = placeInList(last);
  }
}

const idOf = async ({ store }: House, subject: string): Promise<string> =>
  (await store.db.selectFrom('problem').select('id').where('subject', '=', subject).executeTakeFirstOrThrow())
    .id;

onBothStores('the list of Problems', source => {
  test('the gravest first, then the oldest, on pages of any size', async () => {
    const house = await housewith(source);
    for (const limit of [1, 2, 50]) assert.equal(await subjects(house, {}, limit), 'ceadb');
    assert.equal(await subjects(house, { severity: 'will-stop-people' }), 'ad');
    assert.equal(await subjects(house, { kind: 'jammed' }), 'ce');
    assert.equal(await subjects(house, { kind: 'jammed', severity: 'tidy-up' }), '');
  });

  test('what is over comes with all, the newest first', async () => {
    const house = await housewith(source);
    await house.act(c => clearProblem(c, { kind: 'jammed', subject: 'c' }));
    assert.equal(await subjects(house), 'eadb');
    for (const limit of [1, 2, 50]) assert.equal(await subjects(house, { open: false }, limit), 'edcba');
    assert.equal(await subjects(house, { open: false, kind: 'jammed' }), 'ec');
  });

  test('“not now, because” lasts until then, and is in the audit', async () => {
    const house = await housewith(source);
    const id = await idOf(house, 'c');
    const until = house.nowMs + 2 * hourMs;
    const row = await house.act(c => snoozeProblem(c, id, { until, why: 'the technician comes at noon' }));
    assert.deepEqual(
      [row.snoozed_until, row.snoozed_why, row.snoozed_by, row.cleared],
      [until, 'the technician comes at noon', 'test', null],
    );
    assert.equal(await subjects(house, { awakeAt: house.nowMs }), 'eadb');
    assert.equal(await subjects(house), 'ceadb');
    assert.equal(await subjects(house, { awakeAt: until }), 'ceadb');
    const deeds = await house.store.db.selectFrom('audit').select(['what', 'subject', 'detail']).execute();
    const said = deeds.find(({ what }) => what === 'problem-snoozed');
    assert.equal(said?.subject, id);
    assert.match(said?.detail ?? '', /^jammed c until .*: the technician comes at noon$/);
  });

  test('it is told again and is no worse: it stays put off; it is worse: nobody has put that off', async () => {
    const house = await housewith(source);
    const id = await idOf(house, 'c');
    const until = house.nowMs + 9 * hourMs;
    await house.act(c => snoozeProblem(c, id, { until, why: 'waits' }));
    const again = () => house.act(c => raiseProblem(c, { kind: 'jammed', subject: 'c' }, 'Again.'));
    await again();
    assert.equal(await subjects(house, { awakeAt: house.nowMs }), 'eadb');
    // As if an older program had held the kind to be less grave.
    await house.store.write(tx =>
      tx.updateTable('problem').set({ grade: 1 }).where('id', '=', id).executeTakeFirst(),
    );
    await again();
    assert.equal(await subjects(house, { awakeAt: house.nowMs }), 'ceadb');
  });

  test('woken it wants somebody again; what is over, is long, or is past is refused', async () => {
    const house = await housewith(source);
    const id = await idOf(house, 'c');
    const until = house.nowMs + hourMs;
    await house.act(c => snoozeProblem(c, id, { until, why: 'waits' }));
    const woken = await house.act(c => wakeProblem(c, id));
    assert.deepEqual([woken.snoozed_until, woken.snoozed_why, woken.snoozed_by], [null, null, null]);
    const snooze = (at: number) => house.act(c => snoozeProblem(c, id, { until: at, why: 'waits' }));
    await assert.rejects(snooze(house.nowMs), { code: 'bad-input' });
    await assert.rejects(snooze(house.nowMs + 91 * 24 * hourMs), { code: 'bad-input' });
    await house.act(c => acknowledgeProblem(c, id));
    await assert.rejects(snooze(until), { code: 'conflict' });
    await assert.rejects(
      house.act(c => wakeProblem(c, id)),
      { code: 'conflict' },
    );
    await assert.rejects(
      house.act(c => wakeProblem(c, 'p_none')),
      { code: 'not-found' },
    );
  });
});
