import { clockLevel, estimate } from './core/clock.ts';
import type { DurableEffect, Effect } from './core/effect.ts';
import type { Stamp } from './core/input.ts';
import type { BoxState } from './core/model.ts';
import type { Commit, EventStamp } from './ports.ts';

/** Goes into the transaction; everything else happens after it. */
export const isDurable = (effect: Effect): effect is DurableEffect =>
  effect.type === 'journal' || effect.type === 'write-use' || effect.type === 'bind-tag';

export const stampOf = (state: BoxState, at: Stamp): EventStamp => ({
  at: estimate(state, at),
  mono: at.mono,
  clock: clockLevel(state, at),
});

/** A step's durable effects as the members of a commit. */
export const gather = (effects: readonly DurableEffect[]): Pick<Commit, 'entries' | 'uses' | 'tags'> => ({
  entries: effects.flatMap(effect => (effect.type === 'journal' ? [effect.entry] : [])),
  uses: effects.flatMap(effect => (effect.type === 'write-use' ? [effect.use] : [])),
  tags: effects.flatMap(effect => (effect.type === 'bind-tag' ? [effect] : [])),
});
