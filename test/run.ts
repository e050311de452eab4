/**
 * Runs the suites, `./scripts/test` its caller: the quick one, with `--unit` the pure parts of it, and with `--all` what takes long;
 * three files at a time, but for what needs the machine for itself.
 *
 * One report covers all of it, since rows of the manual stand on tests of both.
 */
import { globSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { type Again, type LeftOut, report } from './reporter.ts';

interface Part {
  readonly files: readonly string[];
  readonly atOnce: number;
  readonly limitMs: number;
  /** None: all files in this process, which saves most of the time of small ones; they are not told of one by one. */
  readonly isolation?: 'none';
}

/** One more than the cores that it is made for: much of its time a test waits, for a pulse, a lockout, a program that starts. */
const atOnce = 3;
const quickLimitMs = 240_000;
const slowLimitMs = 1_200_000;

/**
 * They take all cores by themselves (two emulated machines at once take longer than one after the other), or compare times that a
 * neighbour would change. Tests of the product come before tests of its tests, which are left out, and say so, where a machine is so
 * slow that continuous integration would end the run.
 */
const alone = [
  'test/vm/vm.all.test.ts',
  'test/vm/virtual-box.all.test.ts',
  'test/torture/kill.all.test.ts',
  'test/real/mosquitto.all.test.ts',
  'test/blackbox/heavy-set.all.test.ts',
  'test/blackbox/import.all.test.ts',
  'test/sim/sim.all.test.ts',
  'test/box/core/mutations.all.test.ts',
  'test/mutations/mended-rows.all.test.ts',
  'test/sim/mutations.all.test.ts',
];
/** Continuous integration gives the whole run 90 minutes; what begins at this time is over in good time. */
const lastBeginMin = 68;
/** What still runs at this time is ended, and told as failed: a run that is cut from outside says nothing of what hung. */
const endMin = 80;
/** What takes longest begins first, so that one core does not wait for it at the end. */
const longest = [
  'test/relay/integrations/fleetio/sync/walk.all.test.ts',
  'test/real/copies.all.test.ts',
  'test/relay/http/pages/browser.all.test.ts',
  'test/crash/crash.all.test.ts',
  'test/cli/file-cost.all.test.ts',
  'test/package/packages.all.test.ts',
];

/** By their own names, not by folders: of what waits for programs and what computes, each has some of the other beside it. */
const byName = (one: string, other: string): number => basename(one).localeCompare(basename(other));
const everything = globSync('test/**/*.test.ts').sort(byName);
const slow = everything.filter(file => file.endsWith('.all.test.ts'));
const isSideBySide = (file: string): boolean => !alone.includes(file) && !longest.includes(file);
const quick: Part = {
  files: everything.filter(file => !slow.includes(file)),
  atOnce,
  limitMs: quickLimitMs,
};
/** What has no program to start, no connection and nothing to wait for: the pure parts, and what they stand on, but for their longest walks. */
const unit =
  /^test\/(?:base|wire(?!\/(?:mqtt|tls)\/)|box\/core|relay\/core)\/(?!.*(?:walk|guessing|flapping|cost)\.test\.ts$)/;

function partsOf(asked: string | undefined): readonly Part[] {
  if (asked === '--unit')
    return [{ ...quick, files: quick.files.filter(file => unit.test(file)), isolation: 'none' }];
  if (asked !== '--all') return [quick];
  return [
    quick,
    { files: [...longest, ...slow.filter(isSideBySide)], atOnce, limitMs: slowLimitMs },
    ...alone.map(file => ({ files: [file], atOnce: 1, limitMs: slowLimitMs })),
  ];
}

// Read by seeds.ts in each file that is run.
if (process.argv[2] === '--all') process.env.SMARTBOX_LONG_RUN = 'yes';
const parts = partsOf(process.argv[2]);
const fileLimit = new URL('file-limit.ts', import.meta.url).href;
const end = new AbortController();
// Not AbortSignal.timeout, which is collected while nobody but a listener knows it.
setTimeout(() => end.abort(), endMin * 60_000).unref();

const leftOut = (file: string): LeftOut => ({
  type: 'left-out',
  file,
  reason: `SKIPPED: ${lastBeginMin} minutes are over; run it by itself`,
});

/** Of the long run, so many files that failed are run once more. More are no accident of a busy machine. */
const againMost = 3;

/** What has failed, by the events that pass by. */
async function* noting(
  failed: Set<string>,
  source: AsyncIterable<TestEvent | LeftOut>,
): AsyncGenerator<TestEvent | LeftOut> {
  for await (const event of source) {
    if (event.type === 'test:fail' && event.data.file !== undefined)
      failed.add(relative(process.cwd(), event.data.file));
    yield event;
  }
}

/**
 * Everything, and of the long run what failed once more, alone: on a machine that others use, real time stands still for seconds. The
 * report tells of both runs.
 */
async function* runs(): AsyncGenerator<TestEvent | LeftOut | Again> {
  const failed = new Set<string>();
  yield* noting(failed, events());
  const isLate = performance.now() > lastBeginMin * 60_000;
  if (process.argv[2] !== '--all' || failed.size > againMost || isLate) return;
  for (const file of failed) {
    yield { type: 'again', file };
    yield* started([file], quick.files.includes(file) ? quickLimitMs : slowLimitMs, { concurrency: 1 });
  }
}

function started(
  files: readonly string[],
  timeout: number,
  how: Pick<NonNullable<Parameters<typeof run>[0]>, 'concurrency' | 'isolation'>,
): AsyncIterable<TestEvent> {
  // Read by file-limit.ts: the runner's own limit is one of a test, and a file that is through and never ends has none.
  process.env.SMARTBOX_FILE_LIMIT_MS = String(timeout);
  const execArgv = how.isolation === 'none' ? [] : ['--import', fileLimit];
  // Never with forceExit: a file then ends before all that it has to report is written, and its tests are lost.
  return run({ files: [...files], timeout, execArgv, isolation: 'process', ...how, signal: end.signal });
}

async function* events(): AsyncGenerator<TestEvent | LeftOut> {
  for (const { files, atOnce, limitMs, isolation = 'process' } of parts) {
    const isLate = performance.now() > lastBeginMin * 60_000 && files.every(file => alone.includes(file));
    if (isLate) yield* files.map(leftOut);
    else yield* started(files, limitMs, { concurrency: atOnce, isolation });
  }
}

const told = parts.filter(part => part.isolation !== 'none').flatMap(part => part.files);
for await (const text of report(runs(), told)) process.stdout.write(text);
