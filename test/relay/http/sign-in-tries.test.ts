import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignInTries } from '../../../src/relay/http/sign-in-tries.ts';

const minuteMs = 60_000;

test('an address has ten tries at once, whomever it tries', () => {
  const tries = new SignInTries(() => 0);
  const waits = Array.from({ length: 11 }, (_, at) => tries.take('192.0.2.1', `p${at}`));
  assert.deepEqual(waits.slice(0, 10), Array(10).fill(0));
  assert.ok((waits[10] ?? 0) > 0);
  assert.equal(tries.take('192.0.2.2', 'p1'), 0, 'another address');
});

test('a person is tried so often from everywhere; whoever came in from an address before is not kept out by that', () => {
  let now = 0;
  const tries = new SignInTries(() => now);
  assert.equal(tries.take('home', 'ada'), 0);
  tries.right('home', 'ada');
  const waits = Array.from({ length: 21 }, (_, at) => tries.take(`far ${at}`, 'ada'));
  assert.equal(waits.filter(each => each === 0).length, 20);
  assert.ok(tries.take('new', 'ada') > 0, 'nor is anybody let through whom the relay does not know');
  assert.equal(tries.take('home', 'ada'), 0);
  assert.equal(tries.take('new', 'ben'), 0, 'others are not');
  now += minuteMs;
  assert.equal(tries.take('newer', 'ada'), 0);
});

test('who is right uses nothing up', () => {
  const tries = new SignInTries(() => 0);
  for (let at = 0; at < 50; at += 1) {
    assert.equal(tries.take('home', 'ada'), 0);
    tries.right('home', 'ada');
  }
});
