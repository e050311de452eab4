/** What `./scripts/test` prints: a line a file, failures in full, every skip with its reason, and the count at the end. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

interface Skip {
  readonly file: string;
  readonly name: string;
  readonly reason: string;
}

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** What the runner itself says at the end. */
const ownCount = /^(?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

const here = (file: string | undefined): string => (file === undefined ? '?' : relative(process.cwd(), file));

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skips: Skip[] = [];
  const total: Tally = { passed: 0, failed: 0, skipped: 0 };
  const files = new Map<string, Tally & { durationMs: number }>();
  const silent = new Set(process.argv.filter(arg => arg.endsWith('.test.ts')));
  for await (const event of source) {
    switch (event.type) {
      case 'test:pass':
      case 'test:fail': {
        const { data } = event;
        if (data.details.type === 'suite' && event.type === 'test:pass') break;
        const file = here(data.file);
        const tally = files.get(file) ?? { passed: 0, failed: 0, skipped: 0, durationMs: 0 };
        files.set(file, tally);
        const outcome = event.type === 'test:fail' ? 'failed' : isSkip(data.skip) ? 'skipped' : 'passed';
        tally[outcome]++;
        total[outcome]++;
        if (outcome === 'skipped')
          skips.push({ file, name: data.name, reason: String(data.skip || 'no reason given') });
        if (event.type === 'test:fail') yield failure(file, data.name, event.data.details.error);
        break;
      }
      case 'test:summary':
        if (event.data.file === undefined) break;
        silent.delete(here(event.data.file));
        yield fileLine(event.data.file, event.data.duration_ms, files);
        break;
      case 'test:stdout':
      case 'test:stderr':
        yield indented(event.data.message);
        break;
      case 'test:diagnostic':
        if (!ownCount.test(event.data.message)) yield indented(`${event.data.message}\n`);
        break;
    }
  }
  const more = [...silent].map(file => `${file}: ended before it had reported all of its tests`);
  if (process.env.SMARTBOX_CHECK === 'failed') more.push('check: types, lint or format; see the first lines');
  if (more.length > 0) process.exitCode = 1;
  total.failed += more.length;
  yield more.map(what => `\nFAILED ${what}\n`).join('');
  yield ending(skips, total);
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
  return `\n${list}\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`;
}
