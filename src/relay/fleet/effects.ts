/** What a session has decided, done. */
import * as v from 'valibot';
import { never } from '../../base/assert.ts';
import { reasonOf } from '../../base/fault.ts';
import { order } from '../../wire/down.ts';
import type { Hello, Receipt } from '../../wire/up.ts';
import type { Effect } from '../core/session/input.ts';
import type { BoxSet } from '../domain/box-set.ts';
import type { Owner } from './notes.ts';
import { speak } from './speaker.ts';
import type { Talk } from './talk.ts';
import { deltaOf, snapshotOf, type UpdateHead } from './updates.ts';

type Of<T extends Effect['type']> = Extract<Effect, { readonly type: T }>;

const ownerOf = ({ box }: Talk): Owner => ({ account: box.account, box: box.id });

export function perform(talk: Talk, effect: Effect): void {
  const { desk, box } = talk;
  const now = desk.time.wall();
  switch (effect.type) {
    case 'send':
      if (effect.message.kind === 'ack') talk.acknowledge(effect.message);
      else talk.say(effect.message);
      return;
    case 'update':
      void update(talk, effect.from);
      return;
    case 'vouch':
      void vouch(talk, effect);
      return;
    case 'check':
      void check(talk, effect.up);
      return;
    case 'keys':
      leadOn(talk, effect.from);
      return;
    case 'command':
      command(talk, effect);
      return;
    case 'outcome':
      talk.commands.delete(effect.id);
      desk.notes.push({ kind: 'outcome', now, box: box.id, id: effect.id, outcome: effect.outcome });
      return;
    case 'heard':
      keepWord(talk, effect);
      return;
    default:
      keep(talk, effect);
  }
}

/** What only is to be written down. */
function keep(talk: Talk, effect: Of<'link' | 're-put' | 'spent' | 'raise' | 'problem' | 'solved'>): void {
  const { desk, box } = talk;
  const now = desk.time.wall();
  const owner = ownerOf(talk);
  switch (effect.type) {
    case 'link':
      desk.notes.push({ kind: 'link', now, row: { box: box.id, link: effect.link, now } });
      return;
    case 're-put':
      desk.notes.push({ kind: 're-put', now, owner, boxEpoch: effect.boxEpoch });
      return;
    case 'spent':
      desk.notes.push({ kind: 'spent', now, owner, ids: effect.ids, rev: effect.rev });
      return;
    case 'raise':
      desk.notes.push({
        ...{ kind: 'raise', now, box: box.id, above: effect.above },
        kept: () => talk.take({ type: 'dirty' }),
      });
      return;
    case 'problem':
      talk.solved.delete(effect.kind);
      desk.notes.push({
        kind: 'problem',
        now,
        owner,
        problem: effect.kind,
        detail: effect.detail,
      });
      return;
    case 'solved':
      if (talk.solved.has(effect.kind)) return;
      talk.solved.add(effect.kind);
      desk.notes.push({ kind: 'solved', now, owner, problem: effect.kind });
      return;
    default:
      never(effect);
  }
}

function keepWord(talk: Talk, { up }: Of<'heard'>): void {
  const { box, desk, state, lastWord } = talk;
  if (lastWord === null) return;
  const now = desk.time.wall();
  const knownRev = state.known.rev;
  const hello = up.kind === 'hello';
  const row = {
    box: box.id,
    enrolment: box.enrolments,
    knownEpoch: state.known.epoch,
    knownRev,
    markedRev: state.known.epoch === desk.epoch ? talk.markedRev : knownRev,
    receipt: JSON.stringify(lastWord),
    clock: up.clock,
    challenge: up.challenge,
    pinned: state.pinned ?? lastWord.relay,
    label: hello ? up.label : null,
    program: hello ? up.program : null,
    toldAt: state.told,
    settles: state.known.epoch === desk.epoch,
    now,
  };
  const kept = (): void => {
    if (row.knownEpoch === desk.epoch) talk.markedRev = Math.max(talk.markedRev, knownRev);
  };
  const { lastKept } = talk;
  const like = lastKept?.pinned === row.pinned && lastKept.clock === row.clock;
  talk.lastKept = row;
  const news = hello || row.knownRev !== row.markedRev || !like;
  desk.notes.push({ kind: 'word', now, row, hello, news, kept });
}

/** Null: it is another box's by now, and nothing of it is for this one. */
async function setSince({ box, desk }: Talk, since: number): Promise<BoxSet | null> {
  const set = await desk.meaning.readSet(box.id, since);
  if (set.enrolments === box.enrolments) return set;
  desk.replaced(box.id);
  return null;
}

/** Reads the set and sends what the box lacks. */
async function update(talk: Talk, from: number | null): Promise<void> {
  const { box, desk } = talk;
  try {
    if (from === null) await desk.inTurn(() => sendWhole(talk));
    else await sendSince(talk, from);
  } catch (error) {
    desk.log.warn({ box: box.id, reason: reasonOf(error) }, 'changes could not be sent');
    talk.take({ type: 'not-sent' });
  }
}

const headOf = ({ desk }: Talk): UpdateHead => ({
  epoch: desk.epoch,
  at: desk.time.wall(),
  id: Buffer.from(desk.random(12)).toString('hex'),
});

async function sendSince(talk: Talk, from: number): Promise<void> {
  const { desk } = talk;
  const set = await setSince(talk, from);
  if (set === null) return;
  const { rev: to, count, digest } = set;
  if (to > from) {
    const delta = deltaOf(set, from, headOf(talk));
    if (delta === null) return desk.inTurn(() => sendWhole(talk));
    desk.counted('deltas');
    talk.unmarkedRev = to;
    talk.say(delta);
  }
  talk.take({ type: 'sent', from, to, count, digest, parts: 1 });
}

/** One part after the other: a broker's queue for a box is short. */
async function sendWhole(talk: Talk): Promise<void> {
  const { box, desk } = talk;
  const set = await setSince(talk, 0);
  if (set === null) return;
  const messages = snapshotOf(set, headOf(talk));
  desk.counted('snapshots');
  for (const message of messages) await speak(desk, box, talk.state.pinned, message);
  talk.unmarkedRev = set.rev;
  const { rev: to, count, digest } = set;
  talk.take({ type: 'sent', from: null, to, count, digest, parts: messages.length });
}

/** The database has the last word on what is newest. */
async function vouch(talk: Talk, { challenge, told }: Of<'vouch'>): Promise<void> {
  const { box, desk } = talk;
  try {
    const set = await setSince(talk, told.rev);
    if (set === null) return;
    const { rev, digest } = set;
    if (rev !== told.rev || digest !== told.digest) {
      talk.take({ type: 'differs', rev: told.rev, newest: rev });
      return;
    }
    desk.counted('vouches');
    talk.say({ kind: 'vouch', epoch: desk.epoch, rev, digest, at: desk.time.wall(), challenge });
  } catch (error) {
    desk.log.warn({ box: box.id, reason: reasonOf(error) }, 'a set could not be vouched for');
  }
}

/** One reading at a time for a box, and of its last word only. */
async function check(talk: Talk, word: Hello | Receipt): Promise<void> {
  const busy = talk.toCheck !== null;
  talk.toCheck = word;
  if (busy) return;
  for (let next: Hello | Receipt | null = word; next !== null; next = talk.toCheck) {
    await compare(talk, next);
    if (talk.toCheck === next) talk.toCheck = null;
  }
}

async function compare(talk: Talk, up: Hello | Receipt): Promise<void> {
  const { box, desk } = talk;
  try {
    const set = await setSince(talk, up.rev);
    if (set === null) return;
    const { rev, count, digest } = set;
    const same = rev === up.rev && count === up.count && digest === up.digest;
    talk.take(same ? { type: 'checked', up } : { type: 'differs', rev: up.rev, newest: rev });
  } catch (error) {
    desk.log.warn({ box: box.id, reason: reasonOf(error) }, 'a set could not be compared');
  }
}

/** Under the key that the box has. */
function leadOn(talk: Talk, from: string): void {
  const { desk } = talk;
  const chain = desk.ring().chainFrom(from);
  if (chain !== null) {
    talk.say({ kind: 'keys', chain: [...chain] }, from);
    return;
  }
  const detail =
    'No handover leads from the key that the box has pinned to the one of today: enrol it again.';
  desk.notes.push({
    kind: 'problem',
    now: desk.time.wall(),
    owner: ownerOf(talk),
    problem: 're-enrol',
    detail,
  });
}

function command(talk: Talk, { id, challenge }: Of<'command'>): void {
  const { desk, box } = talk;
  const what = talk.commands.get(id);
  if (what === undefined) return;
  const now = desk.time.wall();
  const parsed = v.safeParse(order, JSON.parse(what.body));
  if (!parsed.success) {
    talk.take({ type: 'unsayable', id });
    return;
  }
  const { who, why, not_after: notAfter } = what;
  talk.say({ kind: 'command', id, notAfter, challenge, who, why, order: parsed.output });
  desk.notes.push({ kind: 'ordered', now, id });
  desk.log.info({ box: box.id, id, verb: parsed.output.verb }, 'command sent');
}
