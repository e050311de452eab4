import { after, hours, type Millis, millis, seconds, type WallMs, wall } from '../../base/brand.ts';
import type { ClockLevel } from '../../wire/journal.ts';
import type { Stamp } from './input.ts';
import type { BoxState } from './model.ts';
import { journal, patch, type Turn } from './turn.ts';

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

/** What a commit saves as the floor: only a synced clock moves it by more than 24 h, in either direction. */
export const floorToSave = judgedTime;

/** Somebody vouches for the wall clock: it becomes the floor, whatever the floor was. */
export function vouch(turn: Turn, offset: Millis): void {
  const told = after(turn.at.wall, offset);
  const floorAtBoot = after(told, millis(-since(turn.state, turn.at)));
  patch(turn, { clock: { ...turn.state.clock, offset, synced: true, floorAtBoot } });
}

/** A clock that somebody nearby vouches for is left alone while it says nearly what the relay says. */
const nearMs = seconds(60);
const slightMs = seconds(1);

/**
 * The relay's signed time, said within the last `tripMs` in answer to this box's own challenge (rules.md 23): so it is
 * `told` now, or up to `tripMs` later. Where the system's clock agrees it is kept, for it runs evenly.
 */
export function vouchByRelay(turn: Turn, told: WallMs, tripMs: Millis): void {
  const { clock } = turn.state;
  const mine = said(turn.state, turn.at);
  const slack = clock.synced ? nearMs : slightMs;
  const agrees = mine >= told - slack && mine <= told + tripMs + slack;
  vouch(turn, agrees ? clock.offset : millis(told + Math.floor(tripMs / 2) - turn.at.wall));
}

/** Notices what the clock has become, says so once, and keeps the judged time for `nextWake`. */
export function watchClock(turn: Turn): void {
  const { clock } = turn.state;
  const floorAtBoot =
    clock.floorAtBoot ?? after(said(turn.state, turn.at), millis(-since(turn.state, turn.at)));
  patch(turn, { clock: { ...clock, floorAtBoot } });
  const level = clockLevel(turn.state, turn.at);
  patch(turn, { clock: { ...turn.state.clock, level, judged: judgedTime(turn.state, turn.at) } });
  if (trusted(level) === trusted(clock.level)) return;
  journal(turn, trusted(level) ? { type: 'clock-good' } : { type: 'clock-untrusted', reason: level });
}
