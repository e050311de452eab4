/** How a box stands with the relay: by which authorities it knows the broker, under which key it speaks, and whether it is one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Effect } from '../../../../src/relay/core/session/input.ts';
import { startMs } from '../journal-lines.ts';
import { Bench, hello, key } from './bench.ts';

const minute = 60_000;
const problems = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap(each => (each.type === 'problem' ? [each.kind] : []));
const solved = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap(each => (each.type === 'solved' ? [each.kind] : []));
const count = (effects: readonly Effect[], type: Effect['type']): number =>
  effects.filter(each => each.type === type).length;

describe('authorities of the broker', () => {
  const [old, now] = ['0'.repeat(64), '1'.repeat(64)];
  const bench = (): Bench => {
    const made = new Bench();
    made.authorities = now;
    return made;
  };

  test('a box with an old list is told until it says the new one, each half minute', () => {
    const one = bench();
    assert.equal(count(one.receipt({ authorities: old }, 1_000), 'authorities'), 1);
    assert.equal(count(one.receipt({ authorities: old }, 1_000), 'authorities'), 0);
    assert.equal(count(one.take({ type: 'tick' }, 31_000), 'authorities'), 1);
    const learnt = one.receipt({ authorities: now }, 1_000);
    assert.deepEqual(
      [count(learnt, 'authorities'), solved(learnt).includes('authorities-untold')],
      [0, true],
    );
    assert.equal(count(one.take({ type: 'tick' }, 31_000), 'authorities'), 0);
  });

  test('one that has the list, and an older program that says none, are told nothing', () => {
    assert.equal(count(bench().receipt({ authorities: now }, 1_000), 'authorities'), 0);
    assert.equal(count(bench().receipt({}, 1_000), 'authorities'), 0);
  });

  test('a list that changes while a box is there is told at once', () => {
    const one = bench();
    one.receipt({ authorities: now }, 1_000);
    one.authorities = '2'.repeat(64);
    assert.equal(count(one.take({ type: 'authorities-changed' }, 10), 'authorities'), 1);
  });

  test('an old word that somebody held back does not speak for the box', () => {
    const one = bench();
    one.receipt({ authorities: now }, 20_000);
    assert.equal(count(one.receipt({ authorities: old, at: startMs - minute }, 1_000), 'authorities'), 0);
  });
});

describe('a box that speaks to a key that is none of ours', () => {
  const refused = { type: 'refused', reason: 'unknown-key' } as const;

  test('is a Problem, also where its retained state says that it is up, and is answered', () => {
    const bench = new Bench({ link: 'lost' });
    bench.take({ type: 'state', link: 'up' }, 100);
    const effects = bench.take(refused, 100);
    assert.ok(problems(effects).includes('re-enrol'));
    const said = effects.flatMap(each => (each.type === 'send' ? [each.message.kind] : []));
    assert.deepEqual(said, ['unsupported']);
    assert.equal(problems(bench.take(refused, 1_000)).includes('re-enrol'), false, 'not with each word');
    assert.ok(solved(bench.receipt({}, 60_000)).includes('re-enrol'));
  });

  test('is none where the box itself was heard just now: somebody speaks in its name', () => {
    const bench = new Bench();
    bench.receipt({}, 100);
    assert.equal(problems(bench.take(refused, minute)).includes('re-enrol'), false);
    assert.ok(problems(bench.take(refused, 21 * minute)).includes('re-enrol'));
  });

  test('also where other garbage came just before', () => {
    const bench = new Bench();
    for (const reason of ['not-json', 'bad-envelope', 'not-json'] as const)
      bench.take({ type: 'refused', reason }, 10);
    assert.ok(problems(bench.take(refused, 10)).includes('re-enrol'));
  });
});

describe('two computers that speak as one box', () => {
  const runs = ['a', 'b', 'c', 'd'].map(letter => letter.repeat(32)) as readonly string[];
  const greet = (bench: Bench, run: number, afterMs: number): readonly Effect[] =>
    bench.take(
      {
        type: 'said',
        relay: key,
        up: hello({ at: startMs + bench.nowMs + afterMs, ...(run < 0 ? {} : { instance: runs[run] ?? '' }) }),
      },
      afterMs,
    );

  test('take turns: a Problem at the second return, and none after an hour with one alone', () => {
    const bench = new Bench();
    const seen = [0, 1, 0, 1, 0].map(
      run => problems(greet(bench, run, 5_000)).filter(kind => kind === 'box-twins').length,
    );
    assert.deepEqual(seen, [0, 0, 0, 1, 0]);
    for (let passed = 0; passed < 59; passed += 1)
      assert.equal(solved(bench.take({ type: 'tick' }, minute)).includes('box-twins'), false);
    assert.ok(solved(bench.take({ type: 'tick' }, 2 * minute)).includes('box-twins'));
  });

  test('a box that restarts again and again, or connects again and again, is one', () => {
    const bench = new Bench();
    for (const run of [0, 0, 1, 1, 2, 2, 3, 3]) assert.deepEqual(problems(greet(bench, run, 5_000)), []);
  });

  test('old words that somebody held back are no second computer', () => {
    const bench = new Bench();
    greet(bench, 0, 60_000);
    greet(bench, 1, 60_000);
    for (let n = 0; n < 5; n += 1)
      bench.take(
        { type: 'said', relay: key, up: hello({ at: startMs + 50_000 + n, instance: runs[0] ?? '' }) },
        1_000,
      );
    assert.equal(bench.state.twins.told, false);
  });

  test('of an older program show by their journals: each begins the epoch that it is ordered, and is behind again', () => {
    const bench = new Bench();
    const behind = (boxEpoch: number): readonly Effect[] => bench.receipt({ boxEpoch, seq: 7 }, 31_000);
    const all = [1, 1, 2, 3].flatMap(epoch => {
      const effects = behind(epoch);
      bench.take(
        {
          type: 'stored',
          stand: { epoch: epoch + 1, seq: 11, head: 'e'.repeat(64) },
          at: bench.state.told,
          lost: null,
        },
        10,
      );
      return problems(effects);
    });
    assert.ok(all.includes('box-twins'), all.join(' '));
  });
});
