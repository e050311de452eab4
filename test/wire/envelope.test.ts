import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Prng } from '../../scripts/rig/prng.ts';
import { down, downKinds } from '../../src/wire/down.ts';
import { openDown, openUp, sealDown, sealUp } from '../../src/wire/envelope.ts';
import { keyId } from '../../src/wire/relay-key.ts';
import { payloadMaxBytes } from '../../src/wire/topics.ts';
import { up, upKinds } from '../../src/wire/up.ts';
import { downSamples, endsOf, upKeyOf, upSamples } from './samples.ts';

const ours = endsOf('ours');
const theirs = endsOf('theirs');
const sealHex = Buffer.from(ours.boxSeal.publicKey).toString('hex');
const to = { box: ours.box, seal: sealHex };
const mine = { box: ours.box, pair: ours.boxSeal };
const relayId = keyId(ours.relay.key);
const believed = (id: string) => (id === relayId ? ours.relay.key : null);
const sender = { box: ours.box, relay: relayId, key: upKeyOf(ours), sign: ours.boxSign.sign };
const keys = {
  keyFor: (id: string) => (id === relayId ? upKeyOf(ours) : null),
  sign: ours.boxSign.publicKey,
};

const reason = (opened: object): string => ('rejected' in opened ? String(opened.rejected) : 'accepted');
/** Another letter first, whichever stands there. */
const otherFirst = (base64: string): string => `${base64.startsWith('A') ? 'B' : 'A'}${base64.slice(1)}`;

const altered = (bytes: Buffer, change: (envelope: Record<string, unknown>) => void): Buffer => {
  const envelope = JSON.parse(bytes.toString()) as Record<string, unknown>;
  change(envelope);
  return Buffer.from(JSON.stringify(envelope));
};

describe('messages down', () => {
  const [first] = downSamples(ours);
  const sealed = sealDown(first as NonNullable<typeof first>, to, ours.relay);

  it('arrive as they were sent, every kind', () => {
    const samples = downSamples(ours);
    assert.deepEqual([...new Set(samples.map(each => each.kind))], [...downKinds]);
    assert.deepEqual(
      down.options.map(each => each.entries.kind.literal),
      [...downKinds],
    );
    for (const message of samples)
      assert.deepEqual(openDown(sealDown(message, to, ours.relay), mine, believed), { message });
  });

  it('show a broker neither code nor phone', () => {
    for (const message of downSamples(ours)) {
      const seen = sealDown(message, to, ours.relay).toString();
      for (const secret of ['40718253', '612345678', 'van-12', 'd-1']) assert.ok(!seen.includes(secret));
    }
  });

  it('are refused by every other box', () => {
    const other = { box: 'depot-b', pair: ours.boxSeal };
    assert.equal(reason(openDown(sealed, other, believed)), 'other-box');
    assert.equal(reason(openDown(sealed, { ...mine, pair: theirs.boxSeal }, believed)), 'cannot-open');
  });

  it('are refused when another relay made them, also under our key’s name', () => {
    const foreign = sealDown(first as NonNullable<typeof first>, to, theirs.relay);
    assert.equal(reason(openDown(foreign, mine, believed)), 'unknown-key');
    const claimed = altered(foreign, envelope => Object.assign(envelope, { key: relayId }));
    assert.equal(reason(openDown(claimed, mine, believed)), 'bad-signature');
  });

  it('are refused when any member was touched', () => {
    const cases: readonly [string, (envelope: Record<string, unknown>) => void][] = [
      ['bad-signature', e => Object.assign(e, { sealed: otherFirst(String(e.sealed)) })],
      ['bad-signature', e => Object.assign(e, { sig: `${'0'.repeat(127)}1` })],
      ['bad-envelope', e => Object.assign(e, { sig: 'zz' })],
      ['bad-envelope', e => Object.assign(e, { v: 2 })],
      ['bad-envelope', e => delete e.sealed],
    ];
    for (const [expected, change] of cases)
      assert.equal(reason(openDown(altered(sealed, change), mine, believed)), expected);
  });

  it('of a kind that we do not know are told apart from bad ones', () => {
    const riddle = { kind: 'riddle', what: 'walks on four legs' } as unknown as Parameters<
      typeof sealDown
    >[0];
    assert.deepEqual(openDown(sealDown(riddle, to, ours.relay), mine, believed), { unsupported: 'riddle' });
    const broken = { kind: 'ack', boxEpoch: 1 } as unknown as Parameters<typeof sealDown>[0];
    const opened = openDown(sealDown(broken, to, ours.relay), mine, believed);
    assert.equal(reason(opened), 'bad-message');
    assert.match('detail' in opened ? opened.detail : '', /seq/);
  });

  it('keep members that we do not know', () => {
    const newer = { kind: 'ack', boxEpoch: 1, seq: 2, mood: 'good' } as unknown as Parameters<
      typeof sealDown
    >[0];
    assert.deepEqual(openDown(sealDown(newer, to, ours.relay), mine, believed), { message: newer });
  });

  it('that no broker would carry are refused before they are sent', () => {
    const long = { kind: 'unsupported', of: 'x'.repeat(payloadMaxBytes) } as const;
    assert.throws(() => sealDown(long, to, ours.relay), { code: 'message-too-large' });
  });
});

describe('messages up', () => {
  const [first] = upSamples(ours);
  const sealed = sealUp(first as NonNullable<typeof first>, sender);

  it('arrive as they were sent, every kind, with what proves them', () => {
    const samples = upSamples(ours);
    assert.deepEqual([...new Set(samples.map(each => each.kind))], [...upKinds]);
    assert.deepEqual(
      up.options.map(each => each.entries.kind.literal),
      [...upKinds],
    );
    for (const message of samples) {
      const opened = openUp(sealUp(message, sender), ours.box, keys);
      assert.ok('message' in opened);
      assert.deepEqual(opened.message.up, message);
      assert.equal(opened.message.body.includes(`"kind":"${message.kind}"`), true);
    }
  });

  it('are no two times the same bytes', () => {
    assert.notDeepEqual(sealUp(first as NonNullable<typeof first>, sender), sealed);
  });

  it('are refused for another box, under another key, or by another signer', () => {
    assert.equal(reason(openUp(sealed, 'depot-b', keys)), 'other-box');
    assert.equal(reason(openUp(sealed, ours.box, { ...keys, keyFor: () => null })), 'unknown-key');
    assert.equal(reason(openUp(sealed, ours.box, { ...keys, keyFor: () => upKeyOf(theirs) })), 'cannot-open');
    assert.equal(
      reason(openUp(sealed, ours.box, { ...keys, sign: theirs.boxSign.publicKey })),
      'bad-signature',
    );
  });
});

describe('whatever bytes come', () => {
  it('nothing throws, and nothing but an untouched message is accepted', () => {
    const walk = new Prng(7);
    const good = sealDown(downSamples(ours)[2] as ReturnType<typeof downSamples>[number], to, ours.relay);
    const said = upSamples(ours)[1] as ReturnType<typeof upSamples>[number];
    const goodUp = sealUp(said, sender);
    for (let round = 0; round < 2_000; round += 1) {
      const source = Buffer.from(round % 2 === 0 ? good : goodUp);
      const at = walk.int(0, source.length - 1);
      source[at] = (source[at] as number) ^ walk.int(1, 255);
      const cut = walk.chance(0.25) ? source.subarray(0, walk.int(0, source.length - 1)) : source;
      assert.notEqual(reason(openDown(cut, mine, believed)), 'accepted');
      // The last letter of a base64 text has bits that stand for nothing: what it says is then untouched.
      const opened = openUp(cut, ours.box, keys);
      if ('message' in opened) assert.deepEqual(opened.message.up, said);
    }
  });

  it('too many of them are not even read', () => {
    const flood = Buffer.alloc(payloadMaxBytes + 1, 32);
    assert.equal(reason(openDown(flood, mine, believed)), 'too-large');
    assert.equal(reason(openUp(flood, ours.box, keys)), 'too-large');
  });
});
