import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedsFor } from '../../seeds.ts';
import { brokenStories } from './stall-story.ts';

test('disk, process or guard stand still at any step: keys are taken and brought back, nothing is blamed', () => {
  const broken = brokenStories(seedsFor(60, 100));
  assert.equal(broken.length, 0, `${broken.length} broken:\n${broken.slice(0, 3).join('\n\n')}`);
});
