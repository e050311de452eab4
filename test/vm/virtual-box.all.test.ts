/** The virtual box (`scripts/vm test`): what the package is on a whole Debian, beside `vm.all.test.ts`, where the checkout is on a kernel. */
import { describe, type TestContext, test } from 'node:test';
import { Fault } from '../../src/base/fault.ts';
import type { Stage } from './virtual-box/case.ts';
import { cases } from './virtual-box/cases.ts';
import { workFolder } from './virtual-box/ready.ts';
import { stageIn } from './virtual-box/stage.ts';

/** A first run makes a Debian, and any run a package. */
const limitMs = 1_800_000;

let stage: Promise<Stage> | null = null;

/** Why no machine can be had, instead of one. */
async function stageOrReason(): Promise<Stage | string> {
  stage ??= stageIn(workFolder());
  try {
    return await stage;
  } catch (error) {
    if (error instanceof Fault && error.code === 'vm-missing') return `${error.message} (${error.hint})`;
    throw error;
  }
}

async function plays(t: TestContext, run: (stage: Stage) => Promise<void>): Promise<void> {
  const given = await stageOrReason();
  if (typeof given === 'string') return t.skip(`SKIPPED: no virtual box: ${given}`);
  const figure = (what: string, value: string): void => t.diagnostic(`${what}: ${value}`);
  await run({
    ...given,
    figure,
    bar: (what, value, met) => figure(what, met ? value : `${value}, over the bar of a quiet machine`),
  });
}

describe('the virtual box', () => {
  for (const { name, what, minutes, run } of cases) {
    if (minutes !== null) continue;
    test(`${name}: ${what}`, { timeout: limitMs }, t => plays(t, run));
  }
});
