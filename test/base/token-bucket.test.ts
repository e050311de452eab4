import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mono } from '../../src/base/brand.ts';
import { TokenBucket } from '../../src/base/token-bucket.ts';

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

test('who takes in turn is told when each is due', () => {
  const bucket = new TokenBucket(10, 5);
  const dues = Array.from({ length: 12 }, () => bucket.spend(1, mono(0)));
  assert.deepEqual(dues, [...Array(10).fill(0), 200, 400]);
  assert.equal(bucket.spend(1, mono(600)), 0);
});

test('a rate by the minute, by the day: exact to the millisecond, and what was given back can be taken', () => {
  const bucket = new TokenBucket(1, 6, 60_000);
  assert.ok(bucket.take(mono(0)));
  assert.equal(bucket.waitMs(mono(0)), 10_000);
  assert.equal(bucket.waitMs(mono(9_999)), 1);
  assert.equal(bucket.waitMs(mono(10_000)), 0);
  assert.ok(bucket.take(mono(10_000)));
  bucket.give();
  bucket.give();
  assert.equal(taken(bucket, 10_000), 1);
});

test('whoever looks often waits no longer than whoever looks once', () => {
  const bucket = new TokenBucket(1, 10);
  assert.ok(bucket.take(mono(0)));
  for (let at = 1; at < 100; at += 1) assert.equal(bucket.waitMs(mono(at)), 100 - at, `${at} ms`);
  assert.ok(bucket.take(mono(100)));
});
