import { after, type Fingerprint, type MonoMs, millis } from '../../base/brand.ts';
import { type By, type DenialReason, denialReasons } from '../../wire/journal.ts';
import { type Draft, journal, nowOf, patch } from './draft.ts';
import {
  type Attempts,
  type BoxState,
  limits,
  type PhoneAttempts,
  type ReturnLookups,
  type Scope,
} from './model.ts';

/** Ordinary tries are never refused for want of look-ups: they are owed, and paid for with what comes back. */
const debtMax = 10;

const setAttempts = (draft: Draft, change: Partial<Attempts>): void =>
  patch(draft, { attempts: { ...draft.state.attempts, ...change } });

/** Forgets wrong entries once 10 minutes have passed without one (rules.md 18). */
export function forget(draft: Draft): void {
  const { lastWrongAt, phones } = draft.state.attempts;
  const over = (phone: PhoneAttempts): boolean =>
    phone.lockedUntil !== null && nowOf(draft) >= phone.lockedUntil;
  if (phones.some(over)) {
    setAttempts(draft, {
      phones: phones.map(phone => (over(phone) ? { ...phone, lockedUntil: null } : phone)),
    });
  }
  if (lastWrongAt === null || nowOf(draft) - lastWrongAt < limits.wrongsForgottenMs) return;
  const returns = { ...draft.state.attempts.returns, lastAt: null };
  setAttempts(draft, { wrongs: 0, lastWrongAt: null, waitUntil: null, lockoutSaid: false, returns });
}

/** Whether an entry at `now` is looked up only among keys that are out. */
export function waiting(state: BoxState, now: MonoMs): boolean {
  const { wrongs, waitUntil, lastWrongAt } = state.attempts;
  if (wrongs < limits.wrongsLocked || waitUntil === null || now >= waitUntil) return false;
  return lastWrongAt === null || now - lastWrongAt < limits.wrongsForgottenMs;
}

/** One and the same refusal text for everything from the third wrong entry on (rules.md 1). */
export const uniform = (state: BoxState): boolean => state.attempts.wrongs >= limits.wrongsUniform;

/** Counts a wrong entry: a typed `unknown` or `pin-wrong`, nothing else. While locked out that was the try of the next 30 s. */
export function countWrong(draft: Draft): void {
  const { attempts } = draft.state;
  const now = nowOf(draft);
  const wrongs = Math.min(attempts.wrongs + 1, 1_000);
  const returns = { ...spent(attempts.returns, now), lastAt: null };
  setAttempts(draft, { wrongs, lastWrongAt: now, returns });
  if (wrongs < limits.wrongsLocked) return;
  setAttempts(draft, { waitUntil: after(now, millis(limits.tryEveryMs)) });
  if (attempts.lockoutSaid) return;
  setAttempts(draft, { lockoutSaid: true });
  journal(draft, { type: 'lockout' });
}

/**
 * How the entry that was just typed is looked up; null: not at all. A look-up among keys that are out is taken from what
 * there is of them at once, so that two that are under way do not share one, and is given back where it found a key.
 *
 * Why there is an end to them: a code that opens for a return may be one that takes again (`reuse`), so guessing it must be as
 * hopeless as guessing any. One look-up in 2 s is 43,200 a day; at 20 keys that are out and 8 digits that would be 0.0086 hits
 * a day, where rules.md 19 allows 0.001. So every wrong look-up of any kind takes one of `limits.returnLookups`, and one comes
 * back in 30 s, as the ordinary tries do. All wrong look-ups together are then at most 1,000 + 2,880 in any day (0.0008 hits),
 * and 2,880 a day in the long run (0.0006). Whoever brings a key waits 2 s at most, unless somebody before them has typed
 * wrong entries for more than half an hour without a pause; then 30 s. A key's tag never waits.
 */
export function admit(draft: Draft): Scope | null {
  const now = nowOf(draft);
  if (!waiting(draft.state, now)) return 'all';
  const { returns } = draft.state.attempts;
  const rested = returns.lastAt === null || now - returns.lastAt >= limits.returnLookupEveryMs;
  if (!rested || refilled(returns, now).left < 1) return null;
  setAttempts(draft, { returns: { ...spent(returns, now), lastAt: now } });
  return 'out';
}

/** A look-up among keys that are out found one: a right entry costs nobody anything. */
export function giveBack(draft: Draft): void {
  const { left, since } = draft.state.attempts.returns;
  setAttempts(draft, { returns: { left: Math.min(left + 1, limits.returnLookups), since, lastAt: null } });
}

function refilled({ left, since, lastAt }: ReturnLookups, now: MonoMs): ReturnLookups {
  const more = Math.max(0, Math.floor((now - since) / limits.tryEveryMs));
  const full = left + more >= limits.returnLookups;
  return {
    left: full ? limits.returnLookups : left + more,
    since: full ? now : after(since, millis(more * limits.tryEveryMs)),
    lastAt,
  };
}

function spent(returns: ReturnLookups, now: MonoMs): ReturnLookups {
  const { left, ...rest } = refilled(returns, now);
  return { ...rest, left: Math.max(-debtMax, left - 1) };
}

/** Writes a denial, or only counts it when a minute has already had its share: a hostile pad must not fill the disk. */
export function writeDenial(draft: Draft, reason: DenialReason, by: By, more: object = {}): void {
  const { denials } = draft.state.attempts;
  if (denials.written < limits.denialsEachMinute) {
    setAttempts(draft, { denials: { ...denials, written: denials.written + 1 } });
    journal(draft, { type: 'denied', reason, by, ...more });
  } else {
    const summed = { ...denials.summed, [reason]: (denials.summed[reason] ?? 0) + 1 };
    setAttempts(draft, { denials: { ...denials, summed } });
  }
}

/** A tag that nobody has was read twice: the first in a minute is said at once, those that follow are counted. */
export function writeUnknownTag(draft: Draft): void {
  const { tags } = draft.state.attempts;
  if (tags.said) {
    setAttempts(draft, { tags: { ...tags, more: tags.more + 1 } });
    return;
  }
  setAttempts(draft, { tags: { since: nowOf(draft), said: true, more: 0 } });
  journal(draft, { type: 'denied', reason: 'unknown', by: 'tag' });
}

/** Begins a new minute, with the sums of the one before. */
export function rollDenials(draft: Draft): void {
  const now = nowOf(draft);
  const { denials, tags } = draft.state.attempts;
  const counted = denials.written > 0 || anySummed(draft.state);
  if (counted && now - denials.since >= 60_000) {
    sumDenials(draft);
    setAttempts(draft, { denials: { since: now, written: 0, summed: {} } });
  }
  if (tags.said && now - tags.since >= 60_000) {
    const count = tags.more;
    if (count > 0) journal(draft, { type: 'denied', reason: 'unknown', by: 'tag', count });
    setAttempts(draft, { tags: { since: now, said: count > 0, more: 0 } });
  }
}

export const anySummed = (state: BoxState): boolean => Object.keys(state.attempts.denials.summed).length > 0;

/** Writes what was only counted so far: before a grant, so that the tries stand before the hit, and when the box stops. */
export function sumDenials(draft: Draft): void {
  const { denials } = draft.state.attempts;
  if (!anySummed(draft.state)) return;
  for (const reason of denialReasons) {
    const count = denials.summed[reason];
    if (count !== undefined) journal(draft, { type: 'denied', reason, count });
  }
  setAttempts(draft, { denials: { ...denials, summed: {} } });
}

export const phoneAttempts = (state: BoxState, fingerprint: Fingerprint): PhoneAttempts | null =>
  state.attempts.phones.find(phone => phone.fingerprint === fingerprint) ?? null;

export function phoneLocked(state: BoxState, fingerprint: Fingerprint, now: MonoMs): boolean {
  const phone = phoneAttempts(state, fingerprint);
  return phone?.lockedUntil != null && now < phone.lockedUntil;
}

function remember(draft: Draft, phone: PhoneAttempts | null, fingerprint: Fingerprint): void {
  const others = draft.state.attempts.phones.filter(each => each.fingerprint !== fingerprint);
  // The least recently used goes first, and a phone that is locked now goes last of all: else 256 invented numbers
  // would lift a lock.
  const room = limits.phonesRemembered - (phone === null ? 0 : 1);
  const now = nowOf(draft);
  const locked = others.filter(each => each.lockedUntil !== null && each.lockedUntil > now);
  const open = others.filter(each => !locked.includes(each));
  const kept = [...open, ...locked].slice(-room);
  setAttempts(draft, { phones: phone === null ? kept : [...kept, phone] });
}

/** A wrong PIN for this phone or badge, known or not: 5 of them lock it for 15 min, then 1 h, then 24 h (rules.md 20). */
export function countWrongPin(draft: Draft, fingerprint: Fingerprint): void {
  const now = nowOf(draft);
  const before = phoneAttempts(draft.state, fingerprint) ?? {
    fingerprint,
    wrongs: 0,
    locks: 0,
    lockedUntil: null,
    lastAt: now,
  };
  // What is typed while it is locked counts for nothing, else one slip after the lock would lock it again.
  const wrongs = phoneLocked(draft.state, fingerprint, now) ? before.wrongs : before.wrongs + 1;
  if (wrongs < limits.phoneWrongs) {
    remember(draft, { ...before, wrongs, lastAt: now }, fingerprint);
    return;
  }
  const lockMs = limits.phoneLocksMs[Math.min(before.locks, limits.phoneLocksMs.length - 1)] ?? 0;
  const lockedUntil = after(now, millis(lockMs));
  remember(draft, { ...before, wrongs: 0, locks: before.locks + 1, lockedUntil, lastAt: now }, fingerprint);
}

export function forgivePin(draft: Draft, fingerprint: Fingerprint): void {
  if (phoneAttempts(draft.state, fingerprint) !== null) remember(draft, null, fingerprint);
}
