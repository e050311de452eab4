/** A box that is sent thousands of bookings, and then thousands of others. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { bookingRecord, keyRecord, noon } from '../../../scripts/rig/relay-end.ts';
import { setDigest } from '../../../src/wire/digest.ts';
import { UplinkRig } from './rig.ts';

export const many = 6_000;
export const parts = 120;
const hour = 3_600_000;

export const code = (n: number): string => String(10_000_000 + n * 7);

/** Most rows written, or taken away, in one turn of the event loop. */
export function countRows(t: TestContext, rig: UplinkRig): () => number {
  const { bookings, synced } = rig.store;
  const seen = { now: 0, most: 0, over: false };
  const counted = (whole: object, name: string, write: (...args: never[]) => unknown): void => {
    const counting = (...args: never[]): unknown => {
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      return write(...args);
    };
    Object.assign(whole, { [name]: counting });
  };
  counted(bookings, 'put', bookings.put.bind(bookings));
  counted(bookings, 'release', bookings.release.bind(bookings));
  counted(synced, 'put', synced.put.bind(synced));
  counted(synced, 'drop', synced.drop.bind(synced));
  t.after(() => {
    seen.over = true;
  });
  void (async () => {
    for (; !seen.over; await turn()) seen.now = 0;
  })();
  return () => {
    seen.over = true;
    return seen.most;
  };
}

export async function crowded(t: TestContext): Promise<UplinkRig> {
  const rig = await UplinkRig.make(t);
  rig.link.connect();
  const window = { start: noon - hour, end: noon + hour };
  rig.relay.change([
    keyRecord('van', 1),
    ...Array.from({ length: many }, (_, n) => bookingRecord(`b-${n}`, 'van', { code: code(n), ...window })),
  ]);
  return rig;
}

export const found = (rig: UplinkRig, n: number): number =>
  rig.store.bookings.byCode(rig.vault.fingerprint('code', code(n)), rig.time.wall()).length;

/** One by one: takes and returns, takes and is on the road. */
const changedCases = [
  { n: 11, does: 'returned' },
  { n: 1_400, does: 'out' },
] as const;

export const newCode = (n: number): string => String(50_000_000 + n * 7);

/** Bookings that somebody could take by now. */
export const takes = (rig: UplinkRig, typed: string): number =>
  rig.store.bookings
    .byCode(rig.vault.fingerprint('code', typed), rig.time.wall())
    .filter(({ cancelled, use }) => !cancelled && use?.codeUsed !== true).length;

export async function hearsAll(rig: UplinkRig): Promise<void> {
  for (const part of rig.relay.snapshot(parts)) await rig.hears(part);
}

/** The first set is there, two of it were used, and the relay sends other codes for most of those it does not drop. */
export async function changed(t: TestContext, { droppedFrom }: { droppedFrom: number }) {
  const rig = await crowded(t);
  await hearsAll(rig);
  rig.loop.report({ type: 'clock-synced', synced: true });
  for (const { n, does } of changedCases) {
    assert.equal(rig.types(code(n))?.for, 'take');
    rig.visits(1, 'goes');
    if (does === 'out') continue;
    assert.equal(rig.types(code(n))?.for, 'return');
    rig.visits(1, 'comes');
  }
  const window = { start: noon - hour, end: noon + 2 * hour };
  const records = Array.from({ length: droppedFrom }, (_, n) =>
    // What was used keeps its code: only its window is another.
    bookingRecord(`b-${n}`, 'van', { code: n === 11 ? code(n) : newCode(n), ...window }),
  );
  const drops = Array.from({ length: many - droppedFrom }, (_, n) => `b-${n + droppedFrom}`);
  rig.relay.change(records, drops);
  const next = { over: false };
  const applying = hearsAll(rig).finally(() => {
    next.over = true;
  });
  return { rig, applying, next };
}

/** The second set, with what has happened to it. */
export async function isWhole(rig: UplinkRig): Promise<void> {
  const pairs = [...rig.store.synced.pairs()];
  assert.equal(pairs.length, 2_001);
  assert.equal(setDigest(pairs), rig.relay.digest);
  const said = await rig.says();
  const receipt = said.findLast(each => each.kind === 'hello' || each.kind === 'receipt');
  assert.ok(receipt);
  assert.deepEqual([receipt.rev, receipt.count, receipt.digest], [2, 2_001, rig.relay.digest]);
  assert.equal([...rig.store.bookings.fromRelay()].length, 2_000);
  for (const n of [0, 1_399, 1_401, 1_999])
    assert.deepEqual([takes(rig, code(n)), takes(rig, newCode(n))], [0, 1], `changed ${n}`);
  for (const n of [2_000, many - 1]) assert.equal(takes(rig, code(n)), 0, `dropped ${n}`);
  assert.equal(takes(rig, code(11)), 0, 'a used code stays used');
  assert.ok(receipt.spent?.includes('b-11'), 'and is told');
  assert.equal(rig.state.uses.find(({ booking }) => booking === 'b-1400')?.life, 'out');
  assert.equal(rig.types(code(1_400))?.for, 'return');
  rig.visits(1, 'comes');
  rig.time.advance(1_000);
  assert.deepEqual([takes(rig, code(1_400)), takes(rig, newCode(1_400))], [0, 1], 'then it follows');
}
