/** A disk that takes a write and refuses the next, for hours: the loop with a store that does so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../../src/base/fault.ts';
import { silent } from '../../../src/base/log.ts';
import { initialState } from '../../../src/box/core/initial.ts';
import { Loop } from '../../../src/box/engine/loop.ts';
import type { Commit, Store } from '../../../src/box/ports.ts';
import type { JournalEvent } from '../../../src/wire/journal.ts';
import { FakeTime } from '../adapters/gpio/fake-time.ts';
import { siteOf } from '../core/bench-site.ts';

const minute = 60_000;

/** A box whose bookings change every other second: each must be written. */
class Rig {
  readonly time = new FakeTime();
  readonly #loop: Loop;
  /** How many commits are refused after each that succeeds. */
  refusals = 0;
  #left = 0;
  commits = 0;
  reserves = 0;

  constructor() {
    const commit = (what: Commit): readonly JournalEvent[] => this.#commit(what);
    const restoreReserve = (): void => {
      this.reserves += 1;
    };
    this.#loop = new Loop(initialState(siteOf({})), {
      time: this.time,
      store: { commit, freeReserve: () => false, restoreReserve } as unknown as Store,
      cabinet: { pulse: () => {}, signal: () => {}, heard: () => true },
      log: silent,
      examine: () => {},
    });
    this.#loop.report({ type: 'booted', reason: 'test', levels: [] });
  }

  get storage(): string {
    return this.#loop.state.health.storage;
  }

  #commit(_: Commit): readonly JournalEvent[] {
    if (this.#left > 0) {
      this.#left -= 1;
      throw new Fault('storage-io', 'refused', '');
    }
    this.#left = this.refusals;
    this.commits += 1;
    return [];
  }

  runs(forMs: number): void {
    for (let ms = 0; ms < forMs; ms += 2_000) {
      this.time.pass(2_000);
      this.#loop.report({ type: 'bookings-changed', count: 1, who: 'x', what: 'y' });
    }
  }
}

test('it is tried less often, and no reserve is made for each time that it changes its mind', () => {
  const box = new Rig();
  box.refusals = 1;
  box.runs(30 * minute);
  const { commits, reserves } = box;
  assert.ok(reserves > 3 && reserves <= 20, `${reserves} reserves of a mebibyte`);
  box.runs(60 * minute);
  const [more, again] = [box.commits - commits, box.reserves - reserves];
  assert.ok(more >= 50 && more <= 70, `${more} commits in an hour`);
  assert.ok(again <= 2, `${again} reserves in an hour`);
});

test('once it is well, it is used at once, and has its reserve again in the end', () => {
  const box = new Rig();
  box.refusals = 1;
  box.runs(30 * minute);
  box.refusals = 0;
  box.runs(3 * minute);
  assert.equal(box.storage, 'good');
  const { reserves } = box;
  box.runs(3 * 60 * minute);
  assert.equal(box.reserves, reserves + 1);
});
