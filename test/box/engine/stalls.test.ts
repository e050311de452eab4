import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenStories } from './stall-story.ts';

const seeds = Array.from({ length: Number(process.env.SEEDS ?? 100) }, (_, at) => at + 1);
const only = process.env.SEED;

test('disk, process or guard stand still at any step: keys are taken and brought back, nothing is blamed', () => {
  const broken = brokenStories(only === undefined ? seeds : [Number(only)]);
  assert.equal(broken.length, 0, `${broken.length} broken:\n${broken.slice(0, 3).join('\n\n')}`);
});
