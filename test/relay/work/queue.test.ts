import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
import type { WorkTable } from '../../../src/relay/store/tables-work.ts';
import { putWork, takeWaiting } from '../../../src/relay/work/queue.ts';
import { type RunnerOptions, WorkRunner } from '../../../src/relay/work/runner.ts';
import { FakeTime } from '../../fake-time.ts';
import { onBothStores } from '../stores.ts';

const hourMs = 3_600_000;

/** However busy the machine is: each step lasts until it is so, for a while. */
async function passUntil(
  time: FakeTime,
  isSo: () => boolean | Promise<boolean>,
  { steps = 30, stepMs = 1_000, looks = 8 } = {},
): Promise<void> {
  for (let step = 0; step < steps && !(await isSo()); step += 1) {
    time.advance(stepMs);
    for (let look = 0; look < looks && !(await isSo()); look += 1)
      await new Promise(resolve => setTimeout(resolve, 10));
  }
}

class Rig {
  readonly time = new FakeTime();
  readonly ran: string[] = [];
  readonly runners: WorkRunner[] = [];
  /** Subjects that fail, and how often yet. */
  readonly failures = new Map<string, number>();
  readonly store: RelayStore;

  constructor(store: RelayStore) {
    this.store = store;
  }

  start(copy: string, more: Partial<RunnerOptions> = {}): WorkRunner {
    const plain: RunnerOptions['handlers'][string] = async (_tx, subject) => {
      const left = this.failures.get(subject) ?? 0;
      this.failures.set(subject, left - 1);
      if (left > 0) throw new Error('not yet');
      this.ran.push(subject);
    };
    const { store, time } = this;
    const runner = new WorkRunner({ store, time, log: silent, copy, handlers: { plain }, ...more });
    runner.start();
    this.runners.push(runner);
    return runner;
  }

  put(subject: string, inMs: number, kind = 'plain'): Promise<void> {
    return this.store.write(tx => putWork(tx, { kind, subject, due: this.time.wall() + inMs }));
  }

  async row(subject: string): Promise<WorkTable | undefined> {
    const { db } = this.store;
    return await db.selectFrom('work').selectAll().where('subject', '=', subject).executeTakeFirst();
  }

  async close(): Promise<void> {
    for (const runner of this.runners.splice(0)) await runner.close();
  }
}

onBothStores('the queue', source => {
  test('an item that its own run puts again for an instant that is over is run once a second, not for ever at once', async () => {
    const rig = new Rig(await source.fresh());
    let runs = 0;
    rig.start('a', {
      handlers: {
        plain: async (tx, subject, now) => {
          runs += 1;
          await putWork(tx, { kind: 'plain', subject, due: now - hourMs });
        },
      },
    });
    await rig.put('again', 0);
    await passUntil(rig.time, () => runs > 0);
    const before = runs;
    for (let look = 0; look < 10; look += 1) await new Promise(resolve => setTimeout(resolve, 10));
    assert.equal(runs, before, 'the clock has not moved');
    await passUntil(rig.time, () => runs === before + 1);
    assert.equal(runs, before + 1);
    await rig.close();
  });

  test('an item is done once, whoever has it; one that fails is tried again later; one that is moved waits', async () => {
    const rig = new Rig(await source.fresh());
    const { ran, time } = rig;
    for (const copy of ['a', 'b']) rig.start(copy);
    rig.failures.set('weak', 2);
    for (let at = 0; at < 150; at += 1) await rig.put(`p${at}`, 500);
    await rig.put('weak', 500);
    await rig.put('moved', 3_500);
    await rig.put('stranger', 0, 'unknown');
    await rig.put('moved', 60_000);
    await passUntil(time, () => ran.length >= 150);
    assert.equal(new Set(ran).size, ran.length);
    await passUntil(time, () => ran.includes('weak'));
    assert.equal(ran.length, 151);
    assert.ok(!ran.includes('moved'));
    await passUntil(time, () => ran.includes('moved'), { steps: 20, stepMs: 10_000 });
    assert.ok(ran.includes('moved'));
    await rig.close();
    const left = await rig.store.db.selectFrom('work').select('id').execute();
    assert.deepEqual(left, [{ id: 'unknown:stranger' }]);
  });

  test('what is due when it is put is begun without any time passing', async () => {
    const rig = new Rig(await source.fresh());
    rig.start('a');
    await rig.put('now', 0);
    await passUntil(rig.time, () => rig.ran.length > 0, { stepMs: 0 });
    assert.deepEqual(rig.ran, ['now']);
    await rig.close();
  });

  test('a copy that dies with an item keeps it no longer than its lease', async () => {
    const rig = new Rig(await source.fresh());
    await rig.put('left', 0);
    await rig.store.write(tx =>
      tx
        .updateTable('work')
        .set({ lease: 'dead', lease_until: rig.time.wall() + 30_000 })
        .execute(),
    );
    rig.start('b');
    await passUntil(rig.time, () => false, { steps: 5 });
    assert.deepEqual(rig.ran, []);
    await passUntil(rig.time, () => rig.ran.length > 0, { stepMs: 10_000 });
    assert.deepEqual(rig.ran, ['left']);
    await rig.close();
  });

  test('what fails again and again is set aside and told, once; the next start of the relay tries it anew', async () => {
    const rig = new Rig(await source.fresh());
    const told: string[] = [];
    const setAside: RunnerOptions['setAside'] = ({ kind, subject }) => told.push(`${kind} ${subject}`);
    rig.failures.set('bad', 1_000);
    rig.start('a', { setAside });
    await rig.put('bad', 0);
    await rig.put('good', 0);
    await passUntil(rig.time, () => told.length > 0, { steps: 60, stepMs: hourMs, looks: 20 });
    assert.deepEqual(told, ['plain bad']);
    assert.deepEqual(rig.ran, ['good']);
    assert.notEqual((await rig.row('bad'))?.failed, null);
    const tries = 1_000 - (rig.failures.get('bad') ?? 0);
    await passUntil(rig.time, () => false, { steps: 3, stepMs: hourMs });
    assert.equal(1_000 - (rig.failures.get('bad') ?? 0), tries, 'no more of it');
    await rig.close();
    rig.failures.set('bad', 0);
    const revived: string[] = [];
    rig.start('b', { revived: kind => revived.push(kind) });
    await passUntil(rig.time, () => rig.ran.includes('bad'));
    assert.deepEqual(rig.ran, ['good', 'bad']);
    assert.deepEqual(revived, ['plain']);
    await rig.close();
  });

  test('what waits for a subject can be taken off and done at once, and nobody does it later', async () => {
    const rig = new Rig(await source.fresh());
    for (const kind of ['second', 'first', 'third']) await rig.put('x', 0, kind);
    await rig.put('y', 0, 'first');
    const taken = await rig.store.write(tx => takeWaiting(tx, ['first', 'second'], 'x'));
    assert.deepEqual(taken, ['first', 'second']);
    const left = await rig.store.db.selectFrom('work').select('id').orderBy('id').execute();
    assert.deepEqual(
      left.map(({ id }) => id),
      ['first:y', 'third:x'],
    );
  });
});
