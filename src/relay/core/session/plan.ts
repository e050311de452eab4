/** What a session does next, once it knows what is so. */
import { after, type Millis, millis, minutes, seconds } from '../../../base/brand.ts';
import { patch, type Turn } from './input.ts';
import { type PendingCommand, type SessionState, unprovenMax } from './state.ts';

const proofFirstMs = 5_000;
const proofMostMs = 60_000;
/** What each part of a snapshot adds to the wait for its proof. */
const partMs = 500;
const commandAgainMs = 5_000;
/** How long after its end a command may still be answered. */
const answerMs = seconds(60);
/** Three receipts that did not come, and their jitter. */
export const silenceMs = minutes(32);
const keysAgainMs = seconds(30);
/** A challenge is answered within this, or not at all: the box would not believe it. */
const challengeLifeMs = seconds(30);
/** A challenge that a command may quote. */
const quotableMs = seconds(60);

/** How long a proof may take. */
export const patience = (tries: number, parts: number): Millis =>
  millis(Math.min(proofMostMs, proofFirstMs * 2 ** Math.min(tries, 8)) + (parts - 1) * partMs);

export function plan(turn: Turn): void {
  leadOn(turn);
  update(turn);
  vouch(turn);
  command(turn);
}

function leadOn(turn: Turn): void {
  const { state, newestKey } = turn;
  if (state.link !== 'up' || state.pinned === null || state.pinned === newestKey) return;
  leadFrom(turn, state.pinned);
}

/**
 * Also from a key that only an old word names: a box that was restored, with a clock that is as old, understands nothing
 * else, and to any other it says nothing.
 */
export function leadFrom(turn: Turn, from: string): void {
  const { now, state } = turn;
  if (now.mono < state.keysDue) return;
  patch(turn, { keysDue: after(now.mono, keysAgainMs) });
  turn.effects.push({ type: 'keys', from });
}

/**
 * To a box whose link seems lost a change is sent all the same, `unprovenMax` at most: a will that comes late must not cost
 * a driver ten minutes.
 */
function update(turn: Turn): void {
  const { state } = turn;
  if (state.reading || state.link === 'never' || state.pinned === null || turn.now.mono < state.readDue)
    return;
  if (state.unproven.length >= unprovenMax || state.says.epoch > state.epoch) return;
  const whole = state.unproven.findLast(({ from }) => from === null);
  const last = state.unproven.at(-1);
  if ((state.whole || state.says.epoch < state.epoch) && whole === undefined) read(turn, null);
  else if (state.dirty || state.newest > (last?.to ?? state.says.rev)) read(turn, last?.to ?? state.says.rev);
}

function read(turn: Turn, from: number | null): void {
  patch(turn, { reading: true, dirty: false, whole: false });
  turn.effects.push({ type: 'update', from });
}

/** Once the box has all there is, its challenge is answered; the database has the last word on that. */
function vouch(turn: Turn): void {
  const { asked, says, dirty, reading, whole, unproven, newest, epoch } = turn.state;
  if (asked === null || asked.answered || turn.now.mono > after(asked.at, challengeLifeMs)) return;
  if (dirty || reading || whole || unproven.length > 0) return;
  if (says.epoch !== epoch || says.rev !== newest) return;
  patch(turn, { asked: { ...asked, answered: true } });
  turn.effects.push({ type: 'vouch', challenge: asked.challenge, told: says });
}

function command(turn: Turn): void {
  const { state, now } = turn;
  if (state.commands.length === 0) return;
  const left: PendingCommand[] = [];
  for (const each of state.commands) {
    if (now.wall > after(each.notAfter, answerMs)) {
      turn.effects.push({ type: 'outcome', id: each.id, outcome: 'no-answer' });
      continue;
    }
    const speak = state.link === 'up' && now.mono >= each.due && now.wall < each.notAfter;
    if (speak) turn.effects.push({ type: 'command', id: each.id, challenge: quotable(turn) });
    left.push(speak ? again(each, turn) : each);
  }
  patch(turn, { commands: left });
}

const again = (each: PendingCommand, { now }: Turn): PendingCommand => ({
  ...each,
  due: after(now.mono, millis(commandAgainMs * 2 ** Math.min(each.tries, 4))),
  tries: each.tries + 1,
});

function quotable({ state: { asked }, now }: Turn): string | null {
  return asked !== null && now.mono <= after(asked.at, quotableMs) ? asked.challenge : null;
}

/** Whether time alone gives this session something to do. */
export function isDue(state: SessionState, now: Turn['now']): boolean {
  if (state.link === 'never') return false;
  const [first] = state.unproven;
  if (first !== undefined && state.link === 'up' && now.mono >= first.due) return true;
  if (state.link === 'up' && (state.heard === null || now.mono >= after(state.heard, silenceMs))) return true;
  if ((state.dirty || state.whole) && !state.reading && state.readDue > 0 && now.mono >= state.readDue)
    return state.unproven.length < unprovenMax;
  if (state.refused.count > 0 && now.mono >= state.refused.tellDue) return true;
  if (state.refused.last !== null && now.mono >= after(state.refused.tellDue, quietMs)) return true;
  return state.commands.some(each => now.mono >= each.due || now.wall > after(each.notAfter, answerMs));
}

/** After an hour without another one, refused messages are no Problem any more. */
export const quietMs = minutes(60);
