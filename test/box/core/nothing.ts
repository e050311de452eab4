import assert from 'node:assert/strict';
import type { InputBody } from '../../../src/box/core/input.ts';
import type { BenchBox } from './bench-box.ts';

/** This input must do nothing: nothing is said, nothing moves, and the box is as it was but for the time. */
export function doesNothing(box: BenchBox, body: InputBody, why: string = body.type): void {
  const before = box.state;
  const effects = box.effects.length;
  box.feed(body);
  assert.deepEqual(box.effects.slice(effects), [], `${why}: nothing is done`);
  const { now: _now, clock: _clock, ...rest } = box.state;
  const { now: _then, clock: _was, ...same } = before;
  assert.deepEqual(rest, same, `${why}: nothing is changed`);
}
