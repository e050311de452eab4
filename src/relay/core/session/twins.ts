/** Two computers that speak as one box: a card that was copied, with both copies running. */
import { after, minutes } from '../../../base/brand.ts';
import { type Draft, patch } from './input.ts';

/** A box that restarts is another run each time; so many of them are remembered. */
const instancesMax = 8;
/** One sign alone may be a box that was restored twice in an hour. */
const signsMin = 2;
const withinMs = minutes(60);

/**
 * Each run of a box draws a name for itself. A run that is over never speaks again: one that does so after another is a second
 * computer. `instance` undefined: an older program, which has no such name.
 */
export function heardInstance(draft: Draft, instance: string | undefined): void {
  const { instances } = draft.state;
  if (instance === undefined || instance === instances.at(-1)) return;
  const isBack = instances.includes(instance);
  const others = instances.filter(each => each !== instance);
  patch(draft, { instances: [...others, instance].slice(-instancesMax) });
  if (isBack) signOfTwins(draft);
}

/** Whether a run says its first hello here; true once for each, also where its clock makes that hello look old. */
export function isFirstOfRun(draft: Draft, instance: string | undefined): boolean {
  const { instances, newRun } = draft.state;
  if (instance === undefined || instance === newRun || instances.includes(instance)) return false;
  patch(draft, { newRun: instance });
  return true;
}

export function signOfTwins(draft: Draft): void {
  const { now, state } = draft;
  const recent = state.twins.signs.filter(at => now.mono < after(at, withinMs));
  const signs = [...recent, now.mono].slice(-signsMin);
  const shown = signs.length >= signsMin;
  if (shown && !state.twins.told) {
    const detail =
      'An earlier run of the box, or an earlier state of its journal, has spoken again after a later one, more than once within an hour.';
    draft.effects.push({ type: 'problem', kind: 'box-twins', detail });
  }
  patch(draft, { twins: { signs, told: state.twins.told || shown } });
}

/** After an hour without a sign. */
export const areCalm = ({ state, now }: Pick<Draft, 'state' | 'now'>): boolean => {
  const last = state.twins.signs.at(-1);
  return last !== undefined && now.mono >= after(last, withinMs);
};

export function calmTwins(draft: Draft): void {
  if (!areCalm(draft)) return;
  if (draft.state.twins.told) draft.effects.push({ type: 'solved', kind: 'box-twins' });
  patch(draft, { twins: { signs: [], told: false } });
}
