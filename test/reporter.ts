/** What `./scripts/test` prints: a line a file, failures in full, every skip with its reason, and the count at the end. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import { PassedTests } from './passed-tests.ts';

interface Skip {
  readonly file: string;
  readonly name: string;
  readonly reason: string;
}

/** A file that was not run, and why. */
export interface LeftOut {
  readonly type: 'left-out';
  readonly file: string;
  readonly reason: string;
}

/** A file runs once more, alone: its first run does not count, and is told of at the end. */
export interface Again {
  readonly type: 'again';
  readonly file: string;
}

type Told = TestEvent | LeftOut | Again;
type Passed = Extract<TestEvent, { readonly type: 'test:pass' }>;
type Failed = Extract<TestEvent, { readonly type: 'test:fail' }>;

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** What the runner itself says at the end. */
const ownCount = /^(?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

const here = (file: string | undefined): string => (file === undefined ? '?' : relative(process.cwd(), file));

/** For `--test-reporter`, which hands over more than the events. */
export default (source: AsyncIterable<TestEvent>): AsyncGenerator<string> =>
  report(
    source,
    process.argv.filter(arg => arg.endsWith('.test.ts')),
  );

/** @param asked - the files that must tell of themselves */
export async function* report(source: AsyncIterable<Told>, asked: readonly string[]): AsyncGenerator<string> {
  const heard = new Heard(asked);
  for await (const event of source) yield heard.told(event);
  yield heard.ending();
}

/** What a run has told so far, and what is printed of it. */
class Heard {
  readonly #skips: Skip[] = [];
  readonly #total: Tally = { passed: 0, failed: 0, skipped: 0 };
  readonly #files = new Map<string, Tally>();
  readonly #silent: Set<string>;
  readonly #ran: PassedTests;
  readonly #again: string[] = [];

  constructor(asked: readonly string[]) {
    this.#silent = new Set(asked);
    this.#ran = new PassedTests(asked);
  }

  told(event: Told): string {
    switch (event.type) {
      case 'test:pass':
        return event.data.details.type === 'suite' ? this.#suitePassed(event.data) : this.#ended(event);
      case 'test:fail':
        return this.#ended(event);
      case 'left-out':
        this.#silent.delete(event.file);
        this.#ran.leftOut(event.file);
        this.#total.skipped++;
        this.#skips.push({ ...event, name: 'all of it' });
        return '';
      case 'again':
        return this.#runsAgain(event.file);
      case 'test:summary':
        if (event.data.file === undefined) return '';
        this.#silent.delete(here(event.data.file));
        return fileLine(event.data.file, event.data.duration_ms, this.#files);
      case 'test:stdout':
      case 'test:stderr':
        return indented(event.data.message);
      case 'test:diagnostic':
        return ownCount.test(event.data.message) ? '' : indented(`${event.data.message}\n`);
      default:
        return '';
    }
  }

  #runsAgain(file: string): string {
    const first = this.#files.get(file);
    this.#files.delete(file);
    for (const outcome of ['passed', 'failed', 'skipped'] as const)
      this.#total[outcome] -= first?.[outcome] ?? 0;
    const skips = this.#skips.filter(skip => skip.file !== file);
    this.#skips.splice(0, Number.POSITIVE_INFINITY, ...skips);
    this.#ran.again(file);
    this.#again.push(file);
    return `AGAIN ${file}: alone, since it failed\n`;
  }

  #suitePassed(data: Passed['data']): string {
    this.#ran.suitePassed(here(data.file), data);
    return '';
  }

  #ended(event: Passed | Failed): string {
    const { data } = event;
    const file = here(data.file);
    const tally = this.#files.get(file) ?? { passed: 0, failed: 0, skipped: 0 };
    this.#files.set(file, tally);
    const outcome = event.type === 'test:fail' ? 'failed' : isSkip(data.skip) ? 'skipped' : 'passed';
    tally[outcome]++;
    this.#total[outcome]++;
    if (outcome === 'passed') this.#ran.testPassed(file, data);
    if (outcome === 'skipped')
      this.#skips.push({ file, name: data.name, reason: String(data.skip || 'no reason given') });
    return event.type === 'test:fail' ? failure(file, data.name, event.data.details.error) : '';
  }

  ending(): string {
    const more = [...unfinished(this.#silent), ...this.#ran.complaints()];
    this.#total.failed += more.length;
    if (this.#total.failed > 0) process.exitCode = 1;
    const again = this.#again.map(file => `\nfailed at first, then run once more, alone: ${file}`).join('');
    return more.map(what => `\nFAILED ${what}\n`).join('') + again + ending(this.#skips, this.#total);
  }
}

/** What no test of the run can say. */
function unfinished(silent: ReadonlySet<string>): readonly string[] {
  const told = [...silent].map(file => `${file}: ended before it had reported all of its tests`);
  const isUnchecked = process.env.SMARTBOX_CHECK === 'failed';
  return isUnchecked ? [...told, 'check: types, lint or format; see the first lines'] : told;
}

const isSkip = (skip: string | boolean | undefined): boolean => skip !== undefined && skip !== false;

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');

function failure(file: string, name: string, error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return `\nFAILED ${file}: ${name}\n${indented(inspect(cause, { depth: 6 }))}\n\n`;
}

function fileLine(path: string, durationMs: number, files: ReadonlyMap<string, Tally>): string {
  const file = here(path);
  const tally = files.get(file) ?? { passed: 0, failed: 0, skipped: 0 };
  const word = tally.failed > 0 ? 'FAIL' : 'ok  ';
  const counts = [`${tally.passed} passed`];
  if (tally.failed > 0) counts.push(`${tally.failed} failed`);
  if (tally.skipped > 0) counts.push(`${tally.skipped} skipped`);
  return `${word} ${file} – ${counts.join(', ')} (${(durationMs / 1_000).toFixed(1)} s)\n`;
}

function ending(skips: readonly Skip[], total: Tally): string {
  const lines = skips.map(({ file, name, reason }) => `  ${file}: ${name}: ${reason}`);
  const list = skips.length === 0 ? 'skipped: nothing' : `skipped:\n${lines.join('\n')}`;
  const tookMin = (performance.now() / 60_000).toFixed(1);
  return `\ntook ${tookMin} min\n${list}\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`;
}
