import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { mono } from '../../src/base/brand.ts';
import { Secret } from '../../src/base/secret.ts';
import { Ahead } from '../../src/box/ahead.ts';
import { initialState } from '../../src/box/core/initial.ts';
import type { BoxState, Candidate, Panel } from '../../src/box/core/model.ts';
import { Desk, type DeskParts } from '../../src/box/desk.ts';
import { FakeTime } from '../fake-time.ts';
import { FakeBox, FakeVault } from './control/fake-box.ts';
import { at, booking, siteOf, subject, t0 } from './core/bench-site.ts';

const code = new Secret('40718265');

function aheadOf(found: readonly Candidate[] | null) {
  const time = new FakeTime({ wallMs: t0 });
  const site = siteOf({});
  const looked: string[] = [];
  const box = { state: initialState(site) };
  const ahead = new Ahead({
    time,
    state: () => box.state,
    judged: () => time.wall(),
    search: digits => {
      looked.push(digits.reveal());
      return found;
    },
  });
  return { time, ahead, looked, box };
}

describe('looking up what is typed before `#`', () => {
  test('one booking in the middle of its window is known already when # comes', () => {
    const one = booking('a', 1);
    const { time, ahead, looked } = aheadOf([one]);
    ahead.typed(code);
    time.advance(5);
    assert.equal(ahead.take(code), one);
    assert.deepEqual(looked, ['40718265']);
    assert.equal(ahead.take(code), null, 'once');
  });

  const doubts: readonly (readonly [what: string, found: readonly Candidate[] | null, then: string])[] = [
    ['nothing found', [], 'same'],
    ['not the time to look, or the file cannot be read', null, 'same'],
    ['two bookings of one code', [booking('a', 1), booking('b', 2)], 'same'],
    ['a booking that has not begun, whose rivals change', [booking('a', 1, { start: at(1) })], 'same'],
    ['one that was over', [booking('a', 1, { end: at(0) })], 'same'],
    ['one that begins in between', [booking('a', 1, { start: at(0.001) })], 'later'],
    ['one that ends in between', [booking('a', 1, { end: at(0.001) })], 'later'],
    ['a clock set back in between', [booking('a', 1, { start: at(0) })], 'earlier'],
    ['anything else that happened in between', [booking('a', 1)], 'input'],
    ['another entry', [booking('a', 1)], 'other'],
  ];
  for (const [what, found, then] of doubts) {
    test(`looked up anew: ${what}`, () => {
      const { time, ahead, box } = aheadOf(found);
      ahead.typed(code);
      time.advance(5);
      if (then === 'later') time.advance(9_000);
      if (then === 'earlier') time.setWall(t0 - 1);
      if (then === 'input') box.state = { ...box.state };
      assert.equal(ahead.take(then === 'other' ? new Secret('40718266') : code), null);
      assert.equal(time.armed, 0);
    });
  }

  test('nothing is looked up for what is no code, is cleared, or comes faster than a finger', () => {
    const { time, ahead, looked } = aheadOf([booking('a', 1)]);
    ahead.typed(new Secret('407'));
    time.advance(5);
    ahead.typed(code);
    ahead.typed(new Secret(''));
    time.advance(5);
    ahead.typed(new Secret('4071826'));
    ahead.typed(code);
    assert.equal(ahead.take(code), null);
    time.advance(5);
    assert.deepEqual(looked, []);
  });

  test('printed, it shows no digit', () => {
    const { time, ahead } = aheadOf([booking('a', 1)]);
    ahead.typed(code);
    time.advance(5);
    assert.doesNotMatch(inspect(ahead, { depth: 9, showHidden: true }), /40718265/);
  });
});

function deskOf(change: (state: BoxState) => BoxState) {
  const time = new FakeTime({ wallMs: t0 });
  const fake = new FakeBox({ time });
  const looked: string[] = [];
  const heard: unknown[] = [];
  const state = change(initialState(siteOf({})));
  const bookings = {
    byCode: () => {
      looked.push('byCode');
      return [booking('a', 1)];
    },
    byCodeOut: () => {
      looked.push('byCodeOut');
      return [];
    },
  };
  const store = { ...fake.store, bookings } as unknown as DeskParts['store'];
  const desk = new Desk({
    ...{ time, store, vault: new FakeVault(), log: fake.log },
    phones: () => new Promise(() => {}),
    state: () => state,
    report: body => heard.push(body),
  });
  return { time, desk, looked, heard };
}

describe('the desk', () => {
  test('finds a booking once, before # or at it, and reports the same either way', () => {
    const reports = [5, 0].map(pauseMs => {
      const { time, desk, looked, heard } = deskOf(state => state);
      desk.typed(code);
      time.advance(pauseMs);
      desk.entry(code, false);
      assert.deepEqual(looked, ['byCode']);
      return heard;
    });
    assert.deepEqual(reports[0], reports[1]);
  });

  const until = mono(60_000);
  const moods: readonly (readonly [string, (state: BoxState) => BoxState])[] = [
    [
      'a PIN',
      state => {
        const panel: Panel = { mode: 'pin', subject: subject('phone', 'p'), until };
        return { ...state, panel };
      },
    ],
    [
      'an entry that must wait',
      state => ({
        ...state,
        guard: { ...state.guard, wrongs: 5, lastWrongAt: mono(0), waitUntil: until },
      }),
    ],
  ];
  for (const [what, change] of moods) {
    test(`looks nothing up while it is typed: ${what}`, () => {
      const { time, desk, looked } = deskOf(change);
      desk.typed(code);
      time.advance(5);
      assert.deepEqual(looked, []);
    });
  }

  test('a PIN that was entered is never looked up as a code afterwards', () => {
    const { time, desk, looked } = deskOf(moods[0]?.[1] ?? (state => state));
    desk.typed(code);
    desk.entry(code, false);
    time.advance(5);
    assert.deepEqual(looked, []);
    assert.equal(time.armed, 0);
  });
});
