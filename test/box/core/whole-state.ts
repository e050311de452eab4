import { millis } from '../../../src/base/brand.ts';
import { changes } from '../../../src/box/core/durable.ts';
import type { BoxState } from '../../../src/box/core/model.ts';

/** Every durable part there is: what changes from a state in which nothing is as it is now. */
export const wholeState = (state: BoxState): ReturnType<typeof changes> =>
  changes(
    {
      ...state,
      slots: [],
      keys: [],
      guard: { ...state.guard, wrongs: state.guard.wrongs + 1 },
      lockdown: { on: !state.lockdown.on, until: null },
      sync: { ...state.sync, enrolled: !state.sync.enrolled },
      overlay: { rules: { leadMs: millis(-1) }, texts: {} },
    },
    state,
  );
