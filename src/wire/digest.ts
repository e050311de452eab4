/** The digest of a set of records (design.md §3). */
import { digest } from './chain.ts';

/**
 * BLAKE2b-256 over the pairs (record id, record revision), a line each, `ID REV\n`, the lines sorted by code units. Nothing
 * that a person types goes into it. 64 hex digits; the empty set has one too.
 */
export function setDigest(pairs: Iterable<{ readonly id: string; readonly rev: number }>): string {
  const lines = Array.from(pairs, ({ id, rev }) => `${id} ${rev}\n`);
  return digest(lines.sort().join(''));
}
