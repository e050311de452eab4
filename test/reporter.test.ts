import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { type Again, report } from './reporter.ts';

const file = 'test/some.test.ts';

/** Of the many members of these events, those that the report reads. */
const ended = (type: 'test:pass' | 'test:fail', name: string): TestEvent =>
  ({
    type,
    data: { name, file, nesting: 0, details: { error: new Error(`${name} is broken`) } },
  }) as TestEvent;
const over = { type: 'test:summary', data: { file, duration_ms: 1_000 } } as TestEvent;
const again: Again = { type: 'again', file };

async function told(events: readonly (TestEvent | Again)[]): Promise<string> {
  const before = process.exitCode;
  let text = '';
  async function* source(): AsyncGenerator<TestEvent | Again> {
    yield* events;
  }
  for await (const part of report(source(), [file])) text += part;
  process.exitCode = before;
  return text;
}

const first = [ended('test:pass', 'one'), ended('test:fail', 'two'), over] as const;

test('a test that fails is told with its error, and counted', async () => {
  const text = await told(first);
  assert.match(text, /FAILED test\/some\.test\.ts: two\n {4}Error: two is broken/);
  assert.match(text, /\n1 passed, 1 failed, 0 skipped\n$/);
});

test('a file that ran once more counts by its second run, and the first one is told of', async () => {
  const text = await told([...first, again, ended('test:pass', 'one'), ended('test:pass', 'two'), over]);
  assert.match(text, /FAILED test\/some\.test\.ts: two/);
  assert.match(text, /failed at first, then run once more, alone: test\/some\.test\.ts\n/);
  assert.match(text, /\n2 passed, 0 failed, 0 skipped\n$/);
});

test('a file that fails again has failed', async () => {
  assert.match(await told([...first, again, ...first]), /\n1 passed, 1 failed, 0 skipped\n$/);
});
