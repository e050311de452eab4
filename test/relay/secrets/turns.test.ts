import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../../../src/relay/secrets/turns.ts';

const full = 'full';

/** Work that ends when it is told to; what each asker's came to. */
class Crowd {
  readonly turns = new Turns(() => new Error(full));
  readonly done: string[] = [];
  readonly refused: string[] = [];
  #open: () => void = () => {};
  readonly #gate = new Promise<void>(resolve => {
    this.#open = resolve;
  });
  readonly #all: Promise<unknown>[] = [];

  asks(asker: string, count: number): void {
    for (let each = 0; each < count; each += 1)
      this.#all.push(
        this.turns
          .inTurn(asker, () => this.#gate)
          .then(
            () => this.done.push(asker),
            (error: Error) => {
              assert.equal(error.message, full);
              this.refused.push(asker);
            },
          ),
      );
  }

  async end(): Promise<void> {
    this.#open();
    await Promise.all(this.#all);
  }
}

test('sixteen who fill every place keep out nobody who has fewer', async () => {
  const crowd = new Crowd();
  // One of the first is at work at once, and leaves a place.
  for (let each = 0; each < 17; each += 1) crowd.asks(`flood ${each}`, 64);
  crowd.asks('quiet', 3);
  await crowd.end();
  assert.equal(crowd.done.filter(asker => asker === 'quiet').length, 3);
  assert.ok(!crowd.refused.includes('quiet'));
  assert.ok(crowd.done.indexOf('quiet') < 20, 'and is not served last');
});

test('never holds more than its places, also where everybody asks once', async () => {
  const crowd = new Crowd();
  for (let each = 0; each < 1_100; each += 1) crowd.asks(`asker ${each}`, 1);
  await crowd.end();
  assert.deepEqual([crowd.done.length, crowd.refused.length], [1_025, 75]);
});
