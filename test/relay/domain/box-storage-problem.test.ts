/** A disk that takes no writes takes no events either: what the box says of itself is all that tells of it meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeState } from '../../../src/relay/domain/box-storage-problem.ts';
import { type StateWord, stateText, type ToldState } from '../../../src/relay/domain/box-told.ts';
import { listProblems } from '../../../src/relay/domain/problem-list.ts';
import { acknowledgeProblem } from '../../../src/relay/domain/problems.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, houseOn } from './house.ts';

const first = { after: null, limit: 500 };
const rows = (house: House, open = true) =>
  listProblems({ tx: house.store.db, account: 'main' }, { open }, first);
const kinds = async (house: House): Promise<readonly string[]> =>
  (await rows(house)).map(({ kind, subject }) => `${kind} ${subject}`).sort();

const state: ToldState = {
  ...{ link: 'up', v: 1, at: 5, program: 'smartboxd 1', epoch: 1, rev: 1, syncAgeS: null },
  ...{ takes: 'none', returns: 'all', troubles: [], slots: [] },
};

onBothStores('what boxes say of their disks', source => {
  const word = (
    troubles: readonly string[],
    place: StateWord['place'],
    isOlderProgram = false,
  ): StateWord => ({
    ...{ place, at: place?.at ?? 5, troubles, isOlderProgram },
    text: stateText({ ...state, at: place?.at ?? 5, troubles: [...troubles] }, place),
  });
  const begun = async () => {
    let said = 0;
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 1, { id: 'depot-a' });
    const tells = (...troubles: readonly string[]) =>
      house.act(async c => {
        said += 1;
        await takeState(c, box, word(troubles, { boxEpoch: 1, seq: said, at: c.now }));
      });
    return { house, box, tells };
  };

  test('a disk that refuses is a Problem at once, told by mail, once; and goes by either word', async () => {
    for (const end of ['told', 'event'] as const) {
      const { house, box, tells } = await begun();
      await tells('power-low', 'tamper');
      assert.deepEqual(await kinds(house), [], 'what has events is left to them');
      await tells('storage-degraded');
      await tells('storage-degraded', 'power-low');
      assert.deepEqual(await kinds(house), ['storage-degraded depot-a']);
      assert.match((await rows(house))[0]?.detail ?? '', /^Depot A: the disk takes no writes; .*, since /);
      const timers = await house.store.db.selectFrom('work').select('kind').execute();
      assert.ok(timers.some(({ kind }) => kind === 'box-faults'));
      if (end === 'told') await tells();
      else await house.events(box, { type: 'storage-degraded' }, { type: 'storage-good' });
      assert.deepEqual(await kinds(house), [], end);
      await tells();
      assert.equal((await rows(house, false)).length, 1);
    }
  });

  test('a damaged database is one too; what an event said stands on, and goes with the next good word', async () => {
    const { house, box, tells } = await begun();
    await tells('database-suspect');
    assert.deepEqual(await kinds(house), ['storage-degraded depot-a']);
    await house.events(
      box,
      { type: 'booted', reason: 'crash' },
      { type: 'storage-degraded', reason: 'database-lost' },
    );
    assert.deepEqual(await kinds(house), ['box-restarted depot-a', 'storage-degraded depot-a/database']);
    await tells();
    assert.ok((await kinds(house)).includes('storage-degraded depot-a/database'), 'something was lost');
  });

  test('what somebody has acknowledged is not raised again while it goes on, and is once it comes back', async () => {
    const { house, tells } = await begun();
    await tells('storage-degraded');
    const [row] = await rows(house);
    await house.act(c => acknowledgeProblem(c, row?.id ?? ''));
    await tells('storage-degraded', 'tamper');
    await tells('storage-degraded');
    assert.deepEqual(await kinds(house), []);
    await tells();
    await tells('storage-degraded');
    assert.deepEqual(await kinds(house), ['storage-degraded depot-a']);
  });

  const bad = ['storage-degraded'];
  const place = (seq: number, at = 5, boxEpoch = 1) => ({ boxEpoch, seq, at });
  const heardBy = async (...words: readonly StateWord[]): Promise<readonly string[]> => {
    const { house, box } = await begun();
    for (const each of words) await house.act(c => takeState(c, box, each));
    return await kinds(house);
  };
  const raised = ['storage-degraded depot-a'];

  test('an old state that is said again neither raises nor hides anything', async () => {
    const later = [place(8), place(7, 6), place(1, 1, 2)];
    for (const each of later) {
      assert.deepEqual(await heardBy(word(bad, place(7)), word([], each)), [], 'a later one');
      assert.deepEqual(await heardBy(word(bad, each), word([], place(7))), raised, 'hides');
      assert.deepEqual(await heardBy(word([], each), word(bad, place(7))), [], 'raises');
    }
    assert.deepEqual(await heardBy(word(bad, place(7)), word(bad, place(7))), raised, 'as it is retained');
  });

  test('unsigned states of a box that signs are nobody’s, until it says that its program is an older one', async () => {
    assert.deepEqual(await heardBy(word(bad, place(7)), word([], null)), raised);
    assert.deepEqual(await heardBy(word([], place(7)), word(bad, null)), []);
    assert.deepEqual(await heardBy(word([], place(7)), word(bad, null, true)), raised);
  });

  test('an unsigned state of an older program raises what it says, and ends nothing', async () => {
    assert.deepEqual(await heardBy(word(bad, null, true), word([], null, true)), raised);
    assert.deepEqual(await heardBy(word(bad, null), word([], place(1))), [], 'the first signed one does');
  });
});
