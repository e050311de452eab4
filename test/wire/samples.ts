/** One message of every kind, and the keys of a relay and a box that exist in tests only. */
import { createHash } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import type { BoxStateDocument } from '../../src/wire/box-state.ts';
import { chainReady } from '../../src/wire/chain.ts';
import type { Down } from '../../src/wire/down.ts';
import { type SealPair, type Sign, upKey } from '../../src/wire/envelope.ts';
import { handoverText, keyId, type RelayKey } from '../../src/wire/relay-key.ts';
import type { Up } from '../../src/wire/up.ts';

await chainReady;

export interface Ends {
  readonly box: string;
  readonly boxSign: { readonly publicKey: string; readonly sign: Sign };
  readonly boxSeal: SealPair;
  readonly relay: { readonly key: RelayKey; readonly sign: Sign; readonly seal: SealPair };
}

const bytes = (seed: string): Uint8Array => createHash('sha256').update(seed).digest();

function signer(seed: string): Ends['boxSign'] {
  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(bytes(seed));
  return {
    publicKey: sodium.to_hex(publicKey),
    sign: text => sodium.crypto_sign_detached(text, privateKey, 'hex'),
  };
}

const sealer = (seed: string): SealPair => sodium.crypto_box_seed_keypair(bytes(seed));

/** Both ends, made from a word. */
export function endsOf(word: string): Ends {
  const sign = signer(`${word} relay sign`);
  const seal = sealer(`${word} relay seal`);
  return {
    box: 'depot-a',
    boxSign: signer(`${word} box sign`),
    boxSeal: sealer(`${word} box seal`),
    relay: { key: { sign: sign.publicKey, seal: sodium.to_hex(seal.publicKey) }, sign: sign.sign, seal },
  };
}

export const upKeyOf = (ends: Ends): Uint8Array =>
  upKey(ends.boxSeal.privateKey, ends.relay.seal.publicKey, ends.box, keyId(ends.relay.key));

const zero = '0'.repeat(64);
const set = { epoch: 1, count: 3, digest: 'a'.repeat(64), at: 1_772_000_000_000 };
const challenge = '0123456789abcdef0123456789abcdef';

/** Every kind at least once, every member of a record. */
export function downSamples(ends: Ends): readonly Down[] {
  const old = endsOf('an older relay').relay;
  const from = keyId(old.key);
  const { key } = ends.relay;
  const records = [
    { kind: 'key', id: 'k:van-12', rev: 7, name: 'van-12', slot: 1, tag: '0F00A1B201' },
    {
      kind: 'driver',
      id: 'd:d-1',
      rev: 8,
      driver: 'd-1',
      phone: '+31612345678',
      badge: null,
      pin: `r1$${'A'.repeat(22)}==$${'B'.repeat(43)}=`,
    },
    {
      kind: 'booking',
      id: 'bk-1',
      rev: 9,
      key: 'van-12',
      start: 1_772_000_000_000,
      end: null,
      code: '40718253',
      driver: 'd-1',
      reuse: true,
      boxEpoch: 1,
      life: 'fresh',
      trace: 't-1',
    },
  ] as const;
  return [
    { kind: 'delta', ...set, from: 6, to: 9, put: [...records], drop: ['bk-0'] },
    { kind: 'snapshot', ...set, to: 9, id: 's-1', part: 1, parts: 1, put: [...records] },
    { kind: 'vouch', epoch: 1, rev: 9, digest: set.digest, at: set.at, challenge },
    { kind: 'ack', boxEpoch: 1, seq: 12 },
    { kind: 'new-epoch', above: 2, why: 'event 12 is stored, the box is at 7' },
    { kind: 'keys', chain: [{ from, next: key, sig: old.sign(handoverText(from, key)) }] },
    { kind: 'authorities', epoch: 1, rev: 3, ca: '-----BEGIN CERTIFICATE-----\n…\n' },
    {
      kind: 'command',
      id: 'c-1',
      notAfter: set.at + 30_000,
      challenge,
      who: 'token:ops',
      why: 'tyre change',
      order: { verb: 'open', slot: 3 },
    },
    { kind: 'unsupported', of: 'riddle' },
  ];
}

const knowledge = {
  epoch: 1,
  rev: 9,
  count: 3,
  digest: 'a'.repeat(64),
  boxEpoch: 1,
  seq: 12,
  head: zero,
  at: 1_772_000_000_500,
  clock: 'synced',
  authorities: 'c'.repeat(64),
  challenge: null,
} as const;

export function upSamples(ends: Ends): readonly Up[] {
  const relayKey = keyId(ends.relay.key);
  return [
    {
      ...{ kind: 'hello', ...knowledge, challenge, label: 'depot-a', program: '0.1.0', relayKey },
      ...{ instance: 'fedcba9876543210fedcba9876543210', wants: 'delta' },
    },
    { kind: 'receipt', ...knowledge, wants: 'nothing' },
    {
      kind: 'events',
      live: true,
      follows: { boxEpoch: 1, seq: 11 },
      lines: ['{"box":"depot-a","seq":12}'],
      checkpoint: '{"box":"depot-a","from":1,"to":12,"type":"checkpoint"}',
    },
    { kind: 'result', id: 'c-1', done: false, code: 'expired', slot: null },
    { kind: 'unsupported', of: 'riddle' },
  ];
}

/** With members that came after the first golden files of a minor version were made. */
export function wholeUpSamples(ends: Ends): readonly Up[] {
  const [hello, , events] = upSamples(ends);
  const place = {
    ...{ name: 'Depot A', timezone: 'Europe/Amsterdam', region: 'NL', language: 'nl' },
    phone: '+31201234567',
  };
  if (hello?.kind !== 'hello' || events?.kind !== 'events') return [];
  return [{ ...hello, place, signsState: true, spent: ['bk-1'] }, events];
}

export const stateSample: BoxStateDocument = {
  ...{ link: 'up', v: 1, at: 1_772_000_000_500, program: '0.1.0', epoch: 1, rev: 9, syncAgeS: 12 },
  ...{ takes: 'some', returns: 'all', troubles: ['storage-degraded'], boxEpoch: 1, seq: 12 },
  slots: [{ slot: 3, door: 'shut', key: 'van-12', faulted: false }],
};
