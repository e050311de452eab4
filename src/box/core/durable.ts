import { type MonoMs, mono, type WallMs } from '../../base/brand.ts';
import { initialState, type Site } from './initial.ts';
import { type BoxState, type Guard, type Key, limits, type Slot, type Sync, type Use } from './model.ts';
import { overlaid } from './overlay.ts';
import { openUses } from './turn.ts';

/** A durable piece of the state, by name; `body` null removes it. */
export interface PartChange {
  readonly name: string;
  readonly body: string | null;
}

/** What of a slot outlives a boot. Levels are read anew, alarms said anew. */
const slotBody = (slot: Slot): string => {
  const { opening, misses, jammed, doorSuspect, maintenance, emptied, disturbed } = slot;
  return JSON.stringify({ opening, misses, jammed, doorSuspect, maintenance, emptied, disturbed });
};

const keyBody = ({ place, lastHolder }: Key): string => JSON.stringify({ place, lastHolder });

/** Counts survive a boot, instants do not: a lockout begins its present step anew (rules.md 18). */
const guardBody = ({ wrongs, phones }: Guard): string =>
  JSON.stringify({
    wrongs,
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

const same = <T>(a: T, b: T, body: (value: T) => string): boolean => a === b || body(a) === body(b);

/** What a commit must write so that a boot finds `after`: only what differs, so that a grant touches few pages. */
export function changes(before: BoxState, after: BoxState): readonly PartChange[] {
  const found: PartChange[] = [];
  for (const [at, slot] of after.slots.entries()) {
    const was = before.slots[at];
    if (was === undefined || !same(was, slot, slotBody))
      found.push({ name: `slot/${slot.id}`, body: slotBody(slot) });
  }
  if (before.keys !== after.keys) found.push(...keyChanges(before.keys, after.keys));
  if (!same(before.guard, after.guard, guardBody))
    found.push({ name: 'guard', body: guardBody(after.guard) });
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

/** What a file remembers. */
export interface Remembered {
  readonly parts: readonly { readonly name: string; readonly body: string }[];
  readonly openUses: readonly Use[];
  readonly floor: WallMs | null;
}

/** The state with which a run begins, before its first input `booted`. Parts that nobody knows any more are left alone. */
export function restore(site: Site, remembered: Remembered): BoxState {
  const parts = new Map(remembered.parts.map(part => [part.name, part.body]));
  const fresh = initialState(site);
  const slots = fresh.slots.map(slot => ({ ...slot, ...parsed<Partial<Slot>>(parts, `slot/${slot.id}`) }));
  const ids = new Set(slots.map(slot => slot.id));
  const keys = fresh.keys.map(key => ({ ...key, ...parsed<Partial<Key>>(parts, `key/${key.name}`) }));
  return {
    ...fresh,
    slots,
    keys: keys.map(key =>
      key.place.at === 'slot' && !ids.has(key.place.slot) ? { ...key, place: { at: 'never-stocked' } } : key,
    ),
    uses: openUses(slots, remembered.openUses),
    guard: restoreGuard(fresh.guard, parsed<SavedGuard>(parts, 'guard')),
    lockdown: parsed<BoxState['lockdown']>(parts, 'lockdown') ?? fresh.lockdown,
    clock: { ...fresh.clock, floorAtBoot: remembered.floor },
    sync: parsed<Sync>(parts, 'sync') ?? fresh.sync,
    ...overlaid(site.rules, parsed<BoxState['overlay']>(parts, 'overlay') ?? fresh.overlay),
  };
}

interface SavedGuard {
  readonly wrongs: number;
  readonly phones: readonly {
    readonly fingerprint: Guard['phones'][number]['fingerprint'];
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

function restoreGuard(fresh: Guard, saved: SavedGuard | null): Guard {
  if (saved === null) return fresh;
  const start: MonoMs = mono(0);
  const locked = saved.wrongs >= limits.wrongsLocked;
  return {
    ...fresh,
    wrongs: saved.wrongs,
    lastWrongAt: saved.wrongs > 0 ? start : null,
    waitUntil: locked ? mono(limits.tryEveryMs) : null,
    lockoutSaid: locked,
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
