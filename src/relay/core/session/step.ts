/**
 * The relay's side of the talk with one box: what it knows, and what it hears, give what it knows then and what is to be sent
 * and kept. Nothing else decides; nothing here knows a clock, a socket or a table.
 */
import { never } from '../../../base/assert.ts';
import { after, minutes, mono, seconds, type WallMs } from '../../../base/brand.ts';
import type { Up } from '../../../wire/up.ts';
import type { Stand } from '../intake.ts';
import { type Input, type Now, patch, type Stepped, type Turn } from './input.ts';
import { acknowledge, eventsRefused, eventsStored, unanchored } from './journal.ts';
import { checked, heardWord } from './knowledge.ts';
import { patience, plan, quietMs, silenceMs } from './plan.ts';
import { commandsMax, type Link, type Refusal, type Revision, type SessionState } from './state.ts';

/** A set that could not be read or sent is tried again after this. */
const readAgainMs = seconds(2);
/** A box that claims a later one lies: the numbers of this one must last for the next that takes its place. */
const revisionMax = 2 ** 50;
const refusedTellMs = minutes(1);
/** A box that was heard within this is under keys that the relay knows, whatever else is said in its name. */
const trustedMs = minutes(20);

/** What the database knows of a box. */
export interface Facts {
  readonly box: string;
  readonly epoch: number;
  readonly newest: number;
  readonly known: Revision;
  readonly pinned: string | null;
  readonly link: Link;
  readonly told: WallMs;
  readonly boxEpoch: number;
  readonly stand: Stand;
}

export function begin(facts: Facts): SessionState {
  return {
    ...facts,
    dirty: false,
    says: { ...facts.known, digest: '' },
    unproven: [],
    tries: 0,
    whole: false,
    reading: false,
    readDue: mono(0),
    keysDue: mono(0),
    heard: null,
    asked: null,
    spent: null,
    forked: false,
    acked: null,
    orderDue: mono(0),
    commands: [],
    refused: { count: 0, last: null, tellDue: mono(0) },
  };
}

export function step(state: SessionState, input: Input, now: Now, newestKey: string): Stepped {
  const turn: Turn = { state, now, newestKey, effects: [] };
  take(turn, input);
  plan(turn);
  return { state: turn.state, effects: turn.effects };
}

function take(turn: Turn, input: Input): void {
  switch (input.type) {
    case 'said':
      arrived(turn);
      said(turn, input.up, input.relay);
      return;
    case 'refused':
      refused(turn, input.reason);
      return;
    case 'stored':
      arrived(turn);
      eventsStored(turn, input);
      return;
    case 'unanchored':
      unanchored(turn, input.place);
      return;
    case 'not-stored':
      arrived(turn);
      eventsRefused(turn, input.why, input.detail);
      return;
    case 'state':
      link(turn, input.link);
      return;
    default:
      learnt(turn, input);
  }
}

type FromBox = 'said' | 'refused' | 'stored' | 'unanchored' | 'not-stored' | 'state';

/** What the relay learns of itself. */
function learnt(turn: Turn, input: Exclude<Input, { readonly type: FromBox }>): void {
  switch (input.type) {
    case 'dirty':
      patch(turn, { dirty: true });
      return;
    case 'sent':
      sent(turn, input);
      return;
    case 'not-sent':
      patch(turn, { reading: false, dirty: true, readDue: after(turn.now.mono, readAgainMs) });
      return;
    case 'checked':
      checked(turn, input.up);
      return;
    case 'differs':
      differs(turn, input);
      return;
    case 'commands':
      ordered(turn, input.pending);
      return;
    case 'unsayable':
      settle(turn, input.id, 'unsayable');
      return;
    case 'resumed':
      resumed(turn);
      return;
    case 'rotated':
      patch(turn, { keysDue: turn.now.mono });
      return;
    case 'tick':
      tick(turn);
      return;
    default:
      never(input);
  }
}

/** Another history with the same number, or a later one: one above it shows that at the box, which then asks for all of it. */
function differs(turn: Turn, { rev, newest }: Extract<Input, { type: 'differs' }>): void {
  if (newest > rev) patch(turn, { newest: Math.max(turn.state.newest, newest) });
  else if (rev < revisionMax) turn.effects.push({ type: 'raise', above: rev });
  else {
    const detail = `The box says that it has revision ${rev}, which nobody ever gave it.`;
    turn.effects.push({ type: 'problem', kind: 'message-rejected', detail });
  }
}

/** Any word that only this box can have made shows that it is there. */
function arrived(turn: Turn): void {
  patch(turn, { heard: turn.now.mono });
  if (turn.state.link !== 'up') link(turn, 'up');
}

function link(turn: Turn, now: 'up' | 'lost'): void {
  const { state } = turn;
  if (state.link === now || (now === 'lost' && state.link === 'never')) return;
  patch(turn, { link: now, heard: now === 'up' ? turn.now.mono : state.heard });
  turn.effects.push({ type: 'link', link: now });
}

function said(turn: Turn, up: Exclude<Up, { kind: 'events' }>, relay: string): void {
  switch (up.kind) {
    case 'hello':
    case 'receipt':
      heardWord(turn, up, relay);
      return;
    case 'result':
      settle(turn, up.id, up.done ? 'done' : (up.code ?? 'refused'));
      return;
    case 'unsupported':
      return;
    default:
      never(up);
  }
}

function settle(turn: Turn, id: string, outcome: string): void {
  patch(turn, { commands: turn.state.commands.filter(each => each.id !== id) });
  turn.effects.push({ type: 'outcome', id, outcome });
}

function refused(turn: Turn, reason: Refusal): void {
  const { refused: before, heard } = turn.state;
  patch(turn, { refused: { ...before, count: before.count + 1, last: reason } });
  const unknown = heard === null || turn.now.mono > after(heard, trustedMs);
  if (reason === 'unknown-key' && unknown && before.count === 0) {
    const detail = 'The box has pinned a key that this relay does not have: enrol it again.';
    turn.effects.push({ type: 'problem', kind: 're-enrol', detail });
  }
  tellRefused(turn);
}

function tellRefused(turn: Turn): void {
  const { refused: now } = turn.state;
  if (now.count > 0 && turn.now.mono >= now.tellDue) {
    const detail = `${now.count} refused, the last one: ${now.last ?? 'bad-message'}.`;
    turn.effects.push({ type: 'problem', kind: 'message-rejected', detail });
    patch(turn, { refused: { ...now, count: 0, tellDue: after(turn.now.mono, refusedTellMs) } });
  } else if (now.count === 0 && now.last !== null && turn.now.mono >= after(now.tellDue, quietMs)) {
    patch(turn, { refused: { ...now, last: null } });
    turn.effects.push({ type: 'solved', kind: 'message-rejected' });
  }
}

function sent(turn: Turn, input: Extract<Input, { type: 'sent' }>): void {
  const { state, now } = turn;
  const { from, to, count, digest, parts } = input;
  patch(turn, { reading: false, newest: Math.max(state.newest, to) });
  if (from !== null && to <= from) return;
  // The box was quicker than the broker.
  if (state.says.epoch === state.epoch && state.says.rev >= to) return;
  const due = after(now.mono, patience(state.tries, parts));
  patch(turn, { unproven: [...state.unproven, { from, to, count, digest, due }] });
}

function ordered(turn: Turn, pending: Extract<Input, { type: 'commands' }>['pending']): void {
  const known = new Set(turn.state.commands.map(({ id }) => id));
  const fresh = pending
    .filter(({ id }) => !known.has(id))
    .map(each => ({ ...each, due: turn.now.mono, tries: 0 }));
  const all = [...turn.state.commands, ...fresh];
  patch(turn, { commands: all.slice(0, commandsMax) });
  for (const { id } of all.slice(commandsMax))
    turn.effects.push({ type: 'outcome', id, outcome: 'too-many' });
}

/** Whatever was sent to us while we were away may be lost; so may what we have sent. */
function resumed(turn: Turn): void {
  patch(turn, { unproven: [], tries: 0, dirty: true, readDue: mono(0) });
  if (turn.state.link === 'up' && turn.state.pinned !== null) acknowledge(turn);
}

function tick(turn: Turn): void {
  const { state, now } = turn;
  const [first] = state.unproven;
  if (first !== undefined && state.link === 'up' && now.mono >= first.due)
    patch(turn, {
      unproven: [],
      tries: state.tries + 1,
      whole: state.unproven.some(({ from }) => from === null),
    });
  if (state.link === 'up' && (state.heard === null || now.mono >= after(state.heard, silenceMs))) {
    if (state.heard === null) patch(turn, { heard: now.mono });
    else link(turn, 'lost');
  }
  tellRefused(turn);
}
