/** Plans what a session does next, from what it knows. */

import { after, type Millis, millis, minutes, seconds } from '../../../base/brand.ts';
import { retryMs } from '../../../base/retry.ts';
import { type Draft, patch } from './input.ts';
import { type PendingCommand, type SessionState, unprovenMax } from './state.ts';
import { areCalm } from './twins.ts';

const proof = { firstMs: 5_000, mostMs: 60_000 } as const;
/** The time that each part of a snapshot adds to the wait for its proof. */
const partMs = 500;
const commandAgain = { firstMs: 5_000, mostMs: 80_000 } as const;
/** How long after its end a command may still be answered. */
const answerMs = seconds(60);
/** Three receipts that did not come, and their jitter. */
export const silenceMs = minutes(32);
const keysAgainMs = seconds(30);
const authoritiesAgainMs = seconds(30);
/** A challenge is answered within this, or not at all: the box would not believe it. */
const challengeLifeMs = seconds(30);
/** A challenge that a command may quote. */
const quotableMs = seconds(60);

/** How long a proof may take. */
export const patience = (tries: number, parts: number): Millis =>
  millis(retryMs(proof, tries) + (parts - 1) * partMs);

export function plan(draft: Draft): void {
  leadOn(draft);
  authorities(draft);
  update(draft);
  vouch(draft);
  command(draft);
}

function leadOn(draft: Draft): void {
  const { state, newestKey } = draft;
  if (state.link !== 'up' || state.pinned === null || state.pinned === newestKey) return;
  leadFrom(draft, state.pinned);
}

/** A box that says by which authorities it knows the broker is told of newer ones until it says those. */
function authorities(draft: Draft): void {
  const { state, now } = draft;
  const has =
    state.authorities === null || draft.authorities === null || state.authorities === draft.authorities;
  if (has) {
    if (state.authoritiesDue !== null) patch(draft, { authoritiesDue: null });
    return;
  }
  if (state.link !== 'up' || state.pinned === null) return;
  if (state.authoritiesDue !== null && now.mono < state.authoritiesDue) return;
  patch(draft, { authoritiesDue: after(now.mono, authoritiesAgainMs) });
  draft.effects.push({ type: 'authorities' });
}

/**
 * Also from a key that only an old word names: a box that was restored, with a clock that is as old, understands nothing
 * else, and to any other it says nothing.
 */
export function leadFrom(draft: Draft, from: string): void {
  const { now, state } = draft;
  if (now.mono < state.keysDue) return;
  patch(draft, { keysDue: after(now.mono, keysAgainMs) });
  draft.effects.push({ type: 'keys', from });
}

/**
 * To a box whose link seems lost a change is sent all the same, `unprovenMax` at most: a will that comes late must not cost
 * a driver ten minutes.
 */
function update(draft: Draft): void {
  const { state } = draft;
  if (state.reading || state.link === 'never' || state.pinned === null || draft.now.mono < state.readDue)
    return;
  if (state.unproven.length >= unprovenMax || state.says.epoch > state.epoch) return;
  const whole = state.unproven.findLast(({ from }) => from === null);
  const last = state.unproven.at(-1);
  if ((state.whole || state.says.epoch < state.epoch) && whole === undefined) read(draft, null);
  else if (state.dirty || state.newest > (last?.to ?? state.says.rev))
    read(draft, last?.to ?? state.says.rev);
}

function read(draft: Draft, from: number | null): void {
  patch(draft, { reading: true, dirty: false, whole: false });
  draft.effects.push({ type: 'update', from });
}

/** Once the box has all there is, its challenge is answered; the database has the last word on that. */
function vouch(draft: Draft): void {
  const { asked, says, dirty, reading, whole, unproven, newest, epoch } = draft.state;
  if (asked === null || asked.answered || draft.now.mono > after(asked.at, challengeLifeMs)) return;
  if (dirty || reading || whole || unproven.length > 0) return;
  if (says.epoch !== epoch || says.rev !== newest) return;
  patch(draft, { asked: { ...asked, answered: true } });
  draft.effects.push({ type: 'vouch', challenge: asked.challenge, told: says });
}

function command(draft: Draft): void {
  const { state, now } = draft;
  if (state.commands.length === 0) return;
  const left: PendingCommand[] = [];
  for (const each of state.commands) {
    if (now.wall > after(each.notAfter, answerMs)) {
      draft.effects.push({ type: 'outcome', id: each.id, outcome: 'no-answer' });
      continue;
    }
    const speak = state.link === 'up' && now.mono >= each.due && now.wall < each.notAfter;
    if (speak) draft.effects.push({ type: 'command', id: each.id, challenge: quotable(draft) });
    left.push(speak ? again(each, draft) : each);
  }
  patch(draft, { commands: left });
}

const again = (each: PendingCommand, { now }: Draft): PendingCommand => ({
  ...each,
  due: after(now.mono, retryMs(commandAgain, each.tries)),
  tries: each.tries + 1,
});

function quotable({ state: { asked }, now }: Draft): string | null {
  return asked !== null && now.mono <= after(asked.at, quotableMs) ? asked.challenge : null;
}

/** Whether time alone gives this session something to do. */
export function isDue(state: SessionState, now: Draft['now']): boolean {
  if (state.link === 'never') return false;
  const [first] = state.unproven;
  if (first !== undefined && state.link === 'up' && now.mono >= first.due) return true;
  if (state.link === 'up' && (state.heard === null || now.mono >= after(state.heard, silenceMs))) return true;
  if ((state.dirty || state.whole) && !state.reading && state.readDue > 0 && now.mono >= state.readDue)
    return state.unproven.length < unprovenMax;
  if (state.link === 'up' && state.authoritiesDue !== null && now.mono >= state.authoritiesDue) return true;
  if (areCalm({ state, now })) return true;
  if (state.refused.count > 0 && now.mono >= state.refused.tellDue) return true;
  if (state.refused.last !== null && now.mono >= after(state.refused.tellDue, quietMs)) return true;
  return state.commands.some(each => now.mono >= each.due || now.wall > after(each.notAfter, answerMs));
}

/** After an hour without another one, refused messages are no Problem any more. */
export const quietMs = minutes(60);
