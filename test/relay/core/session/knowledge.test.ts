/** What the relay takes from a word that looks old: a box that lost its database may have lost its time with it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Effect } from '../../../../src/relay/core/session/input.ts';
import type { Hello } from '../../../../src/wire/up.ts';
import { startMs } from '../journal-lines.ts';
import { Bench, hello, key, receipt, types } from './bench.ts';

describe('a run of the box that says its first hello has what it says, whatever its clock and its epoch say', () => {
  const cases: readonly (readonly [string, Partial<Hello>])[] = [
    [
      'a lost database and a clock an hour behind',
      { epoch: 0, rev: 0, boxEpoch: 1, at: startMs - 3_600_000 },
    ],
    ['an older card and a clock that is right', { rev: 3, boxEpoch: 1, at: startMs + 2_000 }],
    ['an older card and a clock a second behind the last word', { rev: 4, at: startMs - 1_000 }],
    ['the set of an earlier relay epoch', { epoch: 1, rev: 9, at: startMs - 60_000 }],
  ];
  const greet = (bench: Bench, change: Partial<Hello>): readonly Effect[] =>
    bench.take({ type: 'said', relay: key, up: hello({ boxEpoch: 2, ...change }) }, 1_000);

  for (const [name, change] of cases)
    test(name, () => {
      const epoch = change.rev === 9 ? 2 : 1;
      const bench = new Bench({ epoch, known: { epoch, rev: 5 }, boxEpoch: 2 });
      const { epoch: its = 1, rev = 0 } = change;
      assert.match(types(greet(bench, { ...change, instance: '1'.repeat(32) })), /heard.*update/);
      assert.deepEqual(bench.state.known, { epoch: its, rev });
      assert.equal(bench.state.told, Math.max(startMs, change.boxEpoch === 1 ? 0 : (change.at ?? 0)));
    });

  test('a hello that comes again, one of a run that is over, and one of an older program change nothing', () => {
    const bench = new Bench();
    const [first, second] = ['1'.repeat(32), '2'.repeat(32)];
    greet(bench, { at: startMs + 500, instance: first });
    greet(bench, { at: startMs - 60_000, rev: 0, instance: second });
    assert.equal(bench.state.known.rev, 0);
    const up = receipt({ boxEpoch: 2, at: startMs + 3_000 });
    bench.take({ type: 'said', relay: key, up });
    bench.take({ type: 'checked', up });
    assert.equal(bench.state.known.rev, 5);
    for (const instance of [first, second, undefined])
      greet(bench, { at: startMs - 60_000, rev: 0, ...(instance === undefined ? {} : { instance }) });
    assert.equal(bench.state.known.rev, 5);
  });
});
