/** Random lives of a set: whatever comes, in whatever order, the box has a set that the relay had, or says that it has not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { Prng } from '../../../scripts/rig/prng.ts';
import { bookingRecord, driverRecord, keyRecord, noon } from '../../../scripts/rig/relay-end.ts';
import { bookingId } from '../../../src/base/brand.ts';
import { setDigest } from '../../../src/wire/digest.ts';
import type { Down } from '../../../src/wire/down.ts';
import type { WireRecord } from '../../../src/wire/records.ts';
import { seedsFor } from '../../seeds.ts';
import { UplinkRig } from './rig.ts';

const seeds = seedsFor(5, 12);
const hour = 3_600_000;

const codeOf = (random: Prng): string => String(random.int(20_000_000, 20_000_040));

function someRecord(random: Prng): WireRecord {
  const driver = `p${random.int(1, 4)}`;
  const kind = random.weighted({ booking: 7, driver: 2, key: 1 });
  if (kind === 'key') return keyRecord(`car-${random.int(1, 3)}`, random.int(1, 3));
  if (kind === 'driver')
    return driverRecord(driver, { phone: random.chance(0.8) ? `+3161234567${random.int(0, 9)}` : null });
  return bookingRecord(`b-${random.int(1, 12)}`, `car-${random.int(1, 3)}`, {
    code: random.chance(0.8) ? codeOf(random) : null,
    driver: random.chance(0.5) ? driver : null,
    start: noon - hour * random.int(1, 3),
    end: random.chance(0.2) ? null : noon + hour * random.int(1, 3),
    reuse: random.chance(0.2),
  });
}

class Walk {
  readonly rig: UplinkRig;
  readonly random: Prng;
  /** What the relay once sent and a broker may deliver now, later, or twice. */
  readonly underWay: Down[] = [];
  /** The set at each revision of each epoch. */
  readonly sets = new Map<string, ReadonlyMap<string, WireRecord>>();
  /** Codes that have had their take and return, by booking. */
  readonly spent = new Set<string>();

  constructor(rig: UplinkRig, random: Prng) {
    this.rig = rig;
    this.random = random;
    this.note();
  }

  note(): void {
    const { relay } = this.rig;
    this.sets.set(`${relay.epoch} ${relay.rev}`, new Map(relay.records));
  }

  async turn(): Promise<void> {
    const { rig, random } = this;
    const what = random.weighted({ change: 6, deliver: 10, whole: 1, drive: 4, reboot: 1, epoch: 0.3 });
    if (what === 'change') this.change();
    else if (what === 'deliver') await this.deliver();
    else if (what === 'whole') this.underWay.push(...rig.relay.snapshot(random.int(1, 3)));
    else if (what === 'drive') this.drive();
    else if (what === 'reboot') await rig.reboot();
    else this.nextEpoch();
  }

  change(): void {
    const { relay } = this.rig;
    const { random } = this;
    const from = relay.rev;
    const put = Array.from({ length: random.int(0, 3) }, () => someRecord(random));
    const drop = [...relay.records.keys()].filter(() => random.chance(0.08));
    relay.change(
      put,
      drop.filter(id => !put.some(each => each.id === id)),
    );
    this.note();
    this.underWay.push(relay.delta(Math.max(0, from - random.int(0, 1))));
  }

  nextEpoch(): void {
    const { relay } = this.rig;
    relay.epoch += 1;
    relay.change([]);
    this.note();
    this.underWay.push(...relay.snapshot());
  }

  /** Lost, doubled, overtaken: one of what is under way arrives, or is gone. */
  async deliver(): Promise<void> {
    const { random, underWay } = this;
    if (underWay.length === 0) return;
    const at = random.chance(0.7) ? 0 : random.int(0, underWay.length - 1);
    const [message] = random.chance(0.8) ? underWay.splice(at, 1) : [underWay[at]];
    if (message !== undefined && random.chance(0.9)) await this.receive(message);
    if (underWay.length > 30) underWay.splice(0, 10);
  }

  /** In slices it takes a while, and somebody types meanwhile; or the power goes. */
  async receive(message: Down): Promise<void> {
    const { rig, random } = this;
    let over = false;
    const catchUp = rig.hears(message).finally(() => {
      over = true;
    });
    for (; !over && rig.atOnceMax === 0; await turnOfLoop()) {
      if (random.chance(0.25)) this.drive();
      if (!random.chance(0.004)) continue;
      await Promise.all([rig.reboot(), catchUp.catch(() => {})]);
    }
    await catchUp.catch(() => {});
  }

  /** Somebody types a code, takes a key or brings it back. */
  drive(): void {
    const { rig } = this;
    const code = codeOf(this.random);
    const open = new Set<string>(rig.state.uses.map(({ booking }) => booking));
    const said = rig.types(code);
    if (said?.type !== 'granted' || said.slot === undefined) {
      rig.time.advance(700_000);
      return;
    }
    if (said.for === 'take') assert.ok(!this.spent.has(`${said.booking} ${code}`), 'a used code took again');
    if (said.for === 'take' && !open.has(said.booking ?? '')) this.opensBy(said.booking ?? '', code);
    rig.visits(said.slot, said.for === 'take' ? 'goes' : 'comes');
    const use = rig.store.bookings.get(bookingId(said.booking ?? ''))?.use;
    if (said.for === 'return' && use?.codeUsed) this.spent.add(`${said.booking} ${code}`);
  }

  /** Whatever is in its table by then: who takes a key does so by the set that stands. */
  opensBy(booking: string, code: string): void {
    const { epoch, rev } = this.rig.store.synced.standing();
    const record = this.sets.get(`${epoch} ${rev}`)?.get(booking);
    assert.equal(record?.kind === 'booking' ? record.code : null, code, `${booking} opens by an old set`);
  }

  /** The box has what the relay had at that revision; and what follows from it for bookings. */
  check(): void {
    const { store, state } = this.rig;
    const { epoch, rev } = store.synced.standing();
    const pairs = [...store.synced.pairs()];
    const set = this.sets.get(`${epoch} ${rev}`) ?? new Map<string, WireRecord>();
    assert.equal(setDigest(pairs), setDigest(set.values()), `revision ${epoch}.${rev} is another set`);
    for (const record of set.values()) {
      if (record.kind !== 'booking') continue;
      const row = store.bookings.find(bookingId(record.id))?.row;
      const open = state.uses.some(({ booking }) => booking === record.id);
      if (row === undefined) assert.ok(record.code === null, `${record.id} is missing`);
      // What nobody can open by any more stays as it was, cancelled.
      else if (!open && record.code !== null)
        assert.deepEqual([row.key, row.start, row.end], [record.key, record.start, record.end]);
    }
    for (const id of store.bookings.fromRelay()) assert.ok(set.has(id), `${id} is in no set`);
    for (const use of state.uses)
      assert.ok(store.bookings.find(use.booking)?.row, 'a session lost its booking');
  }
}

/** A set in slices costs a walk many times as long. */
const runs = [
  ...seeds.map(seed => ({ seed, atOnceMax: 200, turns: 150 })),
  ...seeds.slice(0, 5).map(seed => ({ seed, atOnceMax: 0, turns: 80 })),
];

for (const { seed, atOnceMax, turns } of runs) {
  test(`seed ${seed}, ${atOnceMax === 0 ? 'in slices, with keys pressed in between' : 'at once'}`, async t => {
    const rig = await UplinkRig.make(t);
    rig.atOnceMax = atOnceMax;
    await rig.reboot();
    const walk = new Walk(rig, new Prng(seed));
    rig.relay.change([1, 2, 3].map(slot => keyRecord(`car-${slot}`, slot)));
    walk.note();
    await rig.syncs();
    for (let turn = 0; turn < turns; turn += 1) {
      await walk.turn();
      rig.time.advance(100);
      walk.check();
    }
    await rig.syncs();
    rig.time.advance(1_000);
    walk.check();
    assert.equal(rig.store.synced.standing().rev, rig.relay.rev, 'it ends where the relay is');
  });
}
