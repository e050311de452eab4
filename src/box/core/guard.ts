import { after, type Fingerprint, type MonoMs, millis } from '../../base/brand.ts';
import type { By, DenialReason } from '../../wire/journal.ts';
import { type BoxState, type Guard, limits, type PhoneGuard } from './model.ts';
import { journal, nowOf, patch, type Turn } from './turn.ts';

const setGuard = (turn: Turn, change: Partial<Guard>): void =>
  patch(turn, { guard: { ...turn.state.guard, ...change } });

/** Forgets wrong entries once 10 minutes have passed without one (rules.md 18). */
export function forget(turn: Turn): void {
  const { lastWrongAt, phones } = turn.state.guard;
  const over = (phone: PhoneGuard): boolean => phone.lockedUntil !== null && nowOf(turn) >= phone.lockedUntil;
  if (phones.some(over)) {
    setGuard(turn, { phones: phones.map(phone => (over(phone) ? { ...phone, lockedUntil: null } : phone)) });
  }
  if (lastWrongAt === null || nowOf(turn) - lastWrongAt < limits.wrongsForgottenMs) return;
  setGuard(turn, { wrongs: 0, lastWrongAt: null, waitUntil: null, lockoutSaid: false });
}

/** Whether an entry at `now` is looked up only among keys that are out. */
export function waiting(state: BoxState, now: MonoMs): boolean {
  const { wrongs, waitUntil, lastWrongAt } = state.guard;
  if (wrongs < limits.wrongsLocked || waitUntil === null || now >= waitUntil) return false;
  return lastWrongAt === null || now - lastWrongAt < limits.wrongsForgottenMs;
}

/** One and the same refusal text for everything from the third wrong entry on (rules.md 1). */
export const uniform = (state: BoxState): boolean => state.guard.wrongs >= limits.wrongsUniform;

/** An entry was judged: while locked out that was the one try of the next 30 s. */
export function spendTry(turn: Turn): void {
  if (turn.state.guard.wrongs < limits.wrongsLocked) return;
  setGuard(turn, { waitUntil: after(nowOf(turn), millis(limits.tryEveryMs)) });
}

/** Counts a wrong entry: `unknown` or `pin-wrong`, nothing else. */
export function countWrong(turn: Turn): void {
  const { guard } = turn.state;
  const wrongs = Math.min(guard.wrongs + 1, 1_000);
  setGuard(turn, { wrongs, lastWrongAt: nowOf(turn) });
  if (wrongs < limits.wrongsLocked) return;
  spendTry(turn);
  if (guard.lockoutSaid) return;
  setGuard(turn, { lockoutSaid: true });
  journal(turn, { type: 'lockout' });
}

/** Writes a denial, or only counts it when a minute has already had its share: a hostile pad must not fill the disk. */
export function writeDenial(turn: Turn, reason: DenialReason, by: By, more: object = {}): void {
  const { denials } = turn.state.guard;
  if (denials.written < limits.denialsEachMinute) {
    setGuard(turn, { denials: { ...denials, written: denials.written + 1 } });
    journal(turn, { type: 'denied', reason, by, ...more });
  } else {
    setGuard(turn, { denials: { ...denials, summed: denials.summed + 1 } });
  }
}

/** Begins a new minute of denials, and writes the sum of those that were only counted. */
export function rollDenials(turn: Turn): void {
  const { denials } = turn.state.guard;
  if (nowOf(turn) - denials.since < 60_000) return;
  if (denials.written === 0 && denials.summed === 0) return;
  if (denials.summed > 0) journal(turn, { type: 'denied', reason: 'locked-out', count: denials.summed });
  setGuard(turn, { denials: { since: nowOf(turn), written: 0, summed: 0 } });
}

export const phoneGuard = (state: BoxState, fingerprint: Fingerprint): PhoneGuard | null =>
  state.guard.phones.find(phone => phone.fingerprint === fingerprint) ?? null;

export function phoneLocked(state: BoxState, fingerprint: Fingerprint, now: MonoMs): boolean {
  const phone = phoneGuard(state, fingerprint);
  return phone?.lockedUntil != null && now < phone.lockedUntil;
}

function remember(turn: Turn, phone: PhoneGuard | null, fingerprint: Fingerprint): void {
  const others = turn.state.guard.phones.filter(each => each.fingerprint !== fingerprint);
  // The least recently used goes first, and a phone that is locked now goes last of all: else 256 invented numbers
  // would lift a lock.
  const room = limits.phonesRemembered - (phone === null ? 0 : 1);
  const now = nowOf(turn);
  const locked = others.filter(each => each.lockedUntil !== null && each.lockedUntil > now);
  const open = others.filter(each => !locked.includes(each));
  const kept = [...open, ...locked].slice(-room);
  setGuard(turn, { phones: phone === null ? kept : [...kept, phone] });
}

/** A wrong PIN for this phone or badge, known or not: 5 of them lock it for 15 min, then 1 h, then 24 h (rules.md 20). */
export function countWrongPin(turn: Turn, fingerprint: Fingerprint): void {
  const now = nowOf(turn);
  const before = phoneGuard(turn.state, fingerprint) ?? {
    fingerprint,
    wrongs: 0,
    locks: 0,
    lockedUntil: null,
    lastAt: now,
  };
  // What is typed while it is locked counts for nothing, else one slip after the lock would lock it again.
  const wrongs = phoneLocked(turn.state, fingerprint, now) ? before.wrongs : before.wrongs + 1;
  if (wrongs < limits.phoneWrongs) {
    remember(turn, { ...before, wrongs, lastAt: now }, fingerprint);
    return;
  }
  const lockMs = limits.phoneLocksMs[Math.min(before.locks, limits.phoneLocksMs.length - 1)] ?? 0;
  const lockedUntil = after(now, millis(lockMs));
  remember(turn, { ...before, wrongs: 0, locks: before.locks + 1, lockedUntil, lastAt: now }, fingerprint);
}

export function forgivePin(turn: Turn, fingerprint: Fingerprint): void {
  if (phoneGuard(turn.state, fingerprint) !== null) remember(turn, null, fingerprint);
}
