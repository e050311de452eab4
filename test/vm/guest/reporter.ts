/** What tests inside the virtual machine tell the host: a line of JSON for each test. */
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

export interface Told {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly reason: string;
}

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type === 'test:stderr') yield* figuresOf(event.data.message);
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    // What failed in a suite has told so itself.
    if (event.data.details.type === 'suite' && !brokeItself(event)) continue;
    yield `${JSON.stringify(toldOf(event))}\n`;
  }
}

/** What a test has measured, for the person who reads: a line of stderr that begins so. */
function* figuresOf(text: string): Generator<string> {
  for (const name of text.match(/^figure: .*$/gm) ?? [])
    yield `${JSON.stringify({ name, outcome: 'passed', reason: '' } satisfies Told)}\n`;
}

type Ended = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

const brokeItself = (event: Ended): boolean =>
  event.type === 'test:fail' &&
  !('failureType' in event.data.details.error && event.data.details.error.failureType === 'subtestsFailed');

/** Of a file, whose process may have ended by a signal although none of its tests failed. */
const howEnded = (error: Error): string =>
  'exitCode' in error && 'signal' in error ? `, exit ${error.exitCode}, signal ${error.signal}` : '';

function toldOf(event: Ended): Told {
  const { name, skip } = event.data;
  if (event.type === 'test:fail') {
    const { error } = event.data.details;
    const reason = `${inspect(error.cause ?? error, { depth: 6 })}${howEnded(error)}`;
    return { name, outcome: 'failed', reason };
  }
  if (skip !== undefined && skip !== false) return { name, outcome: 'skipped', reason: String(skip) };
  return { name, outcome: 'passed', reason: '' };
}
