import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { silent } from '../../../../src/base/log.ts';
import { Indicators, patternMaxMs, patterns } from '../../../../src/box/adapters/gpio/indicators.ts';
import type { Signal } from '../../../../src/box/core/screen.ts';
import { FakeLines } from './fake-lines.ts';
import { FakeTime } from './fake-time.ts';

const signals = Object.keys(patterns) as Signal[];

function lamps() {
  const lines = new FakeLines();
  const time = new FakeTime();
  const green = { lamp: 'green', line: lines.output({ chip: 'c', line: 1 }, 0), active: 1 } as const;
  const red = { lamp: 'red', line: lines.output({ chip: 'c', line: 2 }, 0), active: 1 } as const;
  const buzzer = { lamp: 'buzzer', line: lines.output({ chip: 'c', line: 3 }, 1), active: 0 } as const;
  const indicators = new Indicators([green, red, buzzer], time, silent);
  const on = (): string =>
    [
      lines.levels.get('c/1') === 1 ? 'green' : '',
      lines.levels.get('c/2') === 1 ? 'red' : '',
      lines.levels.get('c/3') === 0 ? 'buzzer' : '',
    ]
      .filter(Boolean)
      .join('+');
  return { lines, time, indicators, on };
}

describe('lamps and buzzer', () => {
  for (const signal of signals) {
    test(`${signal}: something is on at once, all is off within the bound`, () => {
      const { time, indicators, on } = lamps();
      indicators.play(signal);
      assert.notEqual(on(), '');
      assert.ok(patterns[signal].reduce((sum, step) => sum + step.ms, 0) <= patternMaxMs);
      time.pass(patternMaxMs);
      assert.equal(on(), '');
      assert.equal(time.waiting, 0);
    });
  }

  test('no two signals sound alike', () => {
    const tones = signals.map(signal =>
      patterns[signal].map(step => (step.on.includes('buzzer') ? step.ms : -step.ms)).join(),
    );
    assert.equal(new Set(tones).size, signals.length);
  });

  test('a newer signal replaces an older one, with nothing left over', () => {
    const { time, indicators, on } = lamps();
    indicators.play('denied');
    time.pass(50);
    assert.equal(on(), 'red+buzzer');
    indicators.play('granted');
    assert.equal(on(), 'green+buzzer');
    time.pass(151);
    assert.equal(on(), 'green');
    time.pass(2_850);
    assert.equal(on(), '');
  });

  test('a lamp that fails is left out; the others go on', () => {
    const { lines, time, indicators, on } = lamps();
    lines.unwritable.add('c/1=1');
    indicators.play('granted');
    assert.equal(on(), 'buzzer');
    time.pass(5_000);
    indicators.play('denied');
    assert.equal(on(), 'red+buzzer');
  });

  test('a box without lamps keeps no timers', () => {
    const time = new FakeTime();
    new Indicators([], time, silent).play('alarm');
    assert.equal(time.waiting, 0);
  });
});
