/** `scripts/vm test [CASE]...`: the virtual box, a line for each case. */
import { Fault, reasonOf } from '../../../src/base/fault.ts';
import type { Case, Stage } from './case.ts';
import { cases } from './cases.ts';
import { workFolder } from './ready.ts';
import { stageIn } from './stage.ts';

const asked = process.argv.slice(2);
const unknown = asked.filter(name => !cases.some(each => each.name === name));
const seconds = (from: number): string => `${((performance.now() - from) / 1_000).toFixed(0)} s`;

type Outcome = 'passed' | 'failed' | 'skipped';

async function one(each: Case, stage: Stage): Promise<Outcome> {
  const from = performance.now();
  const missed: string[] = [];
  const figure = (what: string, value: string): void => console.log(`       ${what}: ${value}`);
  const bar = (what: string, value: string, met: boolean): void => {
    figure(what, met ? value : `${value} – NOT WITHIN THE BAR`);
    if (!met) missed.push(what);
  };
  try {
    await each.run({ ...stage, figure, bar, isJudged: true });
    if (missed.length > 0) throw new Error(`not within the bar: ${missed.join(', ')}`);
    console.log(`ok     ${each.name} – ${each.what} (${seconds(from)})`);
    return 'passed';
  } catch (error) {
    if (isMissing(error)) {
      console.log(`SKIPPED ${each.name} – ${each.what}: ${reasonOf(error)} (${error.hint})`);
      return 'skipped';
    }
    console.log(
      `FAILED ${each.name} – ${each.what} (${seconds(from)})\n${error instanceof Error ? error.stack : error}`,
    );
    return 'failed';
  }
}

/** No machine of this kind can be had here. */
const isMissing = (error: unknown): error is Fault => error instanceof Fault && error.code === 'vm-missing';

async function all(): Promise<void> {
  const chosen = cases.filter(each =>
    asked.length === 0 ? each.minutes === null : asked.includes(each.name),
  );
  const skipped = cases.filter(each => asked.length === 0 && each.minutes !== null);
  const stage = await stageIn(workFolder());
  const outcomes: Outcome[] = [];
  for (const each of chosen) outcomes.push(await one(each, stage));
  const count = (outcome: Outcome): number => outcomes.filter(each => each === outcome).length;
  for (const { name, what, minutes } of skipped)
    console.log(`not run: ${name} – ${what}; about ${minutes} min: ./scripts/vm test ${name}`);
  console.log(
    `${count('passed')} passed, ${count('failed')} failed, ${count('skipped') + skipped.length} skipped`,
  );
  process.exitCode = count('failed') === 0 ? 0 : 1;
}

if (unknown.length > 0) {
  console.error(`no case ${unknown.join(', ')}; there are:`);
  for (const { name, what } of cases) console.error(`  ${name} – ${what}`);
  process.exitCode = 2;
} else {
  try {
    await all();
  } catch (error) {
    if (!isMissing(error)) throw error;
    console.log(`SKIPPED: no virtual box: ${reasonOf(error)} (${error.hint})\n0 passed, 0 failed, 1 skipped`);
  }
}
