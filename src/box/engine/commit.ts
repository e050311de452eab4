import { clockLevel, estimate, floorToSave } from '../core/clock.ts';
import { changes } from '../core/durable.ts';
import type { DurableEffect, Effect, Step } from '../core/effect.ts';
import type { Stamp } from '../core/input.ts';
import type { BoxState } from '../core/model.ts';
import type { Commit, EventStamp } from '../ports.ts';

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

/** All of a step that must last. `written`: the last state that the file knows. */
export const commitOf = (written: BoxState, { state, effects }: Step<BoxState>, at: Stamp): Commit => ({
  ...gather(effects.filter(isDurable)),
  stamp: stampOf(state, at),
  parts: changes(written, state),
  floor: floorToSave(state, at),
});

/** Nothing of it need be written. */
export const isEmpty = ({ entries, uses, tags, parts }: Commit): boolean =>
  entries.length === 0 && uses.length === 0 && tags.length === 0 && parts.length === 0;
