/**
 * No input costs more than its length: long texts of several shapes in the strings of every route, its parameters and headers.
 * Here each pair of route and shape has its turn for some members; all of them are in `input-cost.all.test.ts`.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { textOf } from '../../../scripts/rig/relay-rig.ts';
import { longJson, longTexts } from '../../long-texts.ts';
import { everyNth, InputCosts } from './input-costs.ts';

const costs = new InputCosts();
const { rig } = costs;

before(() => costs.start());
after(() => rig.dispose());

/** Long enough that what is quadratic takes minutes: 80 s for a name was seen at this length. */
const shapes = Object.entries(longTexts(300_000));

test('strings of every body, of every shape, cost the relay less than 100 ms, and no turn of its loop is longer', async () => {
  for (const [at, each] of costs.operations.entries())
    for (const [which, [shape, long]] of shapes.entries())
      for (const one of everyNth(costs.bodies(each, long), 5, at + which))
        await costs.mustBeCheap({ ...one, what: `${one.what}, ${shape}` });
  assert.ok(costs.asked > 200, `${costs.asked} requests`);
});

test('so do depth, names, items and numbers', async () => {
  const before = costs.asked;
  for (const [at, each] of costs.operations.entries())
    for (const [which, [shape, json]] of Object.entries(longJson(300_000)).entries())
      for (const one of everyNth(costs.raws(each, json), 7, at + which))
        await costs.mustBeCheap({ ...one, what: `${one.what}, ${shape}` });
  assert.ok(costs.asked - before > 60, `${costs.asked - before} requests`);
});

test('so does every parameter, and every header', async () => {
  for (const [which, [shape, long]] of shapes.entries()) {
    for (const one of everyNth(costs.elsewhere(long), 4, which))
      await costs.mustBeCheap({ ...one, what: `${one.what}, ${shape}` });
    for (const [at, each] of costs.operations.entries())
      for (const one of everyNth(costs.parameters(each, long), 6, at + which))
        await costs.mustBeCheap({ ...one, what: `${one.what}, ${shape}` });
  }
});

test('a name of 300,000 letters and a line end is refused, and not sent back', async () => {
  const { token } = costs;
  const [[, letters = ''] = []] = shapes;
  const refused = await rig.ask('POST', '/api/v1/keys', {
    token,
    body: { name: letters, box: 'x', slot: 1 },
  });
  assert.equal(refused.status, 400);
  assert.ok(refused.text.length < 2_000);
  assert.equal(textOf(await rig.ask('GET', '/api/v1/settings', { token }), 'region'), 'NL');
});
