import { after, hours, type Millis, millis, seconds, type WallMs, wall } from '../../base/brand.ts';
import type { ClockLevel } from '../../wire/journal.ts';
import type { KnownTime } from '../../wire/tls/known-time.ts';
import { noBoxBefore } from './clock-witness.ts';
import { type Draft, journal, patch } from './draft.ts';
import { mayTell } from './flapping.ts';
import type { Stamp } from './input.ts';
import type { BoxState } from './model.ts';

/** An unsynced clock further ahead of the floor than this is not believed (rules.md 23). */
const aheadMs = hours(24);
/** NTP may pull a clock back a little; that is no clock gone wrong. */
const slackMs = seconds(5);

const since = (state: BoxState, at: Stamp): Millis => millis(at.mono - state.bootedAt);

/** The least that it can be now: the saved floor and what the monotonic clock has counted since; null before any. */
function floorNow(state: BoxState, at: Stamp): WallMs | null {
  const { floorAtBoot } = state.clock;
  return floorAtBoot === null ? null : after(floorAtBoot, since(state, at));
}

const said = (state: BoxState, at: Stamp): WallMs => after(at.wall, state.clock.offset);

/** How far the clock can be believed at this instant. */
export function clockLevel(state: BoxState, at: Stamp): ClockLevel {
  const floor = floorNow(state, at);
  const told = said(state, at);
  if (floor !== null && told < floor - slackMs) return 'behind';
  if (floor !== null && told > floor + aheadMs) return 'ahead';
  return state.clock.synced ? 'synced' : 'plausible';
}

export const trusted = (level: ClockLevel): boolean => level === 'synced' || level === 'plausible';

/** Best estimate of UTC for stamps: max(wall, floor + monotonic), or the wall of a synced clock. */
export function estimate(state: BoxState, at: Stamp): WallMs {
  const floor = floorNow(state, at);
  const told = said(state, at);
  if (floor === null || clockLevel(state, at) === 'synced') return told;
  return wall(Math.max(told, floor));
}

/** The instant by which windows are judged: the estimate, or what the floor proves while the clock is not believed. */
export function judgedTime(state: BoxState, at: Stamp): WallMs {
  const floor = floorNow(state, at);
  return floor === null || trusted(clockLevel(state, at)) ? estimate(state, at) : floor;
}

/** For judging certificates: what a wall clock that nobody vouches for says is no proof of anything. */
export const knownTime = (state: BoxState, at: Stamp): KnownTime =>
  state.clock.synced
    ? { sure: true, at: judgedTime(state, at) }
    : { sure: false, least: floorNow(state, at) ?? at.wall };

/** A commit saves the judged time as the floor: only a synced clock moves it by more than 24 h, in either direction. */
export const floorToSave = judgedTime;

/** A source that may vouch says that the wall clock is right: it becomes the floor, whatever the floor was. */
export function vouch(draft: Draft, offset: Millis): void {
  const told = after(draft.at.wall, offset);
  const floorAtBoot = after(told, millis(-since(draft.state, draft.at)));
  patch(draft, { clock: { ...draft.state.clock, offset, synced: true, floorAtBoot } });
}

/**
 * A clock chip has counted on while the box was off. It says nothing against whoever vouched before, nor against the floor: a chip
 * that is behind what the box has lived through has lost its supply, whatever its driver thinks of it.
 */
export function vouchByChip(draft: Draft): void {
  const { state, at } = draft;
  const floor = floorNow(state, at);
  if (state.clock.synced || (floor !== null && at.wall < floor - slackMs)) return;
  vouch(draft, millis(0));
}

/** So far a clock may be set from what the box has known so far without being asked about it. */
const settableMs = { back: hours(24), ahead: hours(24 * 31) } as const;

/**
 * Somebody means to set the clock: how far that is from the least that it can be now, where it is too far to be believed at
 * once; null: near enough. A slip of a digit would void bookings, or let them open for years.
 */
export function slipOf(draft: Draft, told: WallMs): { readonly known: WallMs; readonly ms: number } | null {
  const floor = floorNow(draft.state, draft.at);
  // A new box whose system began in 2020 has known nothing yet that could be the time, and nobody has vouched for it.
  const isOld = told < noBoxBefore && !draft.state.clock.synced;
  const known = isOld ? wall(Math.max(floor ?? 0, noBoxBefore)) : floor;
  if (known === null) return null;
  const ms = told - known;
  return ms < -settableMs.back || ms > settableMs.ahead ? { known, ms } : null;
}

/** A clock that somebody nearby vouches for is left alone while it says nearly what the relay says. */
const nearMs = seconds(60);
const slightMs = seconds(1);

/**
 * The relay's signed time, said within the last `tripMs` in answer to this box's own challenge (rules.md 23): so it is
 * `told` now, or up to `tripMs` later. Where the system's clock agrees it is kept, for it runs evenly.
 */
export function vouchByRelay(draft: Draft, told: WallMs, tripMs: Millis): void {
  const { clock } = draft.state;
  const mine = said(draft.state, draft.at);
  const slack = clock.synced ? nearMs : slightMs;
  const agrees = mine >= told - slack && mine <= told + tripMs + slack;
  vouch(draft, agrees ? clock.offset : millis(told + Math.floor(tripMs / 2) - draft.at.wall));
}

/** Notices what the clock has become, says so once unless it flaps, and keeps the judged time for `nextWake`. */
export function watchClock(draft: Draft): void {
  const { clock } = draft.state;
  const floorAtBoot =
    clock.floorAtBoot ?? after(said(draft.state, draft.at), millis(-since(draft.state, draft.at)));
  patch(draft, { clock: { ...clock, floorAtBoot } });
  const level = clockLevel(draft.state, draft.at);
  patch(draft, { clock: { ...draft.state.clock, level, judged: judgedTime(draft.state, draft.at) } });
  if (trusted(level) !== trusted(clock.level) && mayTell(draft, { of: 'clock' })) sayClock(draft);
}

/** How the clock is now: the last word of it is remembered, and not what it does while it is only counted. */
export function sayClock(draft: Draft, remark: { readonly count?: number } = {}): void {
  const { level } = draft.state.clock;
  const isWrong = !trusted(level);
  patch(draft, { said: { ...draft.state.said, clockWrong: isWrong } });
  journal(
    draft,
    isWrong ? { type: 'clock-untrusted', reason: level, ...remark } : { type: 'clock-good', ...remark },
  );
}
