/** Answers events of a box, and orders a new epoch of its journal. */
import { never } from '../../../base/assert.ts';
import { after, millis, seconds, wall } from '../../../base/brand.ts';
import { order, type Place } from '../intake.ts';
import { type Draft, type Input, patch } from './input.ts';
import { signOfTwins } from './twins.ts';

/** One acknowledgement answers all batches that came too early in this time. */
const sameAckMs = millis(500);
/** The clock of a box that has its time from us is not further ahead of ours than this. */
const aheadMs = seconds(60);
/** A box that was ordered a new epoch has so long to begin it. */
const orderAgainMs = seconds(30);

/** Which instant a box has told when it says that it is `at`: no lie about the future. */
export const toldBy = (at: number, now: number): number => (at > now + aheadMs ? now : at);

/** The latest instant that the box has told. */
export function tell(draft: Draft, at: number): void {
  const told = Math.max(draft.state.told, toldBy(at, draft.now.wall));
  if (told !== draft.state.told) patch(draft, { told: wall(told) });
}

export function raiseBoxEpoch(draft: Draft, boxEpoch: number): void {
  if (boxEpoch <= draft.state.boxEpoch) return;
  patch(draft, { boxEpoch });
  draft.effects.push({ type: 'resend-all', boxEpoch });
}

/**
 * All events that the box will ever have for us up to its word are stored: a code that it holds for used, and we for fresh,
 * was used in a branch of its journal that was refused.
 */
export function settleSpent(draft: Draft): void {
  const { spent, stand } = draft.state;
  if (spent === null || stand.seq < spent.after.seq) return;
  // What came after that word takes nothing back: a code that was sent anew since has a later revision.
  if (stand.seq === spent.after.seq && stand.head !== spent.after.head) return;
  patch(draft, { spent: null });
  draft.effects.push({ type: 'spent', ids: spent.ids, rev: spent.rev });
}

/** The next event that is wanted. After a fork: the first of the epoch that follows it. */
const wanted = ({ state }: Draft): Place =>
  state.forked && state.boxEpoch > state.stand.epoch ? { epoch: state.boxEpoch, seq: 0 } : state.stand;

export function acknowledge(draft: Draft): void {
  const { epoch, seq } = wanted(draft);
  patch(draft, { acked: { place: { epoch, seq }, at: draft.now.mono } });
  draft.effects.push({ type: 'send', message: { kind: 'ack', boxEpoch: epoch, seq } });
}

function acknowledgeOnce(draft: Draft): void {
  const { acked } = draft.state;
  const place = wanted(draft);
  const said = acked !== null && order(acked.place, place) === 0 && acked.place.epoch === place.epoch;
  if (!said || draft.now.mono >= after(acked.at, sameAckMs)) acknowledge(draft);
}

export function eventsStored(draft: Draft, input: Extract<Input, { type: 'stored' }>): void {
  const { stand, lost } = input;
  const forked = draft.state.forked && stand.epoch <= draft.state.stand.epoch;
  patch(draft, { stand, forked });
  tell(draft, input.at);
  raiseBoxEpoch(draft, stand.epoch);
  settleSpent(draft);
  if (lost !== null) {
    const detail = `The box has lost its events ${lost.from} to ${lost.to} before they were sent.`;
    draft.effects.push({ type: 'problem', kind: 'journal-lost', detail });
  }
  acknowledge(draft);
}

export function unanchored(draft: Draft, { epoch, seq }: Place): void {
  const detail = `Event ${seq} of epoch ${epoch} follows one that the relay does not have: this box, or a copy of it, has run elsewhere.`;
  draft.effects.push({ type: 'problem', kind: 'journal-fork', detail });
}

export function eventsRefused(draft: Draft, why: 'gap' | 'known' | 'fork' | 'forged', detail: string): void {
  switch (why) {
    case 'gap':
    case 'known':
      acknowledgeOnce(draft);
      return;
    case 'forged':
      draft.effects.push({ type: 'problem', kind: 'journal-forged', detail });
      return;
    case 'fork':
      fork(draft, detail);
      return;
    default:
      never(why);
  }
}

/** The rest of this epoch is refused for good. So that events go on, the box is to begin another. */
function fork(draft: Draft, detail: string): void {
  if (!draft.state.forked) draft.effects.push({ type: 'problem', kind: 'journal-fork', detail });
  patch(draft, { forked: true });
  if (draft.state.boxEpoch > draft.state.stand.epoch) acknowledgeOnce(draft);
  else orderEpoch(draft, 'its journal forked');
}

function orderEpoch(draft: Draft, why: string): void {
  const { state, now } = draft;
  if (now.mono < state.orderDue) return;
  patch(draft, { orderDue: after(now.mono, orderAgainMs) });
  const above = Math.max(state.boxEpoch, state.stand.epoch);
  // It has begun the one that was ordered before, and is behind again.
  if (state.ordered > 0 && above > state.ordered) signOfTwins(draft);
  patch(draft, { ordered: above });
  const { epoch: boxEpoch, seq, head } = state.stand;
  const has = { boxEpoch, seq, head };
  draft.effects.push({ type: 'send', message: { kind: 'new-epoch', above, why, has } });
}

interface Journal {
  readonly boxEpoch: number;
  readonly seq: number;
  readonly head: string;
  readonly at: number;
}

/**
 * A box whose numbers lie behind what is stored, or that goes on in an epoch before one that it had begun, has come back from a
 * copy. An old word that somebody held back looks alike,
 * and what is old cannot always be told where clocks were set: so the order says what we have, and only the box knows.
 */
export function compareJournals(draft: Draft, says: Journal, before: number): void {
  const { stand } = draft.state;
  if (says.at <= before) return;
  const place: Place = { epoch: says.boxEpoch, seq: says.seq };
  const relation = order(place, stand);
  const earlier = says.boxEpoch < draft.state.boxEpoch;
  if (earlier || relation < 0 || (relation === 0 && stand.seq > 0 && says.head !== stand.head))
    orderEpoch(draft, `it is at event ${says.seq} of epoch ${says.boxEpoch}`);
}
