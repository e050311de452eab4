import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../src/base/canonical.ts';
import { Fault } from '../../../src/base/fault.ts';
import { importBookings } from '../../../src/box/bookings/import.ts';
import { FakeBox } from '../control/fake-box.ts';

const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const good = { code: '70935824', slot: 1, start: at(-1), end: at(2) };

const take = (box: FakeBox, ...rows: readonly Json[]) =>
  importBookings(
    {
      who: 'jan',
      why: null,
      gone: new AbortController().signal,
      item: async () => {},
      rows: async function* () {
        yield* rows;
      },
    },
    box,
  );

const changes = (box: FakeBox): number =>
  box.store.journal.events.filter(event => event.type === 'bookings-changed').length;

test('many rows are decided once, kept after that, and not at all where they say nothing new', async () => {
  const box = new FakeBox();
  const rows = Array.from({ length: 300 }, (_, n) => ({
    ...good,
    code: String(20_000_000 + n * 37),
    start: at(n),
    end: at(n + 1),
    slot: (n % 3) + 1,
  }));
  assert.equal((await take(box, ...rows)).added, 300);
  assert.equal(box.store.bookings.count(), 300);
  assert.equal(changes(box), 1);
  const [first, ...rest] = rows;
  const report = await take(box, { ...good, ...first, id: 'another', code: '98765032' }, ...rest);
  assert.deepEqual([report.added, report.same], [1, 299]);
  assert.equal(box.store.journal.events.at(-1)?.count, 1);
  assert.equal((await take(box, ...rest)).same, 299);
  assert.equal(changes(box), 2);
});

test('many rows whose decision the disk refuses are not kept, nor found later', async () => {
  const box = new FakeBox();
  const rows = Array.from({ length: 300 }, (_, n) => ({
    ...good,
    code: String(20_000_000 + n * 37),
    start: at(n),
    end: at(n + 1),
  }));
  box.write = () => {
    throw new Fault('storage-full', 'the disk is full', '');
  };
  await assert.rejects(take(box, ...rows), { code: 'storage-full' });
  await box.store.incoming.settle();
  assert.equal(box.store.bookings.count(), 0);
  assert.deepEqual(box.store.incoming.staged, []);
});

test('20,000 rows never keep the keypad waiting', async () => {
  const box = new FakeBox();
  box.store.bookings.codeOwner = () => null;
  box.store.bookings.overlapping = () => [];
  const rows = Array.from({ length: 20_000 }, (_, n) => ({
    id: `b-${n}`,
    code: String(20_000_000 + n * 37),
    slot: (n % 3) + 1,
    start: at(n),
    end: at(n + 1),
  }));
  let longest = 0;
  const from = performance.now();
  let last = from;
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  // The transaction itself is the store's: here it is a map.
  const report = await take(box, ...rows);
  clearInterval(beat);
  const wholeMs = performance.now() - from;
  assert.equal(report.added, 20_000);
  assert.equal(box.store.bookings.count(), 20_000);
  // Of the whole, since a slow machine takes longer for each part of it.
  const boundMs = Math.max(250, wholeMs / 4);
  assert.ok(longest < boundMs, `the loop stood still for ${longest.toFixed(0)} of ${wholeMs.toFixed(0)} ms`);
});
