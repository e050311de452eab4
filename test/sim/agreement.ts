/** Whether box and relay are of one mind, once nothing goes wrong any more; and that nothing was lost or doubled on the way. */
import assert from 'node:assert/strict';
import { bookingId } from '../../src/base/brand.ts';
import { judgeTake } from '../../src/box/core/decide.ts';
import type { Candidate } from '../../src/box/core/model.ts';
import type { BookingRow } from '../../src/box/ports.ts';
import { boxSet } from '../../src/relay/domain/box-set.ts';
import { setDigest } from '../../src/wire/digest.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import type { WireRecord } from '../../src/wire/records.ts';
import { keyId } from '../../src/wire/relay-key.ts';
import type { Ordered } from './admins.ts';
import type { BoxNode } from './box-node.ts';
import type { History } from './history.ts';
import type { RelayNode } from './relay-node.ts';

interface BoxRow {
  readonly revision: number;
  readonly known_epoch: number;
  readonly known_rev: number;
  readonly box_epoch: number;
  readonly seq: number;
  readonly head: string;
  readonly link: string;
}

export const boxRow = (relay: RelayNode, box: string): BoxRow =>
  relay.disk.prepare('SELECT * FROM box WHERE id = ?').get(box) as BoxRow;

export const openProblems = (relay: RelayNode, box: string): readonly string[] =>
  relay.disk
    .prepare('SELECT kind FROM problem WHERE subject = ? AND cleared IS NULL')
    .pluck()
    .all(box) as string[];

/** Why they do not agree yet; null: they do. */
export function difference(relay: RelayNode, box: BoxNode, ids: readonly string[]): string | null {
  const { life } = box;
  if (life === null || !relay.alive) return `${box.id}: somebody is not there`;
  const pinned = life.store.synced.enrolment()?.relayKey;
  if (pinned === undefined || keyId(pinned) !== ids.at(-1)) return `${box.id}: its relay key is an older one`;
  const row = boxRow(relay, box.id);
  const { epoch, rev } = life.store.synced.standing();
  const known = `${row.known_epoch}.${row.known_rev}`;
  const newest = `${relay.epoch}.${row.revision}`;
  if (`${epoch}.${rev}` !== newest) return `${box.id}: at ${epoch}.${rev}, the relay at ${newest}`;
  if (known !== newest) return `${box.id}: known at ${known}, the relay at ${newest}`;
  const { seq } = life.store.journal.last();
  const { boxEpoch } = life.store.synced;
  const last = `${boxEpoch}.${seq}`;
  if (`${row.box_epoch}.${row.seq}` !== last)
    return `${box.id}: journal at ${last}, stored ${row.box_epoch}.${row.seq}`;
  if (row.head !== life.store.journal.last().hash) return `${box.id}: another event ${last} is stored`;
  if (life.relayClient.state.waiting !== 0) return `${box.id}: ${life.relayClient.state.waiting} events wait`;
  if (row.link !== 'up') return `${box.id}: link ${row.link}`;
  // Its disk writes again, and it has said so; whoever says otherwise is not the box.
  if (openProblems(relay, box.id).includes('storage-degraded'))
    return `${box.id}: its disk is said to take no writes`;
  if (life.store.synced.deferred().some(({ id }) => !life.loop.state.uses.some(use => use.booking === id)))
    return `${box.id}: a booking does not follow`;
  return null;
}

/** Which code is used at the box, while the relay tells that it works; null: none. */
export function unheardOf(relay: RelayNode, box: BoxNode): string | null {
  const bookings = box.life?.store.bookings;
  const spent = freshOnes(relay, box.id).find(id => bookings?.get(bookingId(id))?.use?.codeUsed);
  return spent === undefined ? null : `${box.id}: the code of ${spent} is used, and fresh at the relay`;
}

/** Bookings of which the relay says that their code works. */
const freshOnes = (relay: RelayNode, box: string): readonly string[] =>
  relay.disk
    .prepare(
      'SELECT id FROM booking WHERE box = ? AND taken IS NULL AND returned IS NULL AND cancelled IS NULL AND code IS NOT NULL',
    )
    .pluck()
    .all(box) as string[];

/** What the box decides by, against what the relay means. */
export async function sameSets(relay: RelayNode, box: BoxNode, history: History): Promise<void> {
  const { life } = box;
  assert.ok(life !== null);
  const { bookings, synced } = life.store;
  const set = await boxSet({ tx: relay.life.store.db, atRest: relay.options.atRest }, box.id, 0);
  const pairs = [...synced.pairs()];
  assert.equal(pairs.length, set.count, `${box.id}: count`);
  assert.equal(setDigest(pairs), set.digest, `${box.id}: digest`);
  const wanted = new Map(set.put.map(record => [record.id, record]));
  for (const { id, rev } of pairs) assert.equal(wanted.get(id)?.rev, rev, `${box.id}: revision of ${id}`);
  for (const id of bookings.fromRelay()) assert.ok(wanted.has(id), `${box.id}: ${id} is in no set`);
  for (const record of set.put) sameRecord({ relay, box, history }, record);
}

/** In the eyes of the relay nobody is to take by it any more. */
function isOver({ disk }: RelayNode, id: string): boolean {
  const over = 'ended IS NOT NULL OR returned IS NOT NULL OR cancelled IS NOT NULL';
  return disk.prepare(`SELECT 1 FROM booking WHERE id = ? AND (${over})`).get(id) !== undefined;
}

/** Whether what somebody types or holds to the reader would open the door, with this box as it is. */
function takes({ life }: BoxNode, { id, code, badge }: BookingRow): boolean {
  if (life === null) return false;
  const { state } = life.loop;
  const { judged } = state.clock;
  const byCode = code === null ? [] : life.store.bookings.byCode(code, judged);
  const byBadge = badge === null ? [] : life.store.bookings.byBadge(badge, judged);
  const its = ({ booking }: Candidate): boolean => booking === id;
  return (
    byCode.filter(its).some(each => judgeTake(state, each, 'code').ok) ||
    byBadge.filter(its).some(each => judgeTake(state, each, 'badge').ok)
  );
}

interface Sides {
  readonly relay: RelayNode;
  readonly box: BoxNode;
  readonly history: History;
}

function sameRecord({ relay, box, history }: Sides, record: WireRecord): void {
  const { life } = box;
  if (life === null || record.kind === 'driver') return;
  const { bookings, keys } = life.store;
  if (record.kind === 'key') {
    assert.equal(
      keys.all().find(({ name }) => name === record.name)?.home,
      record.slot,
      `${box.id}: ${record.id}`,
    );
    return;
  }
  const id = bookingId(record.id);
  const open = life.loop.state.uses.some(({ booking }) => booking === id);
  const found = bookings.find(id);
  const row = found?.row ?? null;
  const badge = life.store.synced.driver((record.driver ?? '') as never)?.badge ?? null;
  if (row === null) assert.ok(record.code === null && badge === null, `${box.id}: ${record.id} has no row`);
  if (row === null || open) return;
  if (record.code === null) assert.ok(isOver(relay, id), `${box.id}: ${id} has no code, and is not over`);
  // A booking that is over was sent once more, when its code was wiped already and nobody could open by it: the row says
  // what was sent while it had a code, and that code takes nothing.
  if (record.code === null && badge === null && found?.view.cancelled) {
    assert.ok(history.sent.has(box, row), `${box.id}: ${id} is as it never was at the relay`);
    assert.ok(!takes(box, row), `${box.id}: the code of ${id} takes, and it is over`);
    return;
  }
  // The code of a booking that is over is wiped at the relay, and no change of what the box was sent.
  const code = record.code === null ? row.code : life.vault.fingerprint('code', record.code);
  const { key, start, end, reuse } = record;
  assert.deepEqual(
    [row.key, row.start, row.end, row.code, row.reuse, row.badge],
    [key, start, end, code, reuse, badge],
    `${box.id}: ${record.id}`,
  );
  grants(box, record);
}

/** What somebody who types its code would find. */
function grants(box: BoxNode, { id, code, life: told }: Extract<WireRecord, { kind: 'booking' }>): void {
  const { life } = box;
  if (life === null || code === null) return;
  const judged = life.loop.state.clock.judged;
  const found = life.store.bookings.byCode(life.vault.fingerprint('code', code), judged);
  const its = found.find(({ booking }) => booking === id);
  const used = its?.use?.codeUsed === true;
  assert.ok(its !== undefined && !its.cancelled, `${box.id}: the code of ${id} finds nothing`);
  if (told === 'fresh')
    assert.ok(!its.voided && !used, `${box.id}: the code of ${id} is ${used ? 'used' : 'void'}`);
}

interface Stored {
  readonly line: string;
  readonly epoch: number;
  readonly seq: number;
}

/** Every event once, in order, without a gap; where a database was lost, what is missing is a Problem that somebody sees. */
export function sameJournals(relay: RelayNode, box: BoxNode, history: History): void {
  const { life } = box;
  assert.ok(life !== null);
  const stored = relay.disk
    .prepare('SELECT line, epoch, seq FROM event WHERE box = ? ORDER BY number')
    .all(box.id) as Stored[];
  const lines = stored.map(({ line }) => line);
  const ever = history.lines.get(box.id) ?? new Set();
  for (const line of lines) assert.ok(ever.has(line), `${box.id}: no box wrote ${line}`);
  assert.equal(new Set(lines).size, lines.length, `${box.id}: an event is stored twice`);
  const mine = life.store.journal.page(box.enrolledAfter + 1, 1_000_000)?.lines ?? [];
  if (box.lostAt === null) {
    assert.deepEqual(lines, mine, `${box.id}: journal`);
    assert.equal(life.store.synced.boxEpoch, 1, `${box.id}: a new epoch without need`);
    return;
  }
  inOrder(box, stored);
  const problems = relay.disk
    .prepare('SELECT kind FROM problem WHERE subject = ?')
    .pluck()
    .all(box.id) as string[];
  const has = new Set(lines);
  const missing = mine.filter(line => !has.has(line)).map(line => JSON.parse(line) as JournalEvent);
  const forked = missing.filter(({ epoch }) => epoch < life.store.synced.boxEpoch);
  assert.deepEqual(missing, forked, `${box.id}: events of the present epoch are missing`);
  if (missing.length > 0)
    assert.ok(problems.includes('journal-fork'), `${box.id}: a fork that nobody is told of`);
}

function inOrder(box: BoxNode, stored: readonly Stored[]): void {
  for (const [at, { epoch, seq }] of stored.entries()) {
    const before = stored[at - 1];
    if (before === undefined) continue;
    const later = epoch > before.epoch || (epoch === before.epoch && seq > before.seq);
    assert.ok(later, `${box.id}: ${epoch}.${seq} is stored after ${before.epoch}.${before.seq}`);
  }
}

/** At most once, and whatever the relay remembers of it has an outcome that is true. */
export function commandsSettled(
  relay: RelayNode,
  history: History,
  ordered: readonly Ordered[],
  boxes: readonly BoxNode[],
): void {
  for (const { id, box, who } of ordered) {
    const ran = history.ran.get(`${box} ${who}`) ?? 0;
    const lost = boxes.find(each => each.id === box)?.lostAt !== null;
    assert.ok(ran <= 1 || lost, `${id} ran ${ran} times`);
    const row = relay.disk.prepare('SELECT outcome FROM command WHERE id = ?').get(id) as
      | { readonly outcome: string | null }
      | undefined;
    if (row === undefined) continue;
    assert.ok(row.outcome !== null, `${id} has no outcome`);
    if (row.outcome === 'done') assert.equal(ran > 0, true, `${id} is done, and never ran`);
  }
}
