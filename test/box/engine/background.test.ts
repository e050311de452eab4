import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, keyName, millis, slotId } from '../../../src/base/brand.ts';
import { silent } from '../../../src/base/log.ts';
import type { BoxState } from '../../../src/box/core/model.ts';
import { type BackgroundDeps, startBackground } from '../../../src/box/engine/background.ts';
import type { Watcher } from '../../../src/box/ports.ts';
import type { JournalEvent } from '../../../src/wire/journal.ts';
import { FakeTime } from '../../fake-time.ts';
import { BenchBox } from '../core/bench-box.ts';

const lookMs = 15_000;
const soonMs = 250;
const restBytes = 70e6;

/** Copies that are counted, and events that a test makes up. */
function copying() {
  const watchers: Watcher[] = [];
  const made = {
    copies: 0,
    tell: (events: readonly JournalEvent[]): void => {
      for (const watcher of watchers) watcher.events(events);
    },
  };
  return {
    made,
    watch: (watcher: Watcher) => {
      watchers.push(watcher);
      return () => {};
    },
    hasCopy: () => made.copies > 0,
    backupNightly: async () => {
      made.copies += 1;
    },
  };
}

/** The answers of checks to come, and the types of what was reported. */
function checking() {
  const checks: (string | null)[] = [];
  const reports: string[] = [];
  return {
    ...{
      checks,
      reports,
      check: async (depth: string) => (depth === 'full' ? checks.shift() : null) ?? null,
    },
    report: ({ type }: { readonly type: string }) => void reports.push(type),
  };
}

function scene() {
  const { made, watch, ...copies } = copying();
  const time = new FakeTime();
  let state: BoxState = new BenchBox().state;
  let [moved, given, resident] = [0, 0, restBytes];
  const { checks, reports, check, report } = checking();
  const parts: BackgroundDeps = {
    loop: {
      get state() {
        return state;
      },
      report,
      watch,
    },
    time,
    log: silent,
    store: {
      checkpointIfIdle: () => {
        moved += 1;
      },
      check,
      incoming: { settle: async () => {} },
      ...copies,
    },
    later: {},
    memory: {
      residentBytes: () => resident,
      giveBack: () => {
        resident = restBytes;
        given += 1;
      },
    },
  };
  const stop = startBackground(parts);
  const now = (part: Partial<BoxState>): void => {
    state = { ...state, ...part };
  };
  return {
    happens: (event: object) => made.tell([event as JournalEvent]),
    copies: () => made.copies,
    ...{ time, until: after(time.mono(), millis(60_000)), now },
    grow: (bytes: number) => {
      resident += bytes;
    },
    ...{ checks, reports },
    stop,
    moves: () => moved,
    given: () => given,
  };
}

test('the log is looked after at the start and every quarter of a minute', () => {
  const { time, moves } = scene();
  assert.equal(moves(), 1);
  time.advance(lookMs);
  assert.equal(moves(), 2);
});

test('not while somebody types; soon after', () => {
  const { time, until, now, moves } = scene();
  now({ typing: { length: 4, under: null, covered: false, until } });
  time.advance(lookMs + 10 * soonMs);
  assert.equal(moves(), 1);
  now({ typing: null });
  time.advance(soonMs);
  assert.equal(moves(), 2);
});

test('not while a lock is powered or waits for its turn; a text that is still shown keeps nobody waiting', () => {
  const { time, until, now, moves } = scene();
  now({ powered: { slot: slotId(1), until } });
  time.advance(lookMs + soonMs);
  assert.equal(moves(), 1);
  now({ powered: null, queue: [slotId(2)] });
  time.advance(soonMs);
  assert.equal(moves(), 1);
  now({ queue: [], shown: { screen: { text: 'take', slot: slotId(1), key: keyName('Van 1') }, until } });
  time.advance(soonMs);
  assert.equal(moves(), 2);
});

test('memory goes back once all is loaded, and again when a rush has left some behind', () => {
  const { time, until, now, grow, given } = scene();
  time.advance(10_000);
  assert.equal(given(), 1);
  time.advance(60_000);
  assert.equal(given(), 1);
  grow(20e6);
  now({ powered: { slot: slotId(1), until } });
  time.advance(20_000);
  assert.equal(given(), 1, 'a lock is powered');
  now({ powered: null });
  time.advance(20_000);
  assert.equal(given(), 2);
});

test('the first bookings and every change of keys are copied soon, once where many follow each other', () => {
  const { happens, copies, time, stop } = scene();
  happens({ type: 'granted' });
  time.advance(10_000);
  assert.equal(copies(), 0);
  for (let n = 0; n < 5; n += 1) happens({ type: 'bookings-changed', what: 'import' });
  time.advance(10_000);
  assert.equal(copies(), 1);
  happens({ type: 'bookings-changed', what: 'import' });
  time.advance(10_000);
  assert.equal(copies(), 1, 'later ones wait for the night');
  happens({ type: 'technician', what: 'keys-changed' });
  time.advance(10_000);
  happens({ type: 'technician', what: 'learn' });
  time.advance(10_000);
  assert.equal(copies(), 3);
  stop();
});

test('an entry that could not be looked up has the file checked: damage is said, a disk that failed once is not', async () => {
  const { happens, checks, reports, time, stop } = scene();
  time.advance(3_000);
  for (const [found, said] of [
    [null, []],
    ['row 3 missing from index booking_code', ['database-suspect']],
  ] as const) {
    checks.push(found);
    happens({ type: 'storage-degraded', reason: 'the disk is full' });
    await new Promise(setImmediate);
    assert.equal(checks.length, 1, 'a full disk is no reason');
    happens({ type: 'storage-degraded', reason: 'unreadable' });
    await new Promise(setImmediate);
    assert.deepEqual([checks.length, reports], [0, said]);
  }
  stop();
});
