import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  type Claim,
  claimPrint,
  claimProof,
  claimText,
  type EnrolRequest,
  newClaim,
  provesClaim,
  readClaim,
} from '../../src/wire/enrolment.ts';
import { endsOf } from './samples.ts';

const ends = endsOf('ours');
const random = createHash('sha256').update('claim').digest();
const claim = newClaim(random, ends.relay.key);

const rest = {
  claim: claim.id,
  sign: ends.boxSign.publicKey,
  seal: Buffer.from(ends.boxSeal.publicKey).toString('hex'),
  label: 'depot-a',
  program: '0.1.0',
  boxEpoch: 1,
  seq: 12,
  head: '0'.repeat(64),
  slots: [1, 2, 3],
  nonce: '0'.repeat(32),
};
const request = (secret: string): EnrolRequest => ({
  ...rest,
  proof: claimProof(rest, secret),
  sig: '0'.repeat(128),
});

describe('a claim', () => {
  it('is read as people type it', () => {
    const text = claimText(claim);
    assert.match(text, /^(?:[0-9a-hjkmnp-tv-z]{4}-){10}[0-9a-hjkmnp-tv-z]{4}$/);
    const typed = [
      text,
      text.toUpperCase(),
      text.replaceAll('-', ' '),
      text.replaceAll('0', 'O').replaceAll('1', 'l'),
    ];
    for (const each of typed) assert.deepEqual(readClaim(` ${each}\n`), claim);
  });

  it('with a letter too few, too many or impossible is none', () => {
    const text = claimText(claim);
    for (const each of ['', text.slice(1), `${text}0`, `u${text.slice(1)}`, `${text.slice(0, -1)}!`])
      assert.equal(readClaim(each), null);
  });

  it('carries the print of the relay’s key and of no other', () => {
    assert.equal(claim.print, claimPrint(ends.relay.key));
    assert.notEqual(claim.print, claimPrint(endsOf('theirs').relay.key));
  });

  it('uses all the chance that it is given', () => {
    const parts = (seed: string): Claim =>
      newClaim(createHash('sha256').update(seed).digest(), ends.relay.key);
    const many = Array.from({ length: 500 }, (_, at) => parts(`seed ${at}`));
    assert.equal(new Set(many.map(each => each.id)).size, many.length);
    assert.equal(new Set(many.map(each => each.secret)).size, many.length);
  });
});

describe('the proof of a claim', () => {
  it('is made by who has the claim, and by nobody else', () => {
    assert.equal(provesClaim(request(claim.secret), claim.secret), true);
    assert.equal(provesClaim(request('0'.repeat(20)), claim.secret), false);
  });

  it('covers every member: keys cannot be put in their place on the way', () => {
    const good = request(claim.secret);
    const touched: readonly Partial<EnrolRequest>[] = [
      { sign: '1'.repeat(64) },
      { seal: '1'.repeat(64) },
      { label: 'depot-b' },
      { seq: 13 },
      { slots: [1, 2] },
      { nonce: '1'.repeat(32) },
    ];
    for (const change of touched) assert.equal(provesClaim({ ...good, ...change }, claim.secret), false);
  });
});
