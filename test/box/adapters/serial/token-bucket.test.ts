import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mono } from '../../../../src/base/brand.ts';
import { TokenBucket } from '../../../../src/box/adapters/serial/token-bucket.ts';

const taken = (bucket: TokenBucket, atMs: number): number => {
  let count = 0;
  while (bucket.take(mono(atMs))) count += 1;
  return count;
};

test('a burst, then the rate, and never more than a burst however long nobody asked', () => {
  const bucket = new TokenBucket(10, 5);
  assert.equal(taken(bucket, 0), 10);
  assert.equal(taken(bucket, 199), 0);
  assert.equal(taken(bucket, 200), 1);
  assert.equal(taken(bucket, 1_200), 5);
  assert.equal(taken(bucket, 1_000_000), 10);
});

test('a clock that goes backwards gives nothing', () => {
  const bucket = new TokenBucket(2, 1);
  assert.equal(taken(bucket, 5_000), 2);
  assert.equal(taken(bucket, 0), 0);
});

test('debt lasts as long as the rate needs', () => {
  const bucket = new TokenBucket(100, 1_000);
  assert.equal(bucket.spend(100, mono(0)), 0);
  assert.equal(bucket.spend(50, mono(0)), 50);
  assert.equal(bucket.spend(10, mono(20)), 40);
  assert.equal(bucket.spend(1, mono(1_000)), 0);
});
