import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Transaction } from 'kysely';
import { Fault } from '../../../src/base/fault.ts';
import { BatchWriter } from '../../../src/relay/store/batch-writer.ts';
import type { Tables } from '../../../src/relay/store/tables.ts';

/** A writer whose jobs are kept; each waits until the test lets it go on. */
class Bench {
  readonly jobs: (readonly string[])[] = [];
  readonly done: string[] = [];
  readonly failed: (readonly string[])[] = [];
  /** What the store says to a job. */
  refuse: (items: readonly string[]) => Error | null = () => null;
  readonly writer: BatchWriter<string>;

  constructor(gather?: () => Promise<unknown>) {
    this.writer = new BatchWriter<string>({
      store: { write: async work => work({} as Transaction<Tables>) },
      most: 3,
      ...(gather === undefined ? {} : { gather }),
      write: async (_, items) => {
        this.jobs.push(items);
        await new Promise(resolve => setImmediate(resolve));
        const error = this.refuse(items);
        if (error !== null) throw error;
      },
      done: items => this.done.push(...items),
      failed: items => this.failed.push(items),
    });
  }

  push(...items: readonly string[]): void {
    for (const item of items) this.writer.push(item);
  }
}

test('what comes in one turn, or while a job runs, is written together, and never more than that', async () => {
  const bench = new Bench();
  bench.push('a', 'b');
  while (bench.jobs.length === 0) await null;
  bench.push('c', 'd', 'e', 'f');
  await bench.writer.settled();
  assert.deepEqual(bench.jobs, [['a', 'b'], ['c', 'd', 'e'], ['f']]);
  assert.deepEqual([bench.done.join(''), bench.writer.waiting], ['abcdef', 0]);
});

test('what comes while it gathers goes along', async () => {
  const gathering = Promise.withResolvers<void>();
  const bench = new Bench(() => gathering.promise);
  bench.push('a');
  await new Promise(resolve => setImmediate(resolve));
  bench.push('b');
  gathering.resolve();
  await bench.writer.settled();
  assert.deepEqual(bench.jobs, [['a', 'b']]);
});

test('an item that cannot be written takes no other with it; a disk that refuses, all at once', async () => {
  const bench = new Bench();
  bench.refuse = items => (items.includes('b') ? new Error('no such integration') : null);
  bench.push('a', 'b', 'c');
  await bench.writer.settled();
  assert.deepEqual([bench.done.join(''), bench.failed], ['ac', [['b']]]);
  bench.refuse = () => new Fault('storage-full', 'the disk is full', 'Make room.');
  bench.push('d', 'e');
  await bench.writer.settled();
  assert.deepEqual(bench.failed, [['b'], ['d', 'e']]);
  assert.equal(bench.jobs.length, 5, 'it is not asked for each');
});
