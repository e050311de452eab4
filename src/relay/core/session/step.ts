/**
 * The relay's side of the talk with one box: what it knows, and what it hears, give what it knows then and what is to be sent
 * and kept. Nothing else decides; nothing here knows a clock, a socket or a table.
 */
import { never } from '../../../base/assert.ts';
import { after, minutes, mono, seconds, type WallMs } from '../../../base/brand.ts';
import type { Up } from '../../../wire/up.ts';
import type { Stand } from '../intake.ts';
import { type Draft, type Input, type Now, patch, type Stepped } from './input.ts';
import { acknowledge, eventsRefused, eventsStored, unanchored } from './journal.ts';
import { checked, heardWord } from './knowledge.ts';
import { patience, plan, quietMs, silenceMs } from './plan.ts';
import { commandsMax, type Link, type Refusal, type Revision, type SessionState } from './state.ts';
import { calmTwins } from './twins.ts';

/** A set that could not be read or sent is tried again after this. */
const readAgainMs = seconds(2);
/** A box that claims a later one lies: the numbers of this one must last for the next that takes its place. */
const revisionMax = 2 ** 50;
const refusedTellMs = minutes(1);
/** A box that was heard within this is under keys that the relay knows, whatever else is said in its name. */
const trustedMs = minutes(20);
const foreignAgainMs = seconds(30);

/** The facts about a box that the database holds. */
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
    proven: null,
    foreignDue: mono(0),
    authorities: null,
    authoritiesDue: null,
    instances: [],
    signsState: null,
    newRun: null,
    twins: { signs: [], told: false },
    ordered: 0,
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

/** The facts about the relay itself that a session goes by. */
interface Ours {
  /** Id of the newest key. */
  readonly key: string;
  /** Digest of the authorities that boxes are told; null: none are told yet. */
  readonly authorities: string | null;
}

export function step(state: SessionState, input: Input, now: Now, ours: Ours): Stepped {
  const draft: Draft = { state, now, newestKey: ours.key, authorities: ours.authorities, effects: [] };
  dispatch(draft, input);
  plan(draft);
  return { state: draft.state, effects: draft.effects };
}

type Of<T extends Input['type']> = Extract<Input, { readonly type: T }>;
type Handlers = { readonly [Type in Input['type']]: (draft: Draft, input: Of<Type>) => void };

const handlers: Handlers = {
  // These come from the box.
  said: (draft, { up, relay }) => {
    arrived(draft);
    said(draft, up, relay);
  },
  refused: (draft, { reason }) => refused(draft, reason),
  stored: (draft, input) => {
    arrived(draft);
    eventsStored(draft, input);
  },
  unanchored: (draft, { place }) => unanchored(draft, place),
  'not-stored': (draft, { why, detail }) => {
    arrived(draft);
    eventsRefused(draft, why, detail);
  },
  'over-budget': (draft, { is }) => overBudget(draft, is),
  state: (draft, input) => link(draft, input.link),
  // These the relay learns of itself.
  dirty: draft => patch(draft, { dirty: true }),
  sent,
  'not-sent': draft =>
    patch(draft, { reading: false, dirty: true, readDue: after(draft.now.mono, readAgainMs) }),
  checked: (draft, { up }) => checked(draft, up),
  differs,
  commands: (draft, { pending }) => ordered(draft, pending),
  unsayable: (draft, { id }) => {
    forgetCommand(draft, id);
    draft.effects.push({ type: 'outcome', id, outcome: 'unsayable' });
  },
  resumed,
  rotated: draft => patch(draft, { keysDue: draft.now.mono }),
  'authorities-changed': draft => patch(draft, { authoritiesDue: draft.now.mono }),
  tick,
};

function dispatch<Type extends Input['type']>(draft: Draft, input: Of<Type>): void {
  const type: Type = input.type;
  handlers[type](draft, input);
}

/** Another history with the same number, or a later one: one above it shows that at the box, which then asks for all of it. */
function differs(draft: Draft, { rev, newest }: Of<'differs'>): void {
  if (newest > rev) patch(draft, { newest: Math.max(draft.state.newest, newest) });
  else if (rev < revisionMax) draft.effects.push({ type: 'raise', above: rev });
  else {
    const detail = `The box says that it has revision ${rev}, which nobody ever gave it.`;
    draft.effects.push({ type: 'problem', kind: 'message-rejected', detail });
  }
}

/** Any word that only this box can have made shows that it is there. */
function arrived(draft: Draft): void {
  patch(draft, { heard: draft.now.mono, proven: draft.now.mono });
  if (draft.state.link !== 'up') link(draft, 'up');
}

function link(draft: Draft, now: 'up' | 'lost'): void {
  const { state } = draft;
  if (state.link === now || (now === 'lost' && state.link === 'never')) return;
  patch(draft, { link: now, heard: now === 'up' ? draft.now.mono : state.heard });
  draft.effects.push({ type: 'link', link: now });
}

function overBudget(draft: Draft, is: boolean): void {
  const kind = 'box-floods';
  if (is)
    draft.effects.push({
      ...{ type: 'problem', kind },
      detail: 'The box has written more events than one stores in a day; the rest is taken slowly.',
    });
  else draft.effects.push({ type: 'solved', kind });
}

function said(draft: Draft, up: Exclude<Up, { kind: 'events' }>, relay: string): void {
  switch (up.kind) {
    case 'hello':
    case 'receipt':
      heardWord(draft, up, relay);
      return;
    case 'result':
      forgetCommand(draft, up.id);
      draft.effects.push({
        ...{ type: 'outcome', id: up.id, answered: true },
        outcome: up.done ? 'done' : (up.code ?? 'refused'),
      });
      return;
    case 'unsupported':
      return;
    default:
      never(up);
  }
}

function forgetCommand(draft: Draft, id: string): void {
  patch(draft, { commands: draft.state.commands.filter(each => each.id !== id) });
}

const otherSigner =
  'The box signs with another key than the one it was enrolled with, so that nothing it says is believed: its signing key was lost. Put signing.key back there from a backup, or enrol it again.';

function refused(draft: Draft, reason: Refusal): void {
  const { refused: before } = draft.state;
  patch(draft, { refused: { ...before, count: before.count + 1, last: reason } });
  if (reason === 'unknown-key') foreignKey(draft);
  // It came sealed by the box's own key, so that it is the box, or somebody who has its credentials.
  if (reason === 'bad-signature' && before.count === 0)
    draft.effects.push({ type: 'problem', kind: 're-enrol', detail: otherSigner });
  tellRefused(draft);
}

/**
 * It speaks to a key that this relay does not have, as after a backup from before that key was put back. It is answered, under
 * the key of ours, so that it knows why nobody hears it. The retained state says nothing here: it is signed by nobody.
 */
function foreignKey(draft: Draft): void {
  const { proven, foreignDue } = draft.state;
  const isKnown = proven !== null && draft.now.mono <= after(proven, trustedMs);
  if (isKnown || draft.now.mono < foreignDue) return;
  patch(draft, { foreignDue: after(draft.now.mono, foreignAgainMs) });
  const detail =
    'The box believes a key that this relay does not have, as after a restore of a backup from before “key rotate”. Nothing reaches it until a later backup is restored or the box is enrolled again.';
  draft.effects.push({ type: 'problem', kind: 're-enrol', detail });
  draft.effects.push({ type: 'send', message: { kind: 'unsupported', of: 'the relay key' } });
}

function tellRefused(draft: Draft): void {
  const { refused: now } = draft.state;
  if (now.count > 0 && draft.now.mono >= now.tellDue) {
    const detail = `${now.count} refused, the last one: ${now.last ?? 'bad-message'}.`;
    draft.effects.push({ type: 'problem', kind: 'message-rejected', detail });
    patch(draft, { refused: { ...now, count: 0, tellDue: after(draft.now.mono, refusedTellMs) } });
  } else if (now.count === 0 && now.last !== null && draft.now.mono >= after(now.tellDue, quietMs)) {
    patch(draft, { refused: { ...now, last: null } });
    draft.effects.push({ type: 'solved', kind: 'message-rejected' });
  }
}

function sent(draft: Draft, input: Of<'sent'>): void {
  const { state, now } = draft;
  const { from, to, count, digest, parts } = input;
  patch(draft, { reading: false, newest: Math.max(state.newest, to) });
  if (from !== null && to <= from) return;
  // The box was quicker than the broker.
  if (state.says.epoch === state.epoch && state.says.rev >= to) return;
  const due = after(now.mono, patience(state.tries, parts));
  patch(draft, { unproven: [...state.unproven, { from, to, count, digest, due }] });
}

function ordered(draft: Draft, pending: Of<'commands'>['pending']): void {
  const known = new Set(draft.state.commands.map(({ id }) => id));
  const fresh = pending
    .filter(({ id }) => !known.has(id))
    .map(each => ({ ...each, due: draft.now.mono, tries: 0 }));
  const all = [...draft.state.commands, ...fresh];
  patch(draft, { commands: all.slice(0, commandsMax) });
  for (const { id } of all.slice(commandsMax))
    draft.effects.push({ type: 'outcome', id, outcome: 'too-many' });
}

/** Whatever was sent to us while we were away may be lost; so may what we have sent. */
function resumed(draft: Draft): void {
  patch(draft, { unproven: [], tries: 0, dirty: true, readDue: mono(0) });
  if (draft.state.link === 'up' && draft.state.pinned !== null) acknowledge(draft);
}

function tick(draft: Draft): void {
  const { state, now } = draft;
  const [first] = state.unproven;
  if (first !== undefined && state.link === 'up' && now.mono >= first.due)
    patch(draft, {
      unproven: [],
      tries: state.tries + 1,
      whole: state.unproven.some(({ from }) => from === null),
    });
  if (state.link === 'up' && (state.heard === null || now.mono >= after(state.heard, silenceMs))) {
    if (state.heard === null) patch(draft, { heard: now.mono });
    else link(draft, 'lost');
  }
  tellRefused(draft);
  calmTwins(draft);
}
