/** E1. Whatever is being synchronised, backed up or checked, a code that is typed opens its door about as soon as at rest. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Rig } from '../../scripts/rig/box-rig.ts';
import { bookingRecord, keyRecord } from '../../scripts/rig/relay-end.ts';
import { SmallRelay } from '../../scripts/rig/small-relay.ts';
import { until } from '../../scripts/rig/until.ts';
import type { WireRecord } from '../../src/wire/records.ts';
import { onBox } from './box.ts';
import { waitOf } from './import-load.ts';

const slots = 40;
const many = 20_000;
const hour = 3_600_000;

/** Codes that open again and again, one a slot, which are in every set. */
const driver = (slot: number): string => String(90_210_003 + slot * 13);

const ever = (): readonly WireRecord[] =>
  Array.from({ length: slots }, (_, at) => {
    const window = { start: Date.now() - hour, end: Date.now() + hour };
    return [
      keyRecord(`van-${at + 1}`, at + 1),
      bookingRecord(`ever-${at + 1}`, `van-${at + 1}`, { code: driver(at + 1), reuse: true, ...window }),
    ];
  }).flat();

/** Bookings for later days, with these codes. */
const later = (count: number, firstCode: number): readonly WireRecord[] =>
  Array.from({ length: count }, (_, n) => {
    const start = Date.now() + 24 * hour + Math.floor(n / slots) * hour;
    const code = String(firstCode + n * 7);
    return bookingRecord(`b-${n}`, `van-${(n % slots) + 1}`, { code, start, end: start + 3_000_000 });
  });

interface Measured {
  readonly codes: number;
  readonly worstMs: number;
  readonly wholeMs: number;
}

/** Types one code after the other for as long as it takes. */
class Drivers {
  readonly #rig: Rig;
  #next = 0;

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  async during(work: Promise<unknown>, atLeast = 3): Promise<Measured> {
    const waits: number[] = [];
    const from = performance.now();
    let wholeMs = 0;
    const ends = work.then(() => {
      wholeMs = performance.now() - from;
    });
    while (wholeMs === 0 || waits.length < atLeast) {
      const slot = (this.#next % slots) + 1;
      this.#next += 1;
      waits.push(await waitOf(this.#rig, { slot, code: driver(slot) }));
    }
    await ends;
    return { codes: waits.length, worstMs: Math.max(...waits), wholeMs };
  }
}

async function fleet(t: TestContext): Promise<{ readonly relay: SmallRelay; readonly rig: Rig }> {
  const relay = await SmallRelay.open(t);
  // Longer than this process may stand still while it seals a set: no pulse is missed.
  const rig = await onBox(t, { slots, pulseMs: 1_000 });
  await rig.must(['enroll', '--relay', relay.desk.url, '--claim', '-'], relay.desk.claim());
  relay.sends(ever());
  await until('the first receipt', () => relay.proven !== undefined, 30_000);
  return { relay, rig };
}

test('20,000 bookings come, all change, most go, and are backed up and checked, while codes are typed', {
  timeout: 400_000,
}, async t => {
  const { relay, rig } = await fleet(t);
  const drivers = new Drivers(rig);
  const rest = await drivers.during(Promise.resolve(), 10);
  const set = async (put: readonly WireRecord[], drop: readonly string[] = []): Promise<void> => {
    relay.sendsWhole(put, drop);
    const { digest } = relay.end;
    const isProven = (): boolean =>
      relay.said.some(each => each.kind === 'receipt' && each.digest === digest);
    await until('its receipt', isProven, 120_000);
  };
  const gone = Array.from({ length: many - 500 }, (_, n) => `b-${n + 500}`);
  const works = [
    ['all come', () => set(later(many, 20_000_000))],
    ['all change', () => set(later(many, 40_000_000))],
    ['a backup', () => rig.must(['backup', join(rig.dir, 'copy.db')])],
    ['a check', () => rig.cli(['doctor'])],
    ['most go', () => set([], gone)],
  ] as const;
  const seen = [['rest', rest] as const];
  for (const [name, work] of works) seen.push([name, await drivers.during(work())] as never);
  for (const [name, { codes, worstMs, wholeMs }] of seen)
    t.diagnostic(`${name}: ${codes} codes, worst ${worstMs.toFixed(0)} ms of ${wholeMs.toFixed(0)} ms`);
  for (const [name, { worstMs, wholeMs }] of seen) {
    // One transaction took a third of the whole and more.
    const boundMs = 3 * rest.worstMs + Math.max(250, wholeMs / 10);
    assert.ok(worstMs < boundMs, `${name}: one waited ${worstMs.toFixed(0)} of ${wholeMs.toFixed(0)} ms`);
  }
});
