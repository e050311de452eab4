import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { putTimer } from '../../../src/relay/domain/timers.ts';
import { Shares } from '../../../src/relay/fleet/shares.ts';
import { Timers } from '../../../src/relay/fleet/timers.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
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
    await b.shares.start();
    await pass(time, 12, apart);
    assert.deepEqual([a.serves.size, b.serves.size], [32, 32]);
    await c.shares.start();
    await pass(time, 20, apart);
    assert.equal(a.serves.size + b.serves.size + c.serves.size, 64);
    assert.ok(all.every(({ serves }) => serves.size >= 20 && serves.size <= 22));
    b.dead = true;
    await pass(time, 30, apart);
    assert.equal(b.serves.size, 0, 'it has let go by itself');
    assert.deepEqual([a.serves.size, c.serves.size], [32, 32]);
    b.dead = false;
    await pass(time, 12, apart);
    assert.ok(b.serves.size >= 20);
    for (const each of all) await each.shares.close();
    assert.equal(
      (await store.db.selectFrom('share').select('share').where('copy', 'is not', null).execute()).length,
      0,
    );
  });

  test('a timer runs once, whoever has it; one that fails is tried again later; one that is moved waits', async () => {
    const store = await source.fresh();
    const time = new FakeTime();
    const ran: string[] = [];
    let failures = 2;
    const work = {
      plain: async (_tx: unknown, subject: string) => {
        ran.push(subject);
      },
      weak: async (_tx: unknown, subject: string) => {
        failures -= 1;
        if (failures >= 0) throw new Error('not yet');
        ran.push(subject);
      },
    };
    const copies = ['a', 'b'].map(copy => new Timers({ store, time, log: silent, copy, work }));
    for (const each of copies) each.start();
    const put = (kind: string, subject: string, inMs: number): Promise<void> =>
      store.write(tx => putTimer(tx, { kind, subject, due: time.wall() + inMs }));
    for (let at = 0; at < 150; at += 1) await put('plain', `p${at}`, 500);
    await put('weak', 'w', 500);
    await put('plain', 'moved', 3_500);
    await put('unknown', 'u', 0);
    await pass(time, 3);
    await put('plain', 'moved', 60_000);
    await pass(time, 4);
    assert.equal(new Set(ran).size, ran.length);
    assert.equal(ran.length, 150);
    await pass(time, 20);
    assert.equal(ran.filter(each => each === 'w').length, 1);
    assert.ok(!ran.includes('moved'));
    await pass(time, 40);
    assert.ok(ran.includes('moved'));
    for (const each of copies) await each.close();
    assert.deepEqual(
      (await store.db.selectFrom('timer').select('id').execute()).map(({ id }) => id),
      ['unknown:u'],
    );
  });
});
