import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalEvent } from '../../src/wire/journal.ts';
import { type Diary, emptyDiary } from './diary.ts';
import { judge } from './judge.ts';

const t0 = Date.parse('2026-01-01T00:00:00.000Z');

type Told = readonly [type: JournalEvent['type'], atMs: number, more?: Partial<JournalEvent>];

const journal = (...told: readonly Told[]): readonly JournalEvent[] =>
  told.map(
    ([type, atMs, more], n) =>
      ({
        type,
        slot: 1,
        key: 'slot-1',
        booking: 'b',
        seq: n + 1,
        at: new Date(t0 + atMs).toISOString(),
        prev: String(n),
        hash: String(n + 1),
        ...more,
      }) as JournalEvent,
  );

const take: readonly Told[] = [
  ['granted', 10, { for: 'take' }],
  ['door-opened', 300],
  ['key-taken', 500],
  ['door-closed', 900],
];
const back: readonly Told[] = [
  ['granted', 5_010, { for: 'return' }],
  ['door-opened', 5_300],
  ['key-returned', 5_500],
];

function witnessed(): Diary {
  const diary = emptyDiary();
  diary.runs.push({ from: t0 - 1_000, to: null });
  for (const from of [0, 5_000]) {
    diary.typed.push({ booking: 'b', slot: 1, at: t0 + from });
    diary.pulses.push({ slot: 1, from: t0 + from + 15, to: t0 + from + 315 });
    diary.doors.push({ slot: 1, from: t0 + from + 250, to: t0 + from + 2_000 });
  }
  diary.outings.push({ slot: 1, from: t0 + 450, to: t0 + 5_450 });
  return diary;
}

const verdict = (told: readonly Told[], diary: Diary = witnessed()): string =>
  judge({ events: journal(...told), diary, reusable: new Set() }).join('\n');

test('a take and its return are as they should be', () => {
  assert.equal(verdict([...take, ...back]), '');
});

test('every kind of wrong is found', () => {
  const taken = back.toSpliced(2, 1);
  assert.match(verdict([...take, ...taken, ['key-taken', 5_500]]), /without a return/);
  assert.match(verdict([...take, ...taken, ['key-taken', 5_500]]), /took 2 times/);
  assert.match(verdict([...take, ...back, ['granted', 6_000, { for: 'take' }]]), /after its return/);
  assert.match(verdict([...take, ...back, ['granted', 6_000]]), /3 grants for 2 entries/);
  assert.match(verdict([...take, ...back.slice(1)]), /pulse 2 seen, 1 grants/);
  assert.match(
    verdict([['granted', 40, { for: 'take' }], ...take.slice(1), ...back]),
    /pulse 1 seen, 0 grants/,
  );
  assert.match(verdict([...take, ...back, ['door-forced', 7_000]]), /door-forced/);
  assert.match(verdict([...take.toSpliced(1, 1), ...back]), /nobody wrote it/);
  assert.match(verdict([...take, ...taken]), /the key is in, the journal ends with key-taken/);
  assert.match(verdict([...take, ...back, ['booted', 8_000, { seq: 9 }]]), /has the number 9/);
  assert.match(verdict([...take, ...back, ['booted', 8_000, { prev: 'x' }]]), /does not follow/);
});

test('a pulse that does not end, and two at once, are found', () => {
  const endless = witnessed();
  endless.pulses.push({ slot: 2, from: t0 + 9_000, to: null });
  assert.match(verdict([...take, ...back], endless), /more than a second/);
  const both = witnessed();
  both.pulses.push({ slot: 2, from: t0 + 100, to: t0 + 200 });
  assert.match(verdict([...take, ...back], both), /together/);
});

test('an opening that no running box could see need not be told', () => {
  const diary = witnessed();
  diary.runs.splice(0, 1, { from: t0 - 1_000, to: t0 + 300 }, { from: t0 + 4_000, to: null });
  assert.equal(verdict([...take.toSpliced(1, 1), ...back], diary), '');
});
