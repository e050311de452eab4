import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { follow, type Handover, handoverText, keyId } from '../../src/wire/relay-key.ts';
import { type Ends, endsOf } from './samples.ts';

const relays = ['first', 'second', 'third', 'fourth'].map(word => endsOf(word).relay);
const [first, second, third] = relays as [Ends['relay'], Ends['relay'], Ends['relay']];

const hand = (from: Ends['relay'], next: Ends['relay'], signer = from): Handover => ({
  from: keyId(from.key),
  next: next.key,
  sig: signer.sign(handoverText(keyId(from.key), next.key)),
});

const chain = relays.slice(1).map((next, at) => hand(relays[at] as Ends['relay'], next));

describe('a box that was away while the relay’s key changed', () => {
  it('is led to the newest key from wherever it stands', () => {
    for (const at of [0, 1, 2])
      assert.deepEqual(follow((relays[at] as Ends['relay']).key, chain), relays[3]?.key);
  });

  const refused: readonly [string, readonly Handover[]][] = [
    ['no handover at all', []],
    ['a chain that begins elsewhere', chain.slice(1)],
    ['a chain with a gap', [chain[0] as Handover, chain[2] as Handover]],
    ['a key that hands over to itself by its own word', [hand(first, second, second)]],
    ['a signature over another key', [{ ...(chain[0] as Handover), next: third.key }]],
    ['a good link followed by a forged one', [chain[0] as Handover, hand(second, third, first)]],
  ];
  for (const [title, links] of refused)
    it(`believes nothing of ${title}`, () => assert.equal(follow(first.key, links), null));

  it('knows a key by both of its halves', () => {
    const mixed = { sign: first.key.sign, seal: second.key.seal };
    assert.equal(new Set([first.key, second.key, mixed].map(keyId)).size, 3);
  });
});
