import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenStories } from './stall-story.ts';

test('4,000 stories over stalls of 0.1 to 30 s at every step', () => {
  const broken = brokenStories(Array.from({ length: 4_000 }, (_, at) => at + 1_000));
  assert.equal(broken.length, 0, `${broken.length} broken:\n${broken.slice(0, 3).join('\n\n')}`);
});
