import { millis, mono } from '../../../src/base/brand.ts';
import { changes } from '../../../src/box/core/durable.ts';
import type { Flapping } from '../../../src/box/core/flapping-state.ts';
import type { BoxState } from '../../../src/box/core/model.ts';

const other: Flapping = {
  source: { of: 'port', device: 'another' },
  left: -1,
  filledAt: mono(0),
  minute: { since: mono(0), count: 0 },
  step: 0,
  counted: null,
};

/** Every durable part there is: what changes from a state in which nothing is as it is now. */
export const wholeState = (state: BoxState): ReturnType<typeof changes> =>
  changes(
    {
      ...state,
      slots: [],
      keys: [],
      attempts: { ...state.attempts, wrongs: state.attempts.wrongs + 1 },
      said: { clockWrong: false, powerLow: false, lost: ['another'] },
      flapping: [other],
      lockdown: { on: !state.lockdown.on, until: null },
      sync: { ...state.sync, enrolled: !state.sync.enrolled },
      overlay: { rules: { leadMs: millis(-1) }, texts: {} },
    },
    state,
  );
