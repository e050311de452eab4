/** Each part of a change is timed by itself, in this process: the relay does each of them once for every change. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Delta } from '../../src/wire/down.ts';
import { newSealPair, openDown, openUp, sealDown, sealUp, upKey } from '../../src/wire/envelope.ts';
import { keyId } from '../../src/wire/relay-key.ts';
import type { Receipt } from '../../src/wire/up.ts';

const eachMs = 300;

/** Microseconds. */
function cost(work: () => unknown): number {
  const rounds = (forMs: number): number => {
    const from = performance.now();
    let count = 0;
    for (; performance.now() - from < forMs; count += 1) work();
    return ((performance.now() - from) * 1_000) / count;
  };
  rounds(eachMs / 3);
  return rounds(eachMs);
}

const box = 'box-1';
const digest = '0'.repeat(64);

const delta: Delta = {
  ...{ kind: 'delta', epoch: 1, count: 2, digest, at: 1_800_000_000_000, from: 6, to: 7, drop: [] },
  put: [
    {
      ...{ kind: 'booking', id: 'b-0123456789abcdef', rev: 7, key: 'Van 1', code: '12345678', driver: null },
      ...{ start: 1_800_000_000_000, end: 1_800_003_600_000, reuse: false, boxEpoch: 1, life: 'fresh' },
      trace: 't-0123456789abcdef',
    },
  ],
};

const receipt: Receipt = {
  ...{ kind: 'receipt', epoch: 1, rev: 7, count: 2, digest, boxEpoch: 1, seq: 10, head: digest },
  ...{ at: 1_800_000_000_000, clock: 'synced', challenge: null, wants: 'nothing' },
};

export interface Cost {
  readonly name: string;
  readonly us: number;
}

/** `chainReady` must have settled. */
export function costs(): readonly Cost[] {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signHex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const [pair, mine] = [newSealPair(), newSealPair()];
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const key = { sign: signHex, seal: hex(pair.publicKey) };
  const signer = (text: string): string => sign(null, Buffer.from(text), privateKey).toString('hex');
  const to = { box, seal: hex(mine.publicKey) };
  const relay = keyId(key);
  const shared = upKey(mine.privateKey, pair.publicKey, box, relay);
  const down = sealDown(delta, to, { key, sign: signer });
  const up = sealUp(receipt, { box, relay, key: shared, sign: signer });
  const parts: readonly (readonly [string, () => unknown])[] = [
    ['relay: delta sealed and signed', () => sealDown(delta, to, { key, sign: signer })],
    ['relay: receipt opened and verified', () => openUp(up, box, { keyFor: () => shared, sign: signHex })],
    ['box: delta verified and opened', () => openDown(down, { box, pair: mine }, () => key)],
    ['box: receipt signed and sealed', () => sealUp(receipt, { box, relay, key: shared, sign: signer })],
    ['Ed25519 signature alone', () => signer('x'.repeat(600))],
    ['key shared with a box, once a session', () => upKey(pair.privateKey, mine.publicKey, box, relay)],
  ];
  return parts.map(([name, work]) => ({ name, us: cost(work) }));
}
