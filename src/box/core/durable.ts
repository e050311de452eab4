import { type MonoMs, mono, type SlotId, type WallMs } from '../../base/brand.ts';
import { openUses } from './draft.ts';
import type { Flapping } from './flapping-state.ts';
import { initialState, type Site } from './initial.ts';
import {
  type Attempts,
  type BoxState,
  type Key,
  limits,
  type SaidAlarms,
  type Slot,
  type Sync,
  type Use,
} from './model.ts';
import { overlaid } from './overlay.ts';

/** The monotonic clock begins with the run. */
const start: MonoMs = mono(0);

/** A durable piece of the state, by name; `body` null removes it. */
interface PartChange {
  readonly name: string;
  readonly body: string | null;
}

/** A slot in the file, whose names are older than those of the state. */
interface SavedSlot extends Pick<Slot, 'opening' | 'misses' | 'jammed' | 'doorSuspect' | 'maintenance'> {
  /** `knownEmpty` and `contentsUnknown`. */
  readonly emptied: boolean;
  readonly disturbed: boolean;
  readonly closedAt: Slot['closedAt'];
  readonly closedFor: Slot['closedFor'];
}

/** The part of a slot that outlives a boot. Levels are read anew, alarms said anew. */
const slotBody = (slot: Slot): string => {
  const {
    opening,
    misses,
    jammed,
    doorSuspect,
    maintenance,
    knownEmpty,
    contentsUnknown,
    closedAt,
    closedFor,
  } = slot;
  const named = { emptied: knownEmpty, disturbed: contentsUnknown, closedAt, closedFor };
  return JSON.stringify({ opening, misses, jammed, doorSuspect, maintenance, ...named } satisfies SavedSlot);
};

const keyBody = ({ place, lastHolder }: Key): string => JSON.stringify({ place, lastHolder });

/** Counts survive a boot, instants do not: a lockout begins its present step anew (rules.md 18). */
const attemptsBody = ({ wrongs, phones, returns }: Attempts): string =>
  JSON.stringify({
    wrongs,
    returnsLeft: returns.left,
    phones: phones.map(({ fingerprint, wrongs, locks, lockedUntil }) => ({
      fingerprint,
      wrongs,
      locks,
      locked: lockedUntil !== null,
    })),
  });

/** Steps in which the age of the bookings is kept: a relay that vouches each minute must not cost a write each time. */
const vouchedStepMs = 600_000;

/** Rounded to the past: a boot may make the bookings look older than they are, never newer. */
const syncBody = ({ enrolled, vouchedAt }: Sync): string => {
  const kept = vouchedAt === null ? null : Math.floor(vouchedAt / vouchedStepMs) * vouchedStepMs;
  return JSON.stringify({ enrolled, vouchedAt: kept });
};

/**
 * Keeps what was said and not taken back: the next run says when it is over, which may be while the box is off. Not what is: a supply,
 * a port or a clock that flaps changes without end, and each change would be a write.
 */
const alarmsBody = ({ said }: Pick<BoxState, 'said'>): string =>
  JSON.stringify({
    clock: said.clockWrong,
    powerLow: said.powerLow,
    lost: said.lost,
  } satisfies SavedAlarms);

/**
 * The rest of each allowance: a box that starts again and again has not a fresh one each time. It changes with what is told
 * and at the beginning and end of a count, never with what is counted. Ordered, since the order means nothing.
 */
const flappingBody = (flapping: readonly Flapping[]): string =>
  JSON.stringify(
    flapping
      .filter(({ left, step, counted }) => left < limits.changesReported || step > 0 || counted !== null)
      .map(
        ({ source, left, step, counted }): SavedFlapping => ({
          ...{ source, left, step },
          counted: counted !== null,
        }),
      )
      .sort((a, b) => (JSON.stringify(a.source) < JSON.stringify(b.source) ? -1 : 1)),
  );

const same = <T>(a: T, b: T, body: (value: T) => string): boolean => a === b || body(a) === body(b);

/** The parts that a commit must write so that a boot finds `after`: only those that differ, so that a grant touches few pages. */
export function changes(before: BoxState, after: BoxState): readonly PartChange[] {
  const found: PartChange[] = [];
  for (const [at, slot] of after.slots.entries()) {
    const was = before.slots[at];
    if (was === undefined || !same(was, slot, slotBody))
      found.push({ name: `slot/${slot.id}`, body: slotBody(slot) });
  }
  if (before.keys !== after.keys) found.push(...keyChanges(before.keys, after.keys));
  if (!same(before.attempts, after.attempts, attemptsBody))
    found.push({ name: 'guard', body: attemptsBody(after.attempts) });
  if (alarmsBody(before) !== alarmsBody(after)) found.push({ name: 'alarms', body: alarmsBody(after) });
  if (!same(before.flapping, after.flapping, flappingBody))
    found.push({ name: 'flapping', body: flappingBody(after.flapping) });
  if (!same(before.lockdown, after.lockdown, JSON.stringify)) {
    found.push({ name: 'lockdown', body: JSON.stringify(after.lockdown) });
  }
  if (!same(before.sync, after.sync, syncBody)) found.push({ name: 'sync', body: syncBody(after.sync) });
  if (!same(before.overlay, after.overlay, JSON.stringify))
    found.push({ name: 'overlay', body: JSON.stringify(after.overlay) });
  return found;
}

function keyChanges(before: readonly Key[], after: readonly Key[]): readonly PartChange[] {
  const was = new Map(before.map(key => [key.name, key]));
  const changed = after.filter(key => {
    const old = was.get(key.name);
    return old === undefined || !same(old, key, keyBody);
  });
  const gone = before.filter(key => !after.some(each => each.name === key.name));
  return [
    ...changed.map(key => ({ name: `key/${key.name}`, body: keyBody(key) })),
    ...gone.map(key => ({ name: `key/${key.name}`, body: null })),
  ];
}

/** The state of a box as its database holds it. */
interface SavedState {
  readonly parts: readonly { readonly name: string; readonly body: string }[];
  readonly openUses: readonly Use[];
  readonly floor: WallMs | null;
}

/** The state with which a run begins, before its first input `booted`. Parts that nobody knows any more are left alone. */
export function restore(site: Site, saved: SavedState): BoxState {
  const parts = new Map(saved.parts.map(part => [part.name, part.body]));
  const fresh = initialState(site);
  const slots = fresh.slots.map(slot =>
    restoreSlot(slot, parsed<Partial<SavedSlot>>(parts, `slot/${slot.id}`)),
  );
  const ids = new Set(slots.map(slot => slot.id));
  const keys = fresh.keys.map(key => ({ ...key, ...parsed<Partial<Key>>(parts, `key/${key.name}`) }));
  return {
    ...fresh,
    slots,
    keys: keys.map(key =>
      key.place.at === 'slot' && !ids.has(key.place.slot) ? { ...key, place: { at: 'never-stocked' } } : key,
    ),
    uses: openUses(slots, saved.openUses),
    attempts: restoreAttempts(fresh.attempts, parsed<SavedAttempts>(parts, 'guard')),
    lockdown: parsed<BoxState['lockdown']>(parts, 'lockdown') ?? fresh.lockdown,
    flapping: restoreFlapping(parsed<readonly SavedFlapping[]>(parts, 'flapping') ?? [], ids),
    ...restoreAlarms(fresh, parsed<SavedAlarms>(parts, 'alarms'), saved.floor),
    sync: parsed<Sync>(parts, 'sync') ?? fresh.sync,
    ...overlaid(site.rules, parsed<BoxState['overlay']>(parts, 'overlay') ?? fresh.overlay),
  };
}

/** An older program has not written every member. */
function restoreSlot(fresh: Slot, saved: Partial<SavedSlot> | null): Slot {
  const { emptied = fresh.knownEmpty, disturbed = fresh.contentsUnknown, ...rest } = saved ?? {};
  return { ...fresh, ...rest, knownEmpty: emptied, contentsUnknown: disturbed };
}

interface SavedFlapping extends Pick<Flapping, 'source' | 'left' | 'step'> {
  readonly counted: boolean;
}

/** Time while the box was off brings no change of an allowance back: how long that was is not known. */
const restoreFlapping = (saved: readonly SavedFlapping[], slots: ReadonlySet<SlotId>): readonly Flapping[] =>
  saved
    .filter(({ source }) => !('slot' in source) || slots.has(source.slot))
    .map(({ source, left, step, counted }) => ({
      ...{ source, left, step },
      filledAt: start,
      minute: { since: start, count: 0 },
      counted: counted ? { since: start, more: 0 } : null,
    }));

/** Alarms in the file, whose names are older than those of the state. */
interface SavedAlarms extends Omit<SaidAlarms, 'clockWrong'> {
  /** `clockWrong`. */
  readonly clock: boolean;
}

function restoreAlarms(
  { clock, said }: BoxState,
  saved: SavedAlarms | null,
  floorAtBoot: WallMs | null,
): Pick<BoxState, 'clock' | 'said'> {
  if (saved === null) return { clock: { ...clock, floorAtBoot }, said };
  const { clock: clockWrong, powerLow, lost } = saved;
  const level = clockWrong ? 'behind' : clock.level;
  return { clock: { ...clock, floorAtBoot, level }, said: { clockWrong, powerLow, lost } };
}

interface SavedAttempts {
  readonly wrongs: number;
  /** Absent in what was written before 0.2: all of them. */
  readonly returnsLeft?: number;
  readonly phones: readonly {
    readonly fingerprint: Attempts['phones'][number]['fingerprint'];
    readonly wrongs: number;
    readonly locks: number;
    readonly locked: boolean;
  }[];
}

/** Written by `changes` into our own file, in the same transaction as everything else: as believable as the rest of it. */
function parsed<T>(parts: ReadonlyMap<string, string>, name: string): T | null {
  const body = parts.get(name);
  return body === undefined ? null : (JSON.parse(body) as T);
}

function restoreAttempts(fresh: Attempts, saved: SavedAttempts | null): Attempts {
  if (saved === null) return fresh;
  const locked = saved.wrongs >= limits.wrongsLocked;
  return {
    ...fresh,
    wrongs: saved.wrongs,
    lastWrongAt: saved.wrongs > 0 ? start : null,
    waitUntil: locked ? mono(limits.tryEveryMs) : null,
    lockoutSaid: locked,
    returns: { ...fresh.returns, left: saved.returnsLeft ?? fresh.returns.left },
    phones: saved.phones.map(({ fingerprint, wrongs, locks, locked: isLocked }) => ({
      fingerprint,
      wrongs,
      locks,
      lockedUntil: isLocked
        ? mono(limits.phoneLocksMs[Math.min(locks, limits.phoneLocksMs.length) - 1] ?? 0)
        : null,
      lastAt: start,
    })),
  };
}
