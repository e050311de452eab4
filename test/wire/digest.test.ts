import assert from 'node:assert/strict';
import { it } from 'node:test';
import { chainReady } from '../../src/wire/chain.ts';
import { setDigest } from '../../src/wire/digest.ts';
import { boxIdShape, readTopic, topic } from '../../src/wire/topics.ts';

await chainReady;

it('a digest says which records there are, in whatever order they are told', () => {
  const pairs = [
    { id: 'bk-2', rev: 4 },
    { id: 'k:van', rev: 1 },
    { id: 'bk-10', rev: 3 },
  ];
  // BLAKE2b with 512 bits is another function than with 256, so that this cannot be had from node:crypto: a known answer.
  assert.equal(setDigest([]), '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8');
  assert.equal(setDigest(pairs), setDigest(pairs.toReversed()));
  const others = [
    pairs.slice(1),
    [...pairs.slice(1), { id: 'bk-2', rev: 5 }],
    [...pairs.slice(1), { id: 'bk-3', rev: 4 }],
  ];
  for (const other of others) assert.notEqual(setDigest(other), setDigest(pairs));
});

it('no name of a box can reach into another’s topics', () => {
  for (const id of ['a', 'depot-a', '0', `x${'y'.repeat(62)}`]) {
    assert.match(id, boxIdShape);
    assert.deepEqual(readTopic(topic(id, 'up')), { box: id, lane: 'up' });
  }
  for (const id of ['', '-a', 'A', 'a/b', '+', '#', '$SYS', 'a b', 'ä', `x${'y'.repeat(63)}`])
    assert.doesNotMatch(id, boxIdShape);
  const foreign = [
    '',
    'smartbox/2/a/up',
    'smartbox/1/a/sideways',
    'smartbox/1/a/up/x',
    '/smartbox/1/a/up',
    'smartbox/1//up',
  ];
  for (const name of foreign) assert.equal(readTopic(name), null);
});
