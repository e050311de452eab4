import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { mono } from '../../../src/base/brand.ts';
import { Secret } from '../../../src/base/secret.ts';
import { initialState } from '../../../src/box/core/initial.ts';
import type { BoxState, Candidate, Panel } from '../../../src/box/core/model.ts';
import { step } from '../../../src/box/core/step.ts';
import { CredentialLookup, type CredentialLookupDeps } from '../../../src/box/panel/credential-lookup.ts';
import { FakeTime } from '../../fake-time.ts';
import { FakeBox, FakeVault } from '../control/fake-box.ts';
import { booking, siteOf, subject, t0 } from '../core/bench-site.ts';

const code = new Secret('40718265');

function lookupOf(change: (state: BoxState) => BoxState, booked: readonly Candidate[] = [booking('a', 1)]) {
  const time = new FakeTime({ wallMs: t0 });
  const fake = new FakeBox({ time });
  const looked: string[] = [];
  const heard: unknown[] = [];
  /** What goes on while the bookings are looked at. */
  const box = { search: (): void => {} };
  const state = change(initialState(siteOf({})));
  const bookings = {
    byCode: () => {
      looked.push('byCode');
      box.search();
      return booked;
    },
    byCodeOut: () => {
      looked.push('byCodeOut');
      return [];
    },
  };
  const store = { ...fake.store, bookings } as unknown as CredentialLookupDeps['store'];
  const lookup: CredentialLookup = new CredentialLookup({
    ...{ time, store, vault: new FakeVault(), log: fake.log },
    phones: () => new Promise(() => {}),
    state: () => state,
    report: body => {
      heard.push(body);
      const { effects } = step(state, { ...body, at: { mono: time.mono(), wall: time.wall() } });
      for (const effect of effects) if (effect.type === 'look-up') lookup.examine(effect);
    },
  });
  return { time, lookup, looked, heard, box };
}

describe('the look-up of credentials', () => {
  test('finds a booking when the core asks for it, once', () => {
    const { lookup, looked, heard } = lookupOf(state => state);
    lookup.entry(code, false);
    assert.deepEqual(looked, ['byCode']);
    assert.deepEqual(
      heard.map(each => (each as { readonly type: string }).type),
      ['entered', 'looked-up'],
    );
  });

  const until = mono(60_000);
  const moods: readonly (readonly [string, (state: BoxState) => BoxState])[] = [
    [
      'a PIN',
      state => {
        const panel: Panel = { mode: 'pin', subject: subject('phone', 'p'), until, again: false };
        return { ...state, panel };
      },
    ],
    [
      'an entry that must wait',
      state => ({
        ...state,
        attempts: { ...state.attempts, wrongs: 5, lastWrongAt: mono(0), waitUntil: until },
      }),
    ],
  ];
  for (const [what, change] of moods) {
    test(`looks for no code in ${what}`, () => {
      const { lookup, looked } = lookupOf(change);
      lookup.entry(code, false);
      assert.deepEqual(
        looked.filter(each => each === 'byCode'),
        [],
      );
    });
  }

  test('printed in the middle of an entry, it shows no digit', () => {
    const { lookup, box } = lookupOf(state => state);
    let shown = '';
    box.search = () => {
      shown = inspect(lookup, { depth: 9, showHidden: true });
    };
    lookup.entry(code, false);
    assert.match(shown, /CredentialLookup/);
    assert.doesNotMatch(shown, /40718265/);
  });

  for (const [what, waits] of [
    ['within ten seconds is an answer', 9_999],
    ['later it is none: whoever stands there begins again', 10_000],
  ] as const)
    test(`what is found ${what}`, () => {
      const { time, lookup, heard, box } = lookupOf(state => state);
      box.search = () => time.advance(waits);
      lookup.entry(code, false);
      const [, told] = heard as readonly { readonly type: string; readonly by?: string }[];
      assert.deepEqual(
        [told?.type, told?.by],
        waits < 10_000 ? ['looked-up', undefined] : ['keypad-cleared', 'stall'],
      );
    });

  test('tells of a * after the entry that it follows, however long that is looked for', () => {
    const { lookup, heard } = lookupOf(state => state, []);
    lookup.cleared('key', 2);
    lookup.entry(code, false);
    lookup.cleared('key', 0);
    const told = heard.map(each => (each as { readonly type: string }).type);
    assert.deepEqual(told, ['keypad-cleared', 'entered'], 'the other waits behind it');
  });

  test('tells of entries that come faster than they can be looked up, and holds eight at most', () => {
    const { lookup, heard } = lookupOf(state => state, []);
    for (let n = 0; n < 12; n += 1) lookup.entry(code, false);
    const told = heard.map(each => (each as { readonly type: string }).type);
    assert.deepEqual(told, ['entered', 'entry-dropped', 'entry-dropped', 'entry-dropped']);
  });
});
