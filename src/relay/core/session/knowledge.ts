/** What a hello or a receipt tells. */
import { after, millis } from '../../../base/brand.ts';
import type { Hello, Receipt } from '../../../wire/up.ts';
import { order } from '../intake.ts';
import { patch, type Turn } from './input.ts';
import { acknowledge, compareJournals, raiseBoxEpoch, settleSpent, tell } from './journal.ts';
import { leadFrom } from './plan.ts';
import type { Revision } from './state.ts';

/** Words may overtake each other by so much, and a clock be set back by so much, without a word being an old one. */
const slackMs = millis(5_000);
/** A box that is behind with its events is told again where we are, if that was not said for so long. */
const ackAgainMs = millis(20_000);

type Word = Hello | Receipt;

export function heardWord(turn: Turn, word: Word, relay: string): void {
  const before = turn.state.told;
  const told = lastTold(turn);
  const old = word.at < told - slackMs;
  const late = old || word.boxEpoch < turn.state.boxEpoch;
  const proves = prove(turn, word);
  // Whoever says something under the newest key was led there, however old it is.
  if (!old || relay === turn.newestKey || turn.state.pinned === null) patch(turn, { pinned: relay });
  else if (relay !== turn.state.pinned) leadFrom(turn, relay);
  if (!late) {
    tell(turn, word.at);
    turn.effects.push({ type: 'solved', kind: 're-enrol' });
  }
  if (word.kind === 'hello') greet(turn);
  if (!late || word.boxEpoch >= turn.state.boxEpoch) raiseBoxEpoch(turn, word.boxEpoch);
  const { known } = turn.state;
  learn(turn, word, { late, proves, before });
  if (!late) noteSpent(turn, word);
  if (!late || turn.state.known !== known) turn.effects.push({ type: 'heard', up: word });
  if (word.kind === 'hello' || isWaiting(turn, word)) acknowledge(turn);
  compareJournals(turn, word, told);
  wish(turn, word);
  ask(turn, word);
}

/** Where that lies in the future, our own clock was wrong then, and says nothing about what is old. */
const lastTold = ({ state, now }: Turn): number =>
  state.told <= after(now.wall, slackMs) ? state.told : now.wall - slackMs;

/**
 * It has events for us and does not send them: what told it where we are was lost, or was never said, since the box was
 * connected before this session began.
 */
function isWaiting({ state, now }: Turn, { boxEpoch, seq }: Word): boolean {
  if (order({ epoch: boxEpoch, seq }, state.stand) <= 0) return false;
  return state.acked === null || now.mono >= after(state.acked.at, ackAgainMs);
}

/** A new connection: what was under way before it may be lost. */
const greet = (turn: Turn): void => patch(turn, { unproven: [], tries: 0, whole: false, acked: null });

/** Takes off what this word answers. False where nothing that was sent has led there, or to another set. */
function prove(turn: Turn, word: Word): boolean {
  const { unproven, epoch } = turn.state;
  if (word.epoch !== epoch) return false;
  const sent = unproven.find(({ to }) => to === word.rev);
  const rest = unproven.filter(({ to }) => to > word.rev);
  if (rest.length < unproven.length) patch(turn, { unproven: rest, tries: 0 });
  return sent !== undefined && sent.digest === word.digest && sent.count === word.count;
}

interface Standing {
  readonly late: boolean;
  readonly proves: boolean;
  readonly before: number;
}

function learn(turn: Turn, word: Word, { late, proves, before }: Standing): void {
  const { state } = turn;
  const says: Revision = { epoch: word.epoch, rev: word.rev };
  patch(turn, { says: { ...says, digest: word.digest } });
  if (word.epoch > state.epoch) {
    const detail = `The box has a set of relay epoch ${word.epoch}, this relay is at ${state.epoch}: it was restored without a new epoch.`;
    turn.effects.push({ type: 'problem', kind: 'relay-epoch-behind', detail });
    return;
  }
  const { known } = state;
  const up = word.epoch > known.epoch || (word.epoch === known.epoch && word.rev >= known.rev);
  const news = up && word.epoch === state.epoch && (word.epoch > known.epoch || word.rev > known.rev);
  // A number alone proves nothing: this may be the set of another history, or of another box.
  if (news && !proves) {
    if (!late) turn.effects.push({ type: 'check', up: word });
    return;
  }
  if (up ? !late || proves : !late && word.at > before) patch(turn, { known: says });
}

/** Only of the set of this epoch: another one's revisions say nothing about ours. */
function noteSpent(turn: Turn, { epoch, rev, boxEpoch, seq, head, spent: ids = [] }: Word): void {
  const spent = { ids, rev, after: { epoch: boxEpoch, seq, head } };
  patch(turn, { spent: ids.length > 0 && epoch === turn.state.epoch ? spent : null });
  settleSpent(turn);
}

/** What the box asks for. What is on its way from just there already is not sent again. */
function wish(turn: Turn, word: Word): void {
  const { unproven } = turn.state;
  if (word.wants === 'snapshot') {
    if (!unproven.some(({ from }) => from === null)) patch(turn, { whole: true, unproven: [] });
  } else if (word.kind === 'receipt' && word.wants === 'delta') {
    if (!unproven.some(({ from }) => from === word.rev)) patch(turn, { unproven: [] });
  }
}

/** The set that this word told of is the relay's; unless the box has said something else since. */
export function checked(turn: Turn, word: Word): void {
  const { says, known, boxEpoch } = turn.state;
  const { epoch, rev, digest } = word;
  if (says.epoch !== epoch || says.rev !== rev || says.digest !== digest || word.boxEpoch < boxEpoch) return;
  if (epoch < known.epoch || (epoch === known.epoch && rev <= known.rev)) return;
  patch(turn, { known: { epoch, rev } });
  turn.effects.push({ type: 'heard', up: word });
}

function ask(turn: Turn, { challenge }: Word): void {
  if (challenge !== null) patch(turn, { asked: { challenge, at: turn.now.mono, answered: false } });
}
