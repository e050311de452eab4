import assert from 'node:assert/strict';
import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { test } from 'node:test';
import { keyName } from '../../../src/base/brand.ts';
import { statusOf } from '../../../src/box/control/ops-report.ts';
import type { BoxState } from '../../../src/box/core/model.ts';
import {
  lostDocument,
  StatePublisher,
  stoppedDocument,
  upDocument,
  upDocumentBytes,
} from '../../../src/box/relay-client/state-document.ts';
import { readState } from '../../../src/wire/box-state.ts';
import { chainReady } from '../../../src/wire/chain.ts';
import type { Link } from '../../../src/wire/mqtt/link.ts';
import { FakeTime } from '../../fake-time.ts';
import { FakeBox } from '../control/fake-box.ts';
import { plainDocument } from './rig.ts';

await chainReady;
const pair = generateKeyPairSync('ed25519');
const key = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
const proof = {
  ...{ box: 'yard-1', boxEpoch: 3, seq: 8 },
  sign: (text: string) => signBytes(null, Buffer.from(text), pair.privateKey).toString('hex'),
};
const reads = (bytes: Uint8Array, box = 'yard-1') => readState(bytes, box, key);
const standing = { epoch: 2, rev: 17 };

const upBytes = (): Uint8Array =>
  upDocumentBytes(upDocument(statusOf(new FakeBox({ slots: 2 })), standing, 1_000), proof);

test('each document is as the wire has it; a will is signed by nobody', () => {
  const up = reads(upBytes());
  assert.ok('state' in up && up.isSigned && up.state.link === 'up');
  const { epoch, rev, takes, slots, boxEpoch, seq } = up.state;
  assert.deepEqual([epoch, rev, takes, slots.length, boxEpoch, seq], [2, 17, 'all', 2, 3, 8]);
  const lost = reads(lostDocument);
  assert.ok('state' in lost && lost.state.link === 'lost' && !lost.isSigned);
  const stopped = reads(stoppedDocument(1_000, proof));
  assert.ok('state' in stopped && stopped.state.link === 'stopped' && stopped.isSigned);
});

type Plain = Readonly<Record<string, unknown>>;
const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

test('whatever is changed in a signed document, or said of another box, is not believed', () => {
  const plain = JSON.parse(Buffer.from(upBytes()).toString()) as Plain;
  const lies: readonly Plain[] = [
    ...[{ at: 2_000 }, { boxEpoch: 4 }, { seq: 9 }, { troubles: ['storage-degraded'] }, { slots: [] }],
    ...[
      { takes: 'none' },
      { more: 1 },
      { seq: undefined },
      { boxEpoch: undefined },
      { sig: '00'.repeat(64) },
    ],
  ];
  for (const lie of lies) {
    const read = reads(bytesOf({ ...plain, ...lie }));
    assert.ok('rejected' in read, JSON.stringify(lie));
  }
  assert.ok('rejected' in reads(upBytes(), 'yard-2'));
  const stripped = reads(bytesOf({ ...plain, sig: undefined }));
  assert.ok('state' in stripped && !stripped.isSigned);
  const turned = reads(bytesOf(Object.fromEntries(Object.entries(plain).reverse())));
  assert.ok('state' in turned && turned.isSigned, 'the order of members is nothing');
});

test('a cabinet that is too large for a document tells of its slots by events alone', () => {
  const box = new FakeBox({ slots: 999 });
  const keys = box.state().keys.map(one => ({ ...one, name: keyName('k'.repeat(64)) }));
  box.become({ keys });
  assert.deepEqual(upDocument(statusOf(box), standing, 1_000).slots, []);
});

test('changes are told together after some seconds, and what says nothing new is not said', () => {
  const time = new FakeTime();
  const published: string[] = [];
  const link: Link = {
    up: true,
    publish: async (_topic, payload) => void published.push(Buffer.from(payload).toString()),
    close: async () => {},
  };
  let document = { ...plainDocument, at: 1, rev: 1 };
  let seq = 0;
  const publisher = new StatePublisher({
    ...{ time, box: 'yard-1', link: () => link },
    document: () => document,
    bytes: each => {
      seq += 1;
      return upDocumentBytes(each, { ...proof, seq });
    },
  });
  publisher.connected();
  const box = new FakeBox();
  const changes = (change: Partial<BoxState>): void => {
    box.become(change);
    publisher.changed(box.state());
  };
  for (let n = 0; n < 50; n += 1) changes({ slots: [...box.state().slots] });
  assert.equal(published.length, 0);
  time.advance(6_000);
  assert.equal(published.length, 1);
  document = { ...document, at: 2 };
  changes({ slots: [...box.state().slots] });
  time.advance(6_000);
  assert.equal(published.length, 1, 'only the time is another');
  document = { ...document, at: 3, rev: 2 };
  time.advance(600_000);
  assert.equal(published.length, 2, 'the age of the bookings moves on by itself');
});
