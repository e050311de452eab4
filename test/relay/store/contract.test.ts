/** What every engine must do behind `RelayStore`: one suite, run on each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NewEvent, storeEvents } from '../../../scripts/rig/store-events.ts';
import { codeOf } from '../../../src/base/fault.ts';
import { effectsOf } from '../../../src/relay/store/commit-effects.ts';
import { meta, relayEpoch, setMeta } from '../../../src/relay/store/migrate.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
import { onBothStores } from '../stores.ts';

const account = (id: string) => ({
  id,
  name: id,
  region: 'NL',
  region_chosen: 0 as const,
  settings: '{}',
  created: 1,
  events: 0,
});

const addAccount = (store: RelayStore, id: string): Promise<unknown> =>
  store.write(tx => tx.insertInto('account').values(account(id)).execute());

const accounts = async (store: RelayStore): Promise<readonly string[]> =>
  (await store.db.selectFrom('account').select('id').orderBy('id').execute()).map(({ id }) => id);

const event = (seq: number): NewEvent => ({
  epoch: 1,
  seq,
  at: 1_800_000_000_000 + seq,
  type: 'pulsed',
  booking: null,
  line: `{"seq":${seq}}`,
  stored: 1_900_000_000_000,
  key: 'van 1',
  slot: 4,
  driver: null,
});

onBothStores('store', source => {
  test('what is written is there, numbers are numbers', async () => {
    const store = await source.fresh();
    await addAccount(store, 'a');
    const row = await store.db.selectFrom('account').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual({ ...row }, account('a'));
  });

  test('a job that throws loses only itself', async () => {
    const store = await source.fresh();
    const results = await Promise.allSettled([
      addAccount(store, 'a'),
      store.write(async tx => {
        await tx.insertInto('account').values(account('b')).execute();
        throw new RangeError('on purpose');
      }),
      addAccount(store, 'c'),
      addAccount(store, 'a'),
      addAccount(store, 'd'),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.ok(results[1]?.status === 'rejected' && results[1].reason instanceof RangeError);
    assert.deepEqual(await accounts(store), ['a', 'c', 'd']);
  });

  test('jobs run one after the other and see what was before them', async () => {
    const store = await source.fresh();
    await store.write(tx => setMeta(tx, 'n', '0'));
    const add = (): Promise<number> =>
      store.write(async tx => {
        const next = Number(await meta(tx, 'n')) + 1;
        await setMeta(tx, 'n', String(next));
        return next;
      });
    const seen = await Promise.all(Array.from({ length: 600 }, add));
    assert.deepEqual(
      seen,
      Array.from({ length: 600 }, (_, at) => at + 1),
    );
    assert.equal(await meta(store.db, 'n'), '600');
  });

  test('boxes that changed are told after the commit, those of a failed job are not', async () => {
    const store = await source.fresh();
    const heard: string[] = [];
    store.onDirty(boxes => {
      throw new Error(`a listener that fails on ${boxes}`);
    });
    const stop = store.onDirty(boxes => heard.push(...boxes));
    const touch = (box: string, fails: boolean): Promise<void> =>
      store.write(async tx => {
        effectsOf(tx).changedBoxes.set(box, 1);
        if (fails) throw new Error('on purpose');
      });
    await Promise.allSettled([touch('x', false), touch('y', true), touch('z', false), touch('x', false)]);
    assert.deepEqual(heard.sort(), ['x', 'z']);
    stop();
    await touch('w', false);
    assert.equal(heard.length, 2);
  });

  test('the relay epoch begins at 1, and is what the database says', async () => {
    const store = await source.fresh();
    assert.equal(await relayEpoch(store.db), 1);
    await store.write(tx => setMeta(tx, 'epoch', '2'));
    assert.equal(await relayEpoch(store.db), 2);
  });

  test('events are numbered in their account without gaps, and none is stored twice', async () => {
    const store = await source.fresh();
    await addAccount(store, 'a');
    await addAccount(store, 'b');
    const put = (box: string, owner: string, seqs: readonly number[]): Promise<void> =>
      store.write(tx => storeEvents(tx, { box, account: owner, enrolment: 1 }, seqs.map(event)));
    await put('x', 'a', [1, 2, 3]);
    await Promise.all([
      put('y', 'b', [1]),
      put('x', 'a', [4]),
      put(
        'x',
        'a',
        Array.from({ length: 600 }, (_, n) => n + 5),
      ),
    ]);
    await assert.rejects(put('x', 'a', [605, 604]));
    await put('x', 'a', []);
    await put('x', 'a', [605]);
    const rows = await store.db
      .selectFrom('event')
      .selectAll()
      .where('account', '=', 'a')
      .orderBy('number')
      .execute();
    assert.deepEqual(
      rows.map(({ number, seq }) => [number, seq]),
      Array.from({ length: 605 }, (_, n) => [n + 1, n + 1]),
    );
    assert.deepEqual({ ...rows[0] }, { ...event(1), account: 'a', box: 'x', enrolment: 1, number: 1 });
  });

  test('a newer database is refused, an older one of ours is opened again', async () => {
    const store = await source.fresh();
    await addAccount(store, 'a');
    const second = await source.again(store);
    assert.deepEqual(await accounts(second), ['a']);
    await store.write(tx => setMeta(tx, 'schema', '99'));
    await assert.rejects(source.again(store), error => codeOf(error) === 'data-newer');
  });

  test('after closing nothing is written, and what was begun is', async () => {
    const store = await source.fresh();
    const begun = addAccount(store, 'a');
    const closing = store.close();
    await assert.rejects(addAccount(store, 'b'), error => codeOf(error) === 'store-closed');
    await begun;
    await closing;
    assert.deepEqual(await accounts(await source.again(store)), ['a']);
  });
});
