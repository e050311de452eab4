/** The digest of a set of records (docs/synchronisation.md). */
import sodium from 'libsodium-wrappers';
import { digest } from './chain.ts';

interface Pair {
  readonly id: string;
  readonly rev: number;
}

/** One pair as the digest has it. */
export const setLine = ({ id, rev }: Pair): string => `${id} ${rev}\n`;

/**
 * BLAKE2b-256 over the pairs (record id, record revision), a line each, `ID REV\n`, the lines sorted by code units. Nothing
 * that a person types goes into it. 64 hex digits; the empty set has one too.
 */
export function setDigest(pairs: Iterable<Pair>): string {
  const lines = Array.from(pairs, setLine);
  return digest(lines.sort().join(''));
}

const digestBytes = 32;

/** The digest of lines that are sorted already, piece by piece, for whoever must do other things between. */
export class LineDigest {
  readonly #state = sodium.crypto_generichash_init(null, digestBytes);

  add(lines: readonly string[]): void {
    sodium.crypto_generichash_update(this.#state, lines.join(''));
  }

  end(): string {
    return sodium.crypto_generichash_final(this.#state, digestBytes, 'hex');
  }
}
