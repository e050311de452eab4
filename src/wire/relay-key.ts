/** The relay's identity, how a box pins it, and how one identity hands over to the next. */
import * as v from 'valibot';
import { canonical } from '../base/canonical.ts';
import { digest, verifySignature } from './chain.ts';
import { hex32, hex64, hex128 } from './parts.ts';

/** Two public keys that belong together: Ed25519 to sign, X25519 to seal. Hex. */
export const relayKey = v.object({ sign: hex64, seal: hex64 });
export type RelayKey = v.InferOutput<typeof relayKey>;

/** `next` takes over from the key whose id is `from`, which signs that. */
export const handover = v.object({ from: hex32, next: relayKey, sig: hex128 });
export type Handover = v.InferOutput<typeof handover>;

/** Most handovers in one message; a relay that has rotated more often sends the rest after the next hello. */
export const handoversMax = 16;

/** Name of a relay key: 128 bits of its hash. */
export const keyId = ({ sign, seal }: RelayKey): string =>
  digest(`relay-key/1\n${sign}\n${seal}`).slice(0, 32);

export const handoverText = (from: string, next: RelayKey): string =>
  `smartbox/1/handover\n${canonical({ from, next: { sign: next.sign, seal: next.seal } })}`;

/**
 * The key that the chain leads to from the one that is pinned; handovers before it are passed over. Null: the chain does not
 * begin at the pinned key, or a signature in it is wrong, and nothing is believed.
 */
export function follow(pinned: RelayKey, chain: readonly Handover[]): RelayKey | null {
  let current = pinned;
  let begun = false;
  for (const { from, next, sig } of chain) {
    if (from !== keyId(current)) {
      if (begun) return null;
      continue;
    }
    if (!verifySignature(handoverText(from, next), sig, current.sign)) return null;
    current = next;
    begun = true;
  }
  return begun ? current : null;
}
