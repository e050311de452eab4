/** What a session answers to events, and when it orders a new epoch of the journal. */
import { never } from '../../../base/assert.ts';
import { after, millis, seconds, wall } from '../../../base/brand.ts';
import { order, type Place } from '../intake.ts';
import { type Input, patch, type Turn } from './input.ts';

/** One acknowledgement answers all batches that came too early in this time. */
const sameAckMs = millis(500);
/** The clock of a box that has its time from us is not further ahead of ours than this. */
const aheadMs = seconds(60);
/** A box that was ordered a new epoch has so long to begin it. */
const orderAgainMs = seconds(30);

/** Which instant a box has told when it says that it is `at`: no lie about the future. */
export const toldBy = (at: number, now: number): number => (at > now + aheadMs ? now : at);

/** The latest instant that the box has told. */
export function tell(turn: Turn, at: number): void {
  const told = Math.max(turn.state.told, toldBy(at, turn.now.wall));
  if (told !== turn.state.told) patch(turn, { told: wall(told) });
}

export function raiseBoxEpoch(turn: Turn, boxEpoch: number): void {
  if (boxEpoch <= turn.state.boxEpoch) return;
  patch(turn, { boxEpoch });
  turn.effects.push({ type: 're-put', boxEpoch });
}

/**
 * All events that the box will ever have for us up to its word are stored: a code that it holds for used, and we for fresh,
 * was used in a branch of its journal that was refused.
 */
export function settleSpent(turn: Turn): void {
  const { spent, stand } = turn.state;
  if (spent === null || spent.after.seq !== stand.seq || spent.after.head !== stand.head) return;
  patch(turn, { spent: null });
  turn.effects.push({ type: 'spent', ids: spent.ids, rev: spent.rev });
}

/** The next event that is wanted. After a fork: the first of the epoch that follows it. */
const wanted = ({ state }: Turn): Place =>
  state.forked && state.boxEpoch > state.stand.epoch ? { epoch: state.boxEpoch, seq: 0 } : state.stand;

export function acknowledge(turn: Turn): void {
  const { epoch, seq } = wanted(turn);
  patch(turn, { acked: { place: { epoch, seq }, at: turn.now.mono } });
  turn.effects.push({ type: 'send', message: { kind: 'ack', boxEpoch: epoch, seq } });
}

function acknowledgeOnce(turn: Turn): void {
  const { acked } = turn.state;
  const place = wanted(turn);
  const said = acked !== null && order(acked.place, place) === 0 && acked.place.epoch === place.epoch;
  if (!said || turn.now.mono >= after(acked.at, sameAckMs)) acknowledge(turn);
}

export function eventsStored(turn: Turn, input: Extract<Input, { type: 'stored' }>): void {
  const { stand, lost } = input;
  const forked = turn.state.forked && stand.epoch <= turn.state.stand.epoch;
  patch(turn, { stand, forked });
  tell(turn, input.at);
  raiseBoxEpoch(turn, stand.epoch);
  settleSpent(turn);
  if (lost !== null) {
    const detail = `The box has lost its events ${lost.from} to ${lost.to} before they were sent.`;
    turn.effects.push({ type: 'problem', kind: 'journal-lost', detail });
  }
  acknowledge(turn);
}

export function unanchored(turn: Turn, { epoch, seq }: Place): void {
  const detail = `Event ${seq} of epoch ${epoch} follows one that the relay does not have: this box, or a copy of it, has run elsewhere.`;
  turn.effects.push({ type: 'problem', kind: 'journal-fork', detail });
}

export function eventsRefused(turn: Turn, why: 'gap' | 'known' | 'fork' | 'forged', detail: string): void {
  switch (why) {
    case 'gap':
    case 'known':
      acknowledgeOnce(turn);
      return;
    case 'forged':
      turn.effects.push({ type: 'problem', kind: 'journal-forged', detail });
      return;
    case 'fork':
      fork(turn, detail);
      return;
    default:
      never(why);
  }
}

/** The rest of this epoch is refused for good. So that events go on, the box is to begin another. */
function fork(turn: Turn, detail: string): void {
  if (!turn.state.forked) turn.effects.push({ type: 'problem', kind: 'journal-fork', detail });
  patch(turn, { forked: true });
  if (turn.state.boxEpoch > turn.state.stand.epoch) acknowledgeOnce(turn);
  else orderEpoch(turn, 'its journal forked');
}

function orderEpoch(turn: Turn, why: string): void {
  const { state, now } = turn;
  if (now.mono < state.orderDue) return;
  patch(turn, { orderDue: after(now.mono, orderAgainMs) });
  const above = Math.max(state.boxEpoch, state.stand.epoch);
  const { epoch: boxEpoch, seq, head } = state.stand;
  const has = { boxEpoch, seq, head };
  turn.effects.push({ type: 'send', message: { kind: 'new-epoch', above, why, has } });
}

export interface Journal {
  readonly boxEpoch: number;
  readonly seq: number;
  readonly head: string;
  readonly at: number;
}

/**
 * A box whose numbers lie behind what is stored has come back from a copy. An old word that somebody held back looks alike,
 * and what is old cannot always be told where clocks were set: so the order says what we have, and only the box knows.
 */
export function compareJournals(turn: Turn, says: Journal, before: number): void {
  const { stand } = turn.state;
  if (says.at <= before) return;
  const place: Place = { epoch: says.boxEpoch, seq: says.seq };
  const relation = order(place, stand);
  if (relation < 0 || (relation === 0 && stand.seq > 0 && says.head !== stand.head))
    orderEpoch(turn, `it is at event ${says.seq} of epoch ${says.boxEpoch}`);
}
