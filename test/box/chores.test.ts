import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, keyName, millis, slotId } from '../../src/base/brand.ts';
import { silent } from '../../src/base/log.ts';
import { type ChoreParts, startChores } from '../../src/box/chores.ts';
import type { BoxState } from '../../src/box/core/model.ts';
import { FakeTime } from '../fake-time.ts';
import { BenchBox } from './core/bench-box.ts';

const lookMs = 15_000;
const soonMs = 250;
const restBytes = 70e6;

function scene() {
  const time = new FakeTime();
  let state: BoxState = new BenchBox().state;
  let moved = 0;
  let given = 0;
  let resident = restBytes;
  const parts: ChoreParts = {
    loop: {
      get state() {
        return state;
      },
      report: () => {},
    },
    time,
    log: silent,
    store: {
      checkpointIfIdle: () => {
        moved += 1;
      },
      check: async () => null,
      incoming: { settle: async () => {} },
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
  const stop = startChores(parts);
  const until = after(time.mono(), millis(60_000));
  const now = (part: Partial<BoxState>): void => {
    state = { ...state, ...part };
  };
  const grow = (bytes: number): void => {
    resident += bytes;
  };
  return { time, until, now, grow, stop, moves: () => moved, given: () => given };
}

test('the log is looked after at the start and every quarter of a minute', () => {
  const { time, moves } = scene();
  assert.equal(moves(), 1);
  time.advance(lookMs);
  assert.equal(moves(), 2);
});

test('not while somebody types; soon after', () => {
  const { time, until, now, moves } = scene();
  now({ shown: { screen: { text: 'entering', length: 4 }, until } });
  time.advance(lookMs + 10 * soonMs);
  assert.equal(moves(), 1);
  now({ shown: null });
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
