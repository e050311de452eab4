/** Learns from a hello or a receipt what the box has. */
import { after, millis } from '../../../base/brand.ts';
import type { Hello, Receipt } from '../../../wire/up.ts';
import { order } from '../intake.ts';
import { type Draft, patch } from './input.ts';
import { acknowledge, compareJournals, raiseBoxEpoch, settleSpent, tell } from './journal.ts';
import { leadFrom } from './plan.ts';
import type { Revision } from './state.ts';
import { heardInstance, isFirstOfRun } from './twins.ts';

/** Words may overtake each other by so much, and a clock be set back by so much, without a word being an old one. */
const slackMs = millis(5_000);
/** A box that is behind with its events is told again where we are, if that was not said for so long. */
const ackAgainMs = millis(20_000);

type Word = Hello | Receipt;

export function heardWord(draft: Draft, word: Word, relay: string): void {
  const before = draft.state.told;
  const told = lastTold(draft);
  const old = word.at < told - slackMs;
  const late = old || word.boxEpoch < draft.state.boxEpoch;
  const proves = prove(draft, word);
  const firstOfRun = word.kind === 'hello' && isFirstOfRun(draft, word.instance);
  // Whoever says something under the newest key was led there, however old it is.
  if (!old || relay === draft.newestKey || draft.state.pinned === null) patch(draft, { pinned: relay });
  else if (relay !== draft.state.pinned) leadFrom(draft, relay);
  if (!late) {
    tell(draft, word.at);
    draft.effects.push({ type: 'solved', kind: 're-enrol' });
    // What was refused before this session, by another start of the relay or another enrolment, was cured since.
    if (draft.state.refused.last === null) draft.effects.push({ type: 'solved', kind: 'message-rejected' });
  }
  if (!old) goesBy(draft, word);
  if (word.kind === 'hello') greet(draft);
  if (!late || word.boxEpoch >= draft.state.boxEpoch) raiseBoxEpoch(draft, word.boxEpoch);
  const { known } = draft.state;
  learn(draft, word, { late, proves, before, firstOfRun });
  if (!late) noteSpent(draft, word);
  if (!late || draft.state.known !== known) draft.effects.push({ type: 'heard', up: word });
  if (word.kind === 'hello' || isWaiting(draft, word)) acknowledge(draft);
  compareJournals(draft, word, told);
  resendAsked(draft, word);
  ask(draft, word);
}

/** By which authorities it knows the broker, and which run of the box it is. */
function goesBy(draft: Draft, word: Word): void {
  const { authorities = null } = word;
  patch(draft, { authorities });
  if (authorities !== null && authorities === draft.authorities)
    draft.effects.push({ type: 'solved', kind: 'authorities-untold' });
  if (word.kind !== 'hello') return;
  patch(draft, { signsState: word.signsState ?? false });
  heardInstance(draft, word.instance);
}

/** Where that lies in the future, our own clock was wrong then, and says nothing about what is old. */
const lastTold = ({ state, now }: Draft): number =>
  state.told <= after(now.wall, slackMs) ? state.told : now.wall - slackMs;

/**
 * It has events for us and does not send them: what told it where we are was lost, or was never said, since the box was
 * connected before this session began.
 */
function isWaiting({ state, now }: Draft, { boxEpoch, seq }: Word): boolean {
  if (order({ epoch: boxEpoch, seq }, state.stand) <= 0) return false;
  return state.acked === null || now.mono >= after(state.acked.at, ackAgainMs);
}

/** A new connection: what was under way before it may be lost. */
const greet = (draft: Draft): void => patch(draft, { unproven: [], tries: 0, whole: false, acked: null });

/** Takes off what this word answers. False where nothing that was sent has led there, or to another set. */
function prove(draft: Draft, word: Word): boolean {
  const { unproven, epoch } = draft.state;
  if (word.epoch !== epoch) return false;
  const sent = unproven.find(({ to }) => to === word.rev);
  const rest = unproven.filter(({ to }) => to > word.rev);
  if (rest.length < unproven.length) patch(draft, { unproven: rest, tries: 0 });
  return sent !== undefined && sent.digest === word.digest && sent.count === word.count;
}

interface Standing {
  readonly late: boolean;
  readonly proves: boolean;
  readonly before: number;
  readonly firstOfRun: boolean;
}

function learn(draft: Draft, word: Word, { late, proves, before, firstOfRun }: Standing): void {
  const { state } = draft;
  const says: Revision = { epoch: word.epoch, rev: word.rev };
  patch(draft, { says: { ...says, digest: word.digest } });
  if (word.epoch > state.epoch) {
    const detail = `The box has a set of relay epoch ${word.epoch}, this relay is at ${state.epoch}: it was restored without a new epoch.`;
    draft.effects.push({ type: 'problem', kind: 'relay-epoch-behind', detail });
    return;
  }
  const { known } = state;
  const up = word.epoch > known.epoch || (word.epoch === known.epoch && word.rev >= known.rev);
  const news = up && word.epoch === state.epoch && (word.epoch > known.epoch || word.rev > known.rev);
  // A number alone proves nothing: this may be the set of another history, or of another box.
  if (news && !proves) {
    if (!late) draft.effects.push({ type: 'check', up: word });
    return;
  }
  // A box that lost its database may have lost its time and its epoch with it, so that its word looks old: no code is shown that
  // it may not have. Were it an old word after all, the box says what it has as soon as it is sent what that word lacks.
  const falls = firstOfRun || (!late && word.at > before);
  if (up ? !late || proves : falls) patch(draft, { known: says });
}

/** Only of the set of this epoch: another one's revisions say nothing about ours. */
function noteSpent(draft: Draft, { epoch, rev, boxEpoch, seq, head, spent: ids = [] }: Word): void {
  const spent = { ids, rev, after: { epoch: boxEpoch, seq, head } };
  patch(draft, { spent: ids.length > 0 && epoch === draft.state.epoch ? spent : null });
  settleSpent(draft);
}

/** The box asks for a snapshot or a delta, which is sent unless it is on its way from just there already. */
function resendAsked(draft: Draft, word: Word): void {
  const { unproven } = draft.state;
  if (word.wants === 'snapshot') {
    if (!unproven.some(({ from }) => from === null)) patch(draft, { whole: true, unproven: [] });
  } else if (word.kind === 'receipt' && word.wants === 'delta') {
    if (!unproven.some(({ from }) => from === word.rev)) patch(draft, { unproven: [] });
  }
}

/** The set that this word told of is the relay's; unless the box has said something else since. */
export function checked(draft: Draft, word: Word): void {
  const { says, known, boxEpoch } = draft.state;
  const { epoch, rev, digest } = word;
  if (says.epoch !== epoch || says.rev !== rev || says.digest !== digest || word.boxEpoch < boxEpoch) return;
  if (epoch < known.epoch || (epoch === known.epoch && rev <= known.rev)) return;
  patch(draft, { known: { epoch, rev } });
  draft.effects.push({ type: 'heard', up: word });
}

function ask(draft: Draft, { challenge }: Word): void {
  if (challenge !== null) patch(draft, { asked: { challenge, at: draft.now.mono, answered: false } });
}
