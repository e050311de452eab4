/** The chain of the journal: how an event gets its hash, and what has happened to an export that does not fit (contracts.md §3). */
import sodium from 'libsodium-wrappers';
import { canonical, type Json } from '../base/canonical.ts';
import type { Checkpoint, JournalEvent, RangeLine } from './journal.ts';

/** Nothing here may be called before this is settled. */
export const chainReady: Promise<void> = sodium.ready;

/** `prev` of the first event of a box. */
export const noHash = '0'.repeat(64);

const hashBytes = 32;

/** BLAKE2b-256 of a text, 64 hex digits. (The library's own hex takes four times as long as the hash.) */
export const digest = (text: string): string =>
  Buffer.from(sodium.crypto_generichash(hashBytes, text, null, 'uint8array')).toString('hex');

/** Members of a value of ours as JSON: its types say that they are plain data. */
const json = (value: object): { readonly [name: string]: Json | undefined } =>
  value as { readonly [name: string]: Json | undefined };

/** Hashes an event's canonical text without `hash`. */
export function hashEvent(event: Omit<JournalEvent, 'hash'> | JournalEvent): string {
  return digest(canonical({ ...json(event), hash: undefined }));
}

/** The exact line under which an event is stored, exported and sent. */
export const eventLine = (event: JournalEvent): string => canonical(json(event));

/** The exact line with which an export ends. */
export const checkpointLine = (checkpoint: Checkpoint): string => canonical(json(checkpoint));

/** The exact line that says where a copy begins. */
export const rangeLine = (range: RangeLine): string => canonical(json(range));

/** Gives the text that the box signs for a checkpoint. */
export const checkpointText = (checkpoint: Omit<Checkpoint, 'sig'>): string =>
  canonical({ ...json(checkpoint), sig: undefined });

/** Ed25519, everything in hex. False for anything malformed. */
export function verifySignature(text: string, signature: string, publicKey: string): boolean {
  if (!/^[0-9a-f]{128}$/.test(signature) || !/^[0-9a-f]{64}$/.test(publicKey)) return false;
  return sodium.crypto_sign_verify_detached(sodium.from_hex(signature), text, sodium.from_hex(publicKey));
}
