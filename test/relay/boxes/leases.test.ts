import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
import { Shares } from '../../../src/relay/work/shares.ts';
import { FakeTime } from '../../fake-time.ts';
import { onBothStores } from '../stores.ts';

class Copy {
  readonly serves = new Set<number>();
  readonly shares: Shares;
  /** Once dead it does nothing more, and gives nothing back. */
  dead = false;

  constructor(name: string, store: RelayStore, time: FakeTime) {
    const stalls = (): boolean => this.dead;
    const write: RelayStore['write'] = work =>
      stalls() ? Promise.reject(new Error('no database')) : store.write(work);
    this.shares = new Shares({
      store: { ...store, engine: store.engine, db: store.db, write } as RelayStore,
      ...{ time, log: silent, copy: name },
      now: async () => time.wall(),
      taken: async share => {
        this.serves.add(share);
      },
      lost: async share => {
        this.serves.delete(share);
      },
    });
  }
}

async function pass(time: FakeTime, seconds: number, each: () => void = () => {}): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    time.advance(1_000);
    await new Promise(resolve => setTimeout(resolve, 25));
    each();
  }
}

onBothStores('leases', source => {
  test('copies divide the shares; no share is ever served twice; one that dies is replaced', async () => {
    const store = await source.fresh();
    const time = new FakeTime();
    const [a, b, c] = ['a', 'b', 'c'].map(name => new Copy(name, store, time)) as [Copy, Copy, Copy];
    const all = [a, b, c];
    const apart = (): void => {
      const served = all.flatMap(({ serves }) => [...serves]);
      assert.equal(new Set(served).size, served.length, 'no share is served twice');
    };
    await a.shares.start();
    assert.equal(a.serves.size, 64);
    const settled = async (isSo: () => boolean): Promise<void> => {
      for (let second = 0; second < 90 && !isSo(); second += 1) await pass(time, 1, apart);
    };
    await b.shares.start();
    await settled(() => b.serves.size === 32);
    assert.deepEqual([a.serves.size, b.serves.size], [32, 32]);
    await c.shares.start();
    await settled(() => all.every(({ serves }) => serves.size >= 20 && serves.size <= 22));
    assert.equal(a.serves.size + b.serves.size + c.serves.size, 64);
    assert.ok(all.every(({ serves }) => serves.size >= 20 && serves.size <= 22));
    b.dead = true;
    await settled(() => b.serves.size === 0 && a.serves.size === 32 && c.serves.size === 32);
    assert.equal(b.serves.size, 0, 'it has let go by itself');
    assert.deepEqual([a.serves.size, c.serves.size], [32, 32]);
    b.dead = false;
    await settled(() => b.serves.size >= 20);
    assert.ok(b.serves.size >= 20);
    for (const each of all) await each.shares.close();
    assert.equal(
      (await store.db.selectFrom('share').select('share').where('copy', 'is not', null).execute()).length,
      0,
    );
  });
});
