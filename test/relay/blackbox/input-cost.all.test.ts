/** As `input-cost.test.ts`, with every shape in every string of every body, every parameter and every header. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allLongTexts, longJson } from '../../long-texts.ts';
import { InputCosts } from './input-costs.ts';

const costs = new InputCosts();

before(() => costs.start());
after(() => costs.rig.dispose());

for (const [shape, long] of Object.entries(allLongTexts(300_000)))
  test(`${shape}: every string, parameter and header costs the relay less than 100 ms, and no turn of its loop is longer`, async () => {
    const before = costs.asked;
    for (const each of costs.operations) {
      for (const one of costs.bodies(each, long))
        await costs.mustBeCheap({ ...one, what: `${one.what}, ${shape}` });
      for (const one of costs.parameters(each, long))
        await costs.mustBeCheap({ ...one, what: `${one.what}, ${shape}` });
    }
    for (const one of costs.elsewhere(long))
      await costs.mustBeCheap({ ...one, what: `${one.what}, ${shape}` });
    assert.ok(costs.asked - before > 150, `${costs.asked - before} requests`);
  });

for (const [shape, json] of Object.entries(longJson(300_000)))
  test(`${shape}: likewise JSON that is much in another way`, async () => {
    for (const each of costs.operations)
      for (const one of costs.raws(each, json))
        await costs.mustBeCheap({ ...one, what: `${one.what}, ${shape}` });
  });
