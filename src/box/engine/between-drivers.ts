/** When a box may be restarted, for an upgrade or for a new database, without anybody noticing. */
import { after, type MonoMs, millis } from '../../base/brand.ts';
import { type BoxState, limits, type Slot } from '../core/model.ts';
import type { Time } from '../ports.ts';
import type { Loop } from './loop.ts';

/** Nobody types, and no lock is powered or about to be. */
export const isFree = ({ powered, queue, panel, typing }: BoxState): boolean =>
  powered === null && queue.length === 0 && panel.mode === 'idle' && typing === null;

export const pauseLimits = {
  lookEveryMs: 500,
  /** So long nobody was there: whoever has just read a text on the display goes on typing. */
  quietMs: 5_000,
  /** A keypad that babbles, or a door that is left open, holds up nothing for longer; a driver at a door always does. */
  patienceMs: 600_000,
} as const;

/** A driver is at this door, or has just left it and may still say that the slot was empty (rules.md 11). */
function isAttended({ opening, heldReported, openSince, lastTake }: Slot, now: MonoMs): boolean {
  const opens = opening !== null && !heldReported;
  const stands = openSince !== null && !heldReported;
  return opens || stands || (lastTake !== null && now - lastTake.closedAt <= limits.foundEmptyMs);
}

const isAnyoneHere = (state: BoxState, now: MonoMs): boolean =>
  state.powered !== null || state.queue.length > 0 || state.slots.some(slot => isAttended(slot, now));

/**
 * Calls `then` once, when nobody has been at the box for a moment: no door that a driver opened, no lock powered or waited for, nothing
 * typed. A door that is held open longer than `doorHeldS` is nobody's any more. Returns what gives it up.
 */
export function whenNobodyIsHere(
  deps: { readonly time: Time; readonly state: () => BoxState },
  then: () => void,
): () => void {
  const { time, state } = deps;
  const asked = time.mono();
  let since: MonoMs | null = null;
  let cancel = (): void => {};
  const look = (): void => {
    const now = time.mono();
    const patient = now - asked < pauseLimits.patienceMs;
    const here = isAnyoneHere(state(), now) || (patient && !isFree(state()));
    since = here ? null : (since ?? now);
    if (since !== null && now - since >= pauseLimits.quietMs) then();
    else cancel = time.at(after(now, millis(pauseLimits.lookEveryMs)), look);
  };
  look();
  return () => cancel();
}

/**
 * Calls `then` once, when the database is known to be damaged and nobody is at the box: the next start puts together what can be read,
 * and a code whose page is gone brings its key back again. While the disk refuses, this run alone knows of returns, and goes on.
 */
export function whenDamaged(
  deps: { readonly time: Time; readonly loop: Pick<Loop, 'state' | 'watch'> },
  then: () => void,
): void {
  const { time, loop } = deps;
  const waits = (): void =>
    void whenNobodyIsHere({ time, state: () => loop.state }, () =>
      loop.state.health.storage === 'degraded' ? waits() : then(),
    );
  const unwatch = loop.watch({
    events: () => {},
    changed: ({ health }) => {
      if (!health.databaseSuspect) return;
      unwatch();
      waits();
    },
  });
}
