/** A relay's fleet on a store, with boxes on a broker in memory. Time stands until a test moves it. */
import assert from 'node:assert/strict';
import { silent } from '../../../src/base/log.ts';
import { Fleet, type FleetOptions } from '../../../src/relay/boxes/fleet.ts';
import { ensureIdentity } from '../../../src/relay/domain/identity.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
import type { RelayKey } from '../../../src/wire/relay-key.ts';
import { FakeTime } from '../../fake-time.ts';
import { startMs } from '../core/journal-lines.ts';
import { boxWithKeys, type House, houseOn } from '../domain/house.ts';
import { MemoryBroker } from './memory-broker.ts';
import { WireBox } from './wire-box.ts';

export class Rig {
  readonly house: House;
  readonly time = new FakeTime({ wallMs: startMs });
  readonly broker = new MemoryBroker();
  readonly boxes: WireBox[] = [];
  readonly key: RelayKey;
  fleet: Fleet | null = null;
  readonly #fleets: Fleet[] = [];

  constructor(house: House, key: RelayKey) {
    this.house = house;
    this.key = key;
  }

  static async on(store: RelayStore, seed = 1): Promise<Rig> {
    const house = await houseOn(store, seed);
    const identity = await house.act(context => ensureIdentity(context.tx, { ...context, now: startMs }));
    return new Rig(house, identity.key);
  }

  async start(options: Partial<FleetOptions> = {}): Promise<Fleet> {
    const { store, atRest, random } = this.house;
    const fleet = await Fleet.start({
      ...{
        store,
        atRest,
        random,
        time: this.time,
        log: silent,
        hasRoom: () => true,
      },
      ...{ openLink: this.broker.open, copy: 'relay', serve: 'all' },
      ...options,
    });
    this.fleet = fleet;
    this.#fleets.push(fleet);
    return fleet;
  }

  async stop(): Promise<void> {
    for (const fleet of this.#fleets) await fleet.close();
  }

  /** A box with some keys, as enrolled. */
  async enrolled(id: string, keys = 2): Promise<{ readonly box: WireBox; readonly keys: readonly string[] }> {
    const made = await boxWithKeys(this.house, keys, { id });
    const box = new WireBox(id, this.broker, this.key);
    await this.house.store.write(tx =>
      tx
        .updateTable('box')
        .set({ enrolments: 1, sign: box.sign, seal: box.seal, label: 'depot-a' })
        .where('id', '=', id)
        .execute(),
    );
    box.model.clockMs = startMs;
    this.boxes.push(box);
    return { box, keys: made.keys };
  }

  /** Time passes, and everything that it sets off has happened. */
  async pass(ms: number): Promise<void> {
    this.time.advance(ms);
    this.house.nowMs = this.time.wall();
    for (const { model } of this.boxes) model.clockMs = this.time.wall();
    await this.quiet();
  }

  /** Until nobody has anything more to do in this instant. */
  async quiet(): Promise<void> {
    for (let round = 0; round < 12; round += 1) {
      await this.broker.idle();
      await new Promise(resolve => setTimeout(resolve, 1));
    }
  }

  async until(what: string, true_: () => boolean | Promise<boolean>): Promise<void> {
    for (let round = 0; round < 400; round += 1) {
      if (await true_()) return;
      await this.broker.idle();
      await new Promise(resolve => setTimeout(resolve, 2));
    }
    assert.fail(`never: ${what}`);
  }
}
