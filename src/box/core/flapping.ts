import { type MonoMs, mono, type SlotId } from '../../base/brand.ts';
import { type Draft, nowOf, patch } from './draft.ts';
import type { Flapping, Source } from './flapping-state.ts';
import { type BoxState, limits } from './model.ts';

/**
 * A loose contact changes for days. Each source has its allowance of changes that are told one by one; after that they are
 * counted, and the count is told at growing intervals, until an interval passes without a change. Nothing that a credential
 * has opened is ever counted here: whoever asks keeps that apart.
 */
function same(a: Source, b: Source): boolean {
  if (a.of !== b.of) return false;
  if ('slot' in a) return 'slot' in b && a.slot === b.slot;
  if ('device' in a) return 'device' in b && a.device === b.device;
  if ('key' in a) return 'key' in b && a.key === b.key;
  return true;
}

const fresh = (source: Source, now: MonoMs): Flapping => ({
  source,
  left: limits.changesReported,
  filledAt: now,
  minute: { since: now, count: 0 },
  step: 0,
  counted: null,
});

const find = (state: BoxState, source: Source): Flapping | undefined =>
  state.flapping.find(each => same(each.source, source));

function keep(draft: Draft, flapping: Flapping): void {
  const others = draft.state.flapping.filter(each => !same(each.source, flapping.source));
  patch(draft, { flapping: [...others, flapping] });
}

/** One change of the allowance comes back in an hour. */
function refilled(flapping: Flapping, now: MonoMs): Flapping {
  const more = Math.floor((now - flapping.filledAt) / limits.changeReportedEveryMs);
  const left = Math.min(limits.changesReported, flapping.left + more);
  return { ...flapping, left, filledAt: mono(flapping.filledAt + more * limits.changeReportedEveryMs) };
}

/** The source has changed, whatever for: true while it does so too quickly to mean anything. */
export function tooQuick(draft: Draft, source: Source): boolean {
  const now = nowOf(draft);
  const known = find(draft.state, source) ?? fresh(source, now);
  const minute = now - known.minute.since < 60_000 ? known.minute : { since: now, count: 0 };
  const { since, count } = minute;
  keep(draft, { ...known, minute: { since, count: Math.min(count + 1, limits.changesEachMinute) } });
  return count >= limits.changesEachMinute;
}

export const isCounted = (state: BoxState, source: Source): boolean => find(state, source)?.counted != null;

/** Asks for one change to be told, out of the allowance; false: it is counted, and so are those that follow. */
export function mayTell(draft: Draft, source: Source, quick = false): boolean {
  const now = nowOf(draft);
  const known = refilled(find(draft.state, source) ?? fresh(source, now), now);
  if (known.counted !== null) {
    keep(draft, { ...known, counted: { ...known.counted, more: known.counted.more + 1 } });
    return false;
  }
  if (quick || known.left < 1) {
    keep(draft, { ...known, counted: { since: now, more: 1 } });
    return false;
  }
  keep(draft, { ...known, left: known.left - 1 });
  return true;
}

/** A technician has mended this slot: what its sensors say is news again. */
export const forgetFlapping = (draft: Draft, slot: SlotId): void =>
  patch(draft, {
    flapping: draft.state.flapping.filter(({ source }) => !('slot' in source) || source.slot !== slot),
  });

const intervalMs = ({ step }: Flapping): number =>
  limits.flappingReportedMs[Math.min(step, limits.flappingReportedMs.length - 1)] ?? 0;

/** When a count is due, or the end of the counting. */
export const flappingAt = (state: BoxState): readonly number[] =>
  state.flapping.flatMap(each => (each.counted === null ? [] : [each.counted.since + intervalMs(each)]));

/** Tells what is due: a count where there were changes, and 0 where an interval has passed without one and all is told again. */
export function rollFlapping(
  draft: Draft,
  tell: (draft: Draft, source: Source, count: number) => void,
): void {
  const now = nowOf(draft);
  for (const each of draft.state.flapping) {
    const { counted, source } = each;
    if (counted === null) forgetQuiet(draft, each);
    else if (now - counted.since >= intervalMs(each)) {
      const { more } = counted;
      const step = more > 0 ? Math.min(each.step + 1, limits.flappingReportedMs.length - 1) : each.step;
      const left = Math.max(refilled(each, now).left, limits.changesReportedAgain);
      keep(
        draft,
        more > 0
          ? { ...each, step, counted: { since: now, more: 0 } }
          : { ...refilled(each, now), left, counted: null },
      );
      tell(draft, source, more);
    }
  }
}

/** Nothing is remembered of a source that has been quiet for long. */
function forgetQuiet(draft: Draft, each: Flapping): void {
  const now = nowOf(draft);
  const { source, minute } = each;
  if (now - minute.since < 60_000 || refilled(each, now).left < limits.changesReported) return;
  patch(draft, { flapping: draft.state.flapping.filter(each => !same(each.source, source)) });
}
