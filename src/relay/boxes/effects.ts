/** Carries out what a session has decided. */
import { reasonOf } from '../../base/fault.ts';
import { order } from '../../wire/down.ts';
import { readAs } from '../../wire/reading.ts';
import type { Hello, Receipt } from '../../wire/up.ts';
import type { Effect } from '../core/session/input.ts';
import { type BoxSet, boxSet } from '../domain/box-set.ts';
import { notBefore } from '../store/box-writes.ts';
import { sendSealed } from './sender.ts';
import type { SessionContext } from './session-context.ts';
import { deltaOf, snapshotOf, type UpdateHead } from './updates.ts';
import type { Owner } from './write-behind.ts';

type Of<T extends Effect['type']> = Extract<Effect, { readonly type: T }>;

const ownerOf = ({ box }: SessionContext): Owner => ({ account: box.account, box: box.id });

type Handlers = { readonly [Type in Effect['type']]: (session: SessionContext, effect: Of<Type>) => void };

const handlers: Handlers = {
  send: (session, { message }) => {
    if (message.kind === 'ack') session.acknowledge(message);
    else session.send(message);
  },
  update: (session, { from }) => void update(session, from),
  vouch: (session, effect) => void vouch(session, effect),
  check: (session, { up }) => void check(session, up),
  keys: (session, { from }) => leadOn(session, from),
  authorities: tellAuthorities,
  command,
  outcome: ({ fleet, box, commands }, { id, outcome, answered = false }) => {
    commands.delete(id);
    const owner = { account: box.account, box: box.id };
    fleet.writeBehind.push({ kind: 'outcome', now: fleet.time.wall(), owner, id, outcome, answered });
  },
  heard: storeReport,
  link: storeLink,
  'resend-all': (session, { boxEpoch }) =>
    session.fleet.writeBehind.push({ ...noted(session), kind: 'resend-all', boxEpoch }),
  spent: (session, { ids, rev }) =>
    session.fleet.writeBehind.push({ ...noted(session), kind: 'spent', ids, rev }),
  raise: (session, { above }) => {
    const { fleet, box } = session;
    const kept = (): void => session.dispatch({ type: 'dirty' });
    fleet.writeBehind.push({ kind: 'raise', now: fleet.time.wall(), box: box.id, above, kept });
  },
  problem: (session, { kind, detail }) => {
    session.solved.delete(kind);
    session.fleet.writeBehind.push({ ...noted(session), kind: 'problem', problem: kind, detail });
  },
  solved: (session, { kind }) => {
    if (session.solved.has(kind)) return;
    session.solved.add(kind);
    session.fleet.writeBehind.push({ ...noted(session), kind: 'solved', problem: kind });
  },
};

export function perform<Type extends Effect['type']>(session: SessionContext, effect: Of<Type>): void {
  const type: Type = effect.type;
  handlers[type](session, effect);
}

/** When, and of whose box, something is to be written down. */
const noted = (session: SessionContext): { readonly now: number; readonly owner: Owner } => ({
  now: session.fleet.time.wall(),
  owner: ownerOf(session),
});

function storeLink(session: SessionContext, { link }: Of<'link'>): void {
  const { now, owner } = noted(session);
  session.linkSince = notBefore(session.linkSince, now);
  const row = { box: session.box.id, link, now: session.linkSince };
  session.fleet.writeBehind.push({ kind: 'link', now, owner, row });
}

function storeReport(session: SessionContext, { up }: Of<'heard'>): void {
  const { box, fleet, state, lastReport } = session;
  if (lastReport === null) return;
  const now = fleet.time.wall();
  const knownRev = state.known.rev;
  const hello = up.kind === 'hello';
  const row = {
    box: box.id,
    enrolment: box.enrolments,
    knownEpoch: state.known.epoch,
    knownRev,
    markedRev: state.known.epoch === fleet.epoch ? session.markedRev : knownRev,
    receipt: JSON.stringify(lastReport),
    clock: up.clock,
    challenge: up.challenge,
    pinned: state.pinned ?? lastReport.relay,
    label: hello ? up.label : null,
    program: hello ? up.program : null,
    place: hello && up.place !== undefined ? JSON.stringify(up.place) : null,
    toldAt: state.told,
    settles: state.known.epoch === fleet.epoch,
    now,
  };
  const kept = (): void => {
    if (row.knownEpoch === fleet.epoch) session.markedRev = Math.max(session.markedRev, knownRev);
  };
  const { lastStored } = session;
  const like = lastStored?.pinned === row.pinned && lastStored.clock === row.clock;
  session.lastStored = row;
  const news = hello || row.knownRev !== row.markedRev || !like;
  fleet.writeBehind.push({ kind: 'report', now, owner: ownerOf(session), row, hello, news, kept });
  if (row.place !== null)
    fleet.writeBehind.push({ kind: 'solved', now, owner: ownerOf(session), problem: 'place-unknown' });
}

/** Null: it is another box's by now, and nothing of it is for this one. */
async function setSince({ box, fleet }: SessionContext, since: number): Promise<BoxSet | null> {
  const set = await boxSet({ tx: fleet.store.db, atRest: fleet.atRest }, box.id, since);
  fleet.onSetRead?.(box.id, set);
  if (set.enrolments === box.enrolments) return set;
  fleet.replaced(box.id);
  return null;
}

/** Reads the set and sends what the box lacks. */
async function update(session: SessionContext, from: number | null): Promise<void> {
  const { box, fleet } = session;
  try {
    if (from === null) await fleet.limited(() => sendWhole(session));
    else await sendSince(session, from);
  } catch (error) {
    fleet.log.warn({ box: box.id, reason: reasonOf(error) }, 'changes could not be sent');
    session.dispatch({ type: 'not-sent' });
  }
}

const headOf = ({ fleet }: SessionContext): UpdateHead => ({
  epoch: fleet.epoch,
  at: fleet.time.wall(),
  id: Buffer.from(fleet.random(12)).toString('hex'),
});

async function sendSince(session: SessionContext, from: number): Promise<void> {
  const { fleet } = session;
  const set = await setSince(session, from);
  if (set === null) return;
  const { rev: to, count, digest } = set;
  if (to > from) {
    const delta = deltaOf(set, from, headOf(session));
    if (delta === null) return fleet.limited(() => sendWhole(session));
    fleet.counted('deltas');
    session.unmarkedRev = to;
    session.send(delta);
  }
  session.dispatch({ type: 'sent', from, to, count, digest, parts: 1 });
}

/** One part after the other: a broker's queue for a box is short. */
async function sendWhole(session: SessionContext): Promise<void> {
  const { box, fleet } = session;
  const set = await setSince(session, 0);
  if (set === null) return;
  const messages = snapshotOf(set, headOf(session));
  fleet.counted('snapshots');
  for (const message of messages) await sendSealed(fleet, box, session.state.pinned, message);
  session.unmarkedRev = set.rev;
  const { rev: to, count, digest } = set;
  session.dispatch({ type: 'sent', from: null, to, count, digest, parts: messages.length });
}

/** The database has the last word on what is newest. */
async function vouch(session: SessionContext, { challenge, told }: Of<'vouch'>): Promise<void> {
  const { box, fleet } = session;
  try {
    const set = await setSince(session, told.rev);
    if (set === null) return;
    const { rev, digest } = set;
    if (rev !== told.rev || digest !== told.digest) {
      session.dispatch({ type: 'differs', rev: told.rev, newest: rev });
      return;
    }
    fleet.counted('vouches');
    session.send({ kind: 'vouch', epoch: fleet.epoch, rev, digest, at: fleet.time.wall(), challenge });
  } catch (error) {
    fleet.log.warn({ box: box.id, reason: reasonOf(error) }, 'a set could not be vouched for');
  }
}

/** One reading at a time for a box, and of its last word only. */
async function check(session: SessionContext, word: Hello | Receipt): Promise<void> {
  const busy = session.toCheck !== null;
  session.toCheck = word;
  if (busy) return;
  for (let next: Hello | Receipt | null = word; next !== null; next = session.toCheck) {
    await compare(session, next);
    if (session.toCheck === next) session.toCheck = null;
  }
}

async function compare(session: SessionContext, up: Hello | Receipt): Promise<void> {
  const { box, fleet } = session;
  try {
    const set = await setSince(session, up.rev);
    if (set === null) return;
    const { rev, count, digest } = set;
    const same = rev === up.rev && count === up.count && digest === up.digest;
    session.dispatch(same ? { type: 'checked', up } : { type: 'differs', rev: up.rev, newest: rev });
  } catch (error) {
    fleet.log.warn({ box: box.id, reason: reasonOf(error) }, 'a set could not be compared');
  }
}

/** Under the key that the box has. */
function leadOn(session: SessionContext, from: string): void {
  const { fleet } = session;
  const chain = fleet.ring().chainFrom(from);
  if (chain !== null) {
    session.send({ kind: 'keys', chain: [...chain] }, from);
    return;
  }
  const detail =
    'No handover leads from the key that the box has pinned to the one of today: enrol it again.';
  fleet.writeBehind.push({
    kind: 'problem',
    now: fleet.time.wall(),
    owner: ownerOf(session),
    problem: 're-enrol',
    detail,
  });
}

function tellAuthorities(session: SessionContext): void {
  const { fleet } = session;
  const told = fleet.authorities();
  if (told !== null) session.send({ kind: 'authorities', epoch: fleet.epoch, rev: told.rev, ca: told.list });
}

function command(session: SessionContext, { id, challenge }: Of<'command'>): void {
  const { fleet, box } = session;
  const what = session.commands.get(id);
  if (what === undefined) return;
  const { now, owner } = noted(session);
  const parsed = readAs(order, JSON.parse(what.body));
  if (!parsed.success) {
    session.dispatch({ type: 'unsayable', id });
    return;
  }
  const { who, why, not_after: notAfter } = what;
  session.send({ kind: 'command', id, notAfter, challenge, who, why, order: parsed.output });
  fleet.writeBehind.push({ kind: 'ordered', now, owner, id });
  fleet.log.info({ box: box.id, id, verb: parsed.output.verb }, 'command sent');
}
