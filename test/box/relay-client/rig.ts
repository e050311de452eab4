import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { boxAtRelay, noon, RelayEnd } from '../../../scripts/rig/relay-end.ts';
import { millis, minutes, seconds, slotId } from '../../../src/base/brand.ts';
import { silent } from '../../../src/base/log.ts';
import { type BoxStore, openStore } from '../../../src/box/adapters/sqlite/store.ts';
import { openVault } from '../../../src/box/adapters/vault/vault.ts';
import { judgedTime } from '../../../src/box/core/clock.ts';
import { restore } from '../../../src/box/core/durable.ts';
import { keyDefinitions } from '../../../src/box/core/key-definitions.ts';
import type { BoxState, Rules } from '../../../src/box/core/model.ts';
import { Loop } from '../../../src/box/engine/loop.ts';
import type { Time, Vault } from '../../../src/box/ports.ts';
import type { UpDocument } from '../../../src/box/relay-client/state-document.ts';
import { Uplink } from '../../../src/box/relay-client/uplink.ts';
import { authoritiesDigest } from '../../../src/wire/authorities.ts';
import { newSealPair } from '../../../src/wire/envelope.ts';
import type { Entry, JournalEvent } from '../../../src/wire/journal.ts';
import type { Link, LinkHandlers, LinkOptions } from '../../../src/wire/mqtt/link.ts';
import type { RelayKey } from '../../../src/wire/relay-key.ts';
import { topic } from '../../../src/wire/topics.ts';
import type { Up } from '../../../src/wire/up.ts';
import { FakeTime } from '../../fake-time.ts';

const slots = [1, 2, 3].map(slotId);

const rules: Rules = {
  ...{
    leadMs: minutes(15),
    openWithinMs: seconds(20),
    doorHeldMs: seconds(60),
    doorSettleMs: seconds(1.5),
    dueSoonMs: minutes(15),
  },
  ...{ overdueGraceMs: minutes(0), maxSyncAgeMs: null, badgeNeedsPin: true, hasDisplay: true },
};

/** Of a box that has nothing to tell. */
export const plainDocument: UpDocument = {
  ...{ link: 'up', v: 1, at: 0, program: '0.0.0', epoch: 0, rev: 0, syncAgeS: null },
  ...{ takes: 'all', returns: 'all', troubles: [], slots: [] },
};

/** A link that a test holds in its hands. */
export class HandLink implements Link {
  up = false;
  readonly options: LinkOptions;
  readonly handlers: LinkHandlers;
  readonly said: Uint8Array[] = [];
  readonly states: string[] = [];
  /** Publishing waits for this, as for a broker that stalls. */
  stalled = false;
  closed = false;

  constructor(options: LinkOptions, handlers: LinkHandlers) {
    this.options = options;
    this.handlers = handlers;
  }

  publish(name: string, payload: Uint8Array): Promise<void> {
    if (!this.up) return Promise.reject(new Error('down'));
    if (name === topic(boxAtRelay, 'state')) this.states.push(Buffer.from(payload).toString());
    else this.said.push(payload);
    return this.stalled ? new Promise(() => {}) : Promise.resolve();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.up = false;
  }

  connect(): void {
    this.up = true;
    this.handlers.connected();
  }

  lose(): void {
    this.up = false;
    this.handlers.lost('test');
  }

  async receive(payload: Uint8Array, name = topic(boxAtRelay, 'down')): Promise<void> {
    await this.handlers.message(name, payload);
  }
}

/** A box with a real file and a real core, a clock that a test moves, and a relay's end of the wire. */
export class UplinkRig {
  readonly time = new FakeTime({ wallMs: noon, monoMs: 1_000 });
  readonly folder: string;
  vault: Vault;
  readonly pair = newSealPair();
  readonly relay: RelayEnd;
  readonly events: JournalEvent[] = [];
  readonly handedOver: RelayKey[] = [];
  pulses = 0;
  store!: BoxStore;
  loop!: Loop;
  uplink: Uplink | undefined;
  link!: HandLink;
  clock!: Time;
  /** As `ApplierParts.atOnceMax`, from the next `talk` on. */
  atOnceMax = 200;
  /** Slots whose key was taken: a start finds them empty. */
  readonly #empty = new Set<number>();
  #life = 0;
  #challenges = 0;

  private constructor(folder: string, vault: Vault) {
    this.folder = folder;
    this.vault = vault;
    this.relay = new RelayEnd({ sign: vault.publicKey, seal: this.pair.publicKey });
  }

  /** A box that runs alone. */
  static async alone(t: Pick<TestContext, 'after'>): Promise<UplinkRig> {
    const folder = mkdtempSync(join(tmpdir(), 'smartbox-uplink-'));
    const rig = new UplinkRig(folder, await openVault({ folder, box: 'box-1' }));
    t.after(async () => {
      await rig.uplink?.close();
      rig.store.close();
      rmSync(folder, { recursive: true, force: true });
    });
    rig.open();
    return rig;
  }

  static async make(t: Pick<TestContext, 'after'>): Promise<UplinkRig> {
    const rig = await UplinkRig.alone(t);
    const { key: relayKey } = rig.relay.identity;
    rig.loop.write({ type: 'enrolled', enrolled: true, who: 'ada', why: 'test' }, () =>
      rig.store.synced.enrol({ id: 'e-1', relayKey }),
    );
    await rig.talk();
    return rig;
  }

  /** The box starts, without its uplink. What the life before has armed rings no more. */
  open(): void {
    this.#life += 1;
    const life = this.#life;
    const { time } = this;
    this.clock = {
      mono: () => time.mono(),
      wall: () => time.wall(),
      at: (at, wake) => time.at(at, () => (this.#life === life ? wake() : undefined)),
    };
    const { folder, vault } = this;
    this.store = openStore({ folder, box: 'box-1', vault, log: silent, machine: 'm-1' });
    const keys = keyDefinitions(slots, this.store.keys.all());
    const site = { rules, slots: slots.map(id => ({ id, pulseMs: millis(300), sensed: true })), keys };
    this.loop = new Loop(restore(site, this.store.load()), {
      ...{ time: this.clock, store: this.store, log: silent, examine: () => {} },
      cabinet: {
        signal: () => {},
        heard: () => true,
        pulse: () => {
          this.pulses += 1;
        },
      },
    });
    this.loop.watch({ events: events => void this.events.push(...events), changed: () => {} });
    const presence = (slot: number) => (this.#empty.has(slot) ? ('absent' as const) : ('present' as const));
    const levels = slots.map(slot => ({ slot, door: 'shut' as const, presence: presence(slot) }));
    this.loop.report({ type: 'booted', reason: 'test', levels });
  }

  async talk(): Promise<void> {
    const { loop, store, clock: time, vault, atOnceMax } = this;
    this.uplink = await Uplink.open({
      ...{ store, vault, time, log: silent, label: 'box-1', program: '0.0.0', atOnceMax },
      state: () => loop.state,
      judged: () => judgedTime(loop.state, { mono: time.mono(), wall: time.wall() }),
      write: (input, also) => loop.write(input, also),
      report: loop.report,
      watch: watcher => loop.watch(watcher),
      identity: { box: boxAtRelay, pair: this.pair, sign: text => vault.sign(text) },
      relayKey: store.synced.enrolment()?.relayKey ?? this.relay.identity.key,
      openLink: (options, handlers) => {
        this.link = new HandLink(options, handlers);
        return this.link;
      },
      challenge: () => {
        this.#challenges += 1;
        return this.#challenges.toString(16).padStart(32, '0');
      },
      instance: '1'.repeat(32),
      believeBroker: () => false,
      authorities: () => authoritiesDigest(null),
      random: () => 0.5,
      document: () => plainDocument,
      handedOver: key => void this.handedOver.push(key),
    });
  }

  /** The power goes, whatever is under way, and comes back; `refuses`: the disk takes nothing in before the link is up. */
  async reboot({ refuses = false } = {}): Promise<void> {
    await this.uplink?.close();
    this.store.close();
    this.open();
    // As at every start: what was decided on is taken in before anything is served.
    if (!refuses) await this.store.incoming.settle();
    await this.talk();
  }

  get state(): BoxState {
    return this.loop.state;
  }

  async hears(message: Parameters<RelayEnd['seal']>[0]): Promise<void> {
    await this.link.receive(this.relay.seal(message));
  }

  /** What the box has said since this was last asked; time passes so that what is due is said. */
  async says(passMs = 10): Promise<readonly Up[]> {
    for (let turn = 0; turn < 4; turn += 1) {
      await new Promise(setImmediate);
      this.time.advance(passMs / 4);
    }
    return this.link.said.splice(0).map(payload => this.relay.open(payload));
  }

  async saysLast<Kind extends Up['kind']>(kind: Kind): Promise<Extract<Up, { kind: Kind }>> {
    const said = await this.says();
    const found = said.findLast(each => each.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} among ${said.map(each => each.kind)}`);
    return found as Extract<Up, { kind: Kind }>;
  }

  /** Applied, as a relay does it: everything that is there now. */
  async syncs(): Promise<void> {
    for (const part of this.relay.snapshot()) await this.hears(part);
  }

  /** A code is typed; the last event about it. */
  types(code: string): Entry | undefined {
    const found = this.store.bookings.byCode(this.vault.fingerprint('code', code), this.time.wall());
    const before = this.events.length;
    const lookup = { code: found, phone: null };
    this.loop.report({ type: 'looked-up', scope: 'all', lookup, pin: null });
    return this.events.slice(before).find(({ type }) => type === 'granted' || type === 'denied');
  }

  /** The door of a slot is opened, its key goes or comes, and it is shut. */
  visits(slot: number, key: 'goes' | 'comes'): void {
    const id = slotId(slot);
    this.loop.report({ type: 'pulse-begun', slot: id, ms: millis(300) });
    this.time.advance(300);
    this.loop.report({ type: 'pulse-ended', slot: id });
    this.loop.report({ type: 'door-changed', slot: id, door: 'open' });
    this.time.advance(2_000);
    this.loop.report({ type: 'presence-changed', slot: id, presence: key === 'goes' ? 'absent' : 'present' });
    if (key === 'goes') this.#empty.add(slot);
    else this.#empty.delete(slot);
    this.time.advance(500);
    this.loop.report({ type: 'door-changed', slot: id, door: 'shut' });
    this.time.advance(1_500);
  }
}
