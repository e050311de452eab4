/** Made-up exports: events in a chain, and the checkpoint of a box. */
import sodium from 'libsodium-wrappers';
import { canonical } from '../../src/base/canonical.ts';
import { checkpointText, eventLine, hashEvent, noHash } from '../../src/wire/chain.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';

const seed = new Uint8Array(32).fill(7);

export const keys = () => sodium.crypto_sign_seed_keypair(seed);

export function chainOf(from: number, to: number, prev = noHash, epoch = 1): JournalEvent[] {
  const events: JournalEvent[] = [];
  for (let seq = from; seq <= to; seq += 1) {
    const body = {
      type: 'denied' as const,
      reason: 'unknown',
      device: 'Pförtner 3',
      box: 'box-1',
      epoch,
      seq,
      at: '2026-03-01T12:00:00.000Z',
      mono: seq * 10,
      clock: 'synced' as const,
      prev: events.at(-1)?.hash ?? prev,
    };
    events.push({ ...body, hash: hashEvent(body) });
  }
  return events;
}

export function sealed(events: readonly JournalEvent[], more: object = {}, by = keys()): string {
  const body = {
    type: 'checkpoint' as const,
    box: 'box-1',
    from: events[0]?.seq ?? 1,
    to: events.at(-1)?.seq ?? 0,
    count: events.length,
    head: events.at(-1)?.hash ?? noHash,
    key: sodium.to_hex(by.publicKey),
    ...more,
  };
  const sig = sodium.crypto_sign_detached(checkpointText(body), by.privateKey, 'hex');
  return canonical({ ...body, sig });
}

export const exported = (events: readonly JournalEvent[]): string[] => [
  ...events.map(eventLine),
  sealed(events),
];
