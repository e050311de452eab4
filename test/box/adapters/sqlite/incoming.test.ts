import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { bookingId, type Fingerprint, wall } from '../../../../src/base/brand.ts';
import type { PhoneNumber } from '../../../../src/base/phone-number.ts';
import type { BoxStore } from '../../../../src/box/adapters/sqlite/store.ts';
import type { Arrival, BookingRow } from '../../../../src/box/ports.ts';
import { at, commitOf, entry, Rig, useOf } from './rig.ts';

const many = 3_000;
/** What one look-up may write: of those that come, of those that leave, and their rivals. */
const atOnce = 320;

async function* rows(rig: Rig, count = many): AsyncGenerator<Arrival> {
  for (let n = 0; n < count; n += 1) yield { row: rig.booking(`b-${n}`), record: null };
}

const waiting = (rig: Rig): readonly string[] =>
  readdirSync(rig.folder).filter(name => name.startsWith('smartbox.incoming'));

async function decided(rig: Rig, store: BoxStore, count = many): Promise<void> {
  await store.incoming.stage(rows(rig, count));
  store.commit(commitOf({ entries: [entry({ type: 'bookings-changed' })] }), () => store.incoming.decide());
}

describe('store: bookings too many for one transaction', () => {
  it('have no effect before the decision, and are forgotten by the next start', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    await store.incoming.stage(rows(rig));
    assert.equal(store.bookings.count(), 0);
    assert.deepEqual(store.bookings.byCode(rig.code('b-1'), at(0)), []);
    await store.incoming.settle();
    assert.equal(store.bookings.count(), 0, 'nothing was decided');
    store.close();
    assert.deepEqual(waiting(rig), ['smartbox.incoming']);
    const again = rig.open();
    await again.incoming.settle();
    assert.equal(again.bookings.count(), 0);
    assert.deepEqual(waiting(rig), []);
  });

  it('are dropped when the decision is not kept', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    await store.incoming.stage(rows(rig));
    const refused = (): void => {
      store.incoming.decide();
      throw new Error('refused');
    };
    assert.throws(() => store.commit(commitOf(), refused), /refused/);
    store.incoming.drop();
    await store.incoming.settle();
    assert.equal(store.bookings.count(), 0);
    assert.deepEqual(waiting(rig), []);
  });

  it('leave no file when reading them fails half-way', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    const broken = async function* () {
      yield* rows(rig, 500);
      throw new Error('gone');
    };
    await assert.rejects(store.incoming.stage(broken()), /gone/);
    assert.deepEqual(waiting(rig), []);
  });

  it('are all there once settled, counted, found, and settled only once', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    await decided(rig, store);
    await Promise.all([store.incoming.settle(), store.incoming.settle()]);
    assert.equal(store.bookings.count(), many);
    assert.equal(store.bookings.byCode(rig.code('b-2999'), at(0)).length, 1);
    assert.deepEqual(waiting(rig), []);
    await store.incoming.settle();
    store.close();
    assert.equal(rig.open().bookings.count(), many);
  });

  it('go on after a stop in the middle, wherever it fell', async t => {
    for (const turns of [1, 3, 8]) {
      const rig = await Rig.make(t);
      const store = rig.open();
      await decided(rig, store);
      const settling = store.incoming.settle();
      const before = store.bookings.count();
      for (let n = 0; n < turns * 40 && store.bookings.count() <= before + 64 * turns; n += 1) await turn();
      const reached = store.bookings.count();
      store.close();
      await assert.rejects(settling, { code: 'stopping' });
      assert.ok(reached < many, `${reached}`);
      const again = rig.open();
      assert.equal(again.bookings.count(), reached, 'each slice is kept whole');
      await again.incoming.settle();
      assert.equal(again.bookings.count(), many);
    }
  });

  it('never make a used code fresh, and let keys be taken and bookings be looked up meanwhile', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    rig.put(store, rig.booking('b-2000'), rig.booking('other'));
    const used = useOf(bookingId('b-2000'), { life: 'used', codeUsed: true });
    store.commit(commitOf({ uses: [used] }));
    await decided(rig, store);
    let settled = false;
    const settling = store.incoming.settle().then(() => {
      settled = true;
    });
    let served = 0;
    while (!settled) {
      assert.equal(store.bookings.byCode(rig.code('other'), at(0)).length, 1);
      store.commit(commitOf({ uses: [useOf(bookingId('other'))], entries: [entry()] }));
      served += 1;
      await turn();
    }
    await settling;
    assert.ok(served > 5, `${served} grants between slices`);
    assert.equal(store.bookings.get(bookingId('b-2000'))?.use?.life, 'used');
    assert.equal(store.bookings.get(bookingId('other'))?.use?.life, 'granted');
    assert.equal(store.bookings.count(), many + 1);
    assert.equal(store.journal.last().seq, served + 1);
  });

  it('of one phone are some, not all, when that phone is typed, and no row opens that is not as it will be', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    const [left, comes] = ['+31612345678', '+31612345679'].map(each =>
      rig.vault.fingerprint('phone', each as PhoneNumber),
    ) as [Fingerprint, Fingerprint];
    const when = (ms: number) => wall(at(0) + ms);
    const of = (n: number, phone: Fingerprint) => {
      const start = when(n * 1_000);
      return { ...rig.booking(`b-${n}`), phone, start, end: wall(start + 900) };
    };
    rig.put(store, ...Array.from({ length: many }, (_, n) => of(n, left)));
    const changing = async function* () {
      for (let n = 0; n < many; n += 1)
        yield { row: of(n, comes), record: null, was: of(n, left) } satisfies Arrival;
    };
    await store.incoming.stage(changing());
    store.commit(commitOf({ entries: [entry()] }), () => store.incoming.decide());
    let puts = 0;
    const put = store.bookings.put.bind(store.bookings);
    Object.assign(store.bookings, {
      put: (row: BookingRow) => {
        puts += 1;
        return put(row);
      },
    });
    for (const now of [when(0), when(1_500_400)]) {
      puts = 0;
      assert.deepEqual(store.bookings.byPhone(left, now), [], 'they have left it, all of them');
      assert.ok(puts > 0 && puts <= atOnce, `${puts} rows in one transaction`);
      puts = 0;
      const found = store.bookings.byPhone(comes, now);
      assert.ok(puts <= atOnce, `${puts} rows in one transaction`);
      assert.equal(found.length, 16);
      assert.equal(
        found[0]?.start,
        now === when(0) ? when(0) : when(1_500_000),
        'the first that is not over',
      );
    }
    Object.assign(store.bookings, { put });
    await store.incoming.settle();
    assert.deepEqual(store.bookings.byPhone(left, when(0)), []);
    assert.equal(store.bookings.byPhone(comes, when(0)).length, 16);
    assert.equal(store.bookings.count(), many);
  });

  it('never hold the loop for more than a small part of the whole', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    await decided(rig, store, 10_000);
    const from = performance.now();
    let [last, longest, settled] = [from, 0, false];
    const settling = store.incoming.settle().finally(() => {
      settled = true;
    });
    while (!settled) {
      await turn();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
    await settling;
    const wholeMs = performance.now() - from;
    assert.ok(longest < wholeMs / 4, `${longest.toFixed(0)} of ${wholeMs.toFixed(0)} ms`);
  });

  it('whose file is gone, another one or garbled are given up aloud and hold nothing up', async t => {
    const garbled = [
      (id: string) => `${id}\n{"id":"half\n`,
      (id: string) => `${id}\n{"id":"bad","start":5,"end":4}\n`,
    ];
    for (const text of [() => '', () => `${'0'.repeat(16)}\n{}\n`, ...garbled]) {
      const rig = await Rig.make(t);
      const store = rig.open();
      await decided(rig, store);
      store.close();
      const file = join(rig.folder, 'smartbox.incoming');
      writeFileSync(file, text(readFileSync(file, 'latin1').slice(0, 16)));
      const said: string[] = [];
      const note = (_: object, text: string): void => void said.push(text);
      const again = rig.open({ log: { error: note, warn: note, info: note, debug: note } });
      await assert.rejects(again.incoming.settle(), { code: 'import-lost' });
      assert.match(said.join('\n'), /the rest of an import is lost/);
      assert.equal(again.bookings.count(), 0);
      await decided(rig, again, 300);
      await again.incoming.settle();
      assert.equal(again.bookings.count(), 300);
    }
  });
});
