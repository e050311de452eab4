/** The random numbers that prove an answer of the relay to be no old word held back (docs/synchronisation.md, rules.md 23). */
import type { Millis, MonoMs } from '../../base/brand.ts';
import { millis } from '../../base/brand.ts';

interface Challenge {
  readonly text: string;
  readonly sentAt: MonoMs;
  /** A second answer is a copy of the first. */
  readonly answered: boolean;
}

/** Most recent last. */
export type Challenges = readonly Challenge[];

/** An answer that took longer vouches for nothing. */
const tripMaxMs = 30_000;
/** A command with a challenge that is older is no command. */
const commandMaxMs = 600_000;
const rememberedMax = 16;

export const challenged = (challenges: Challenges, text: string, sentAt: MonoMs): Challenges =>
  [...challenges, { text, sentAt, answered: false }].slice(-rememberedMax);

export const answered = (challenges: Challenges, text: string): Challenges =>
  challenges.map(each => (each.text === text ? { ...each, answered: true } : each));

/** How long the answer took; null where it answers nothing, or too late. */
export function tripOf(challenges: Challenges, text: string, now: MonoMs): Millis | null {
  const asked = challenges.find(each => each.text === text && !each.answered);
  const tripMs = asked === undefined ? Number.POSITIVE_INFINITY : now - asked.sentAt;
  return tripMs <= tripMaxMs ? millis(tripMs) : null;
}

export const isFresh = (challenges: Challenges, text: string | null, now: MonoMs): boolean =>
  challenges.some(each => each.text === text && now - each.sentAt <= commandMaxMs);
