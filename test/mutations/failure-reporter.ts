/** Prints one line of JSON for each failed test, and one for the count of those that ran; nothing else. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/** How a test failed. */
export interface Failure {
  readonly file: string;
  readonly name: string;
  /** By an assertion of the test itself: neither a file that could not be loaded, nor an error or a time-out on the way. */
  readonly isAssertion: boolean;
  readonly said: string;
}

export interface Count {
  readonly ran: number;
}

const saidMax = 300;

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let ran = 0;
  for await (const event of source) {
    if (event.type === 'test:pass' && event.data.details.type !== 'suite') ran += 1;
    if (event.type !== 'test:fail' || event.data.details.type === 'suite') continue;
    ran += 1;
    const { file = '?', name, details } = event.data;
    const cause: unknown = details.error.cause ?? details.error;
    const isAssertion = cause instanceof Error && 'code' in cause && cause.code === 'ERR_ASSERTION';
    const said = (cause instanceof Error ? cause.message : String(cause)).slice(0, saidMax);
    const failure: Failure = { file: relative(process.cwd(), file), name, isAssertion, said };
    yield `${JSON.stringify(failure)}\n`;
  }
  const count: Count = { ran };
  yield `${JSON.stringify(count)}\n`;
}
