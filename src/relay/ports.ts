/** The doors of the relay: what its rooms ask of the world, in the words of the domain. */

export type { Time } from '../base/time.ts';

/** That many bytes from a CSPRNG; tests pass seeded ones. */
export type Random = (bytes: number) => Uint8Array;

/** These are kept encrypted, so that no value of one column passes for one of another. */
export type SealedKind =
  | 'code'
  | 'tag'
  | 'badge'
  | 'claim'
  | 'relay-key'
  | 'answer'
  | 'fleetio'
  | 'check'
  | 'address'
  | 'message'
  | 'link'
  | 'second-factor'
  | 'webhook';

/** These can be looked up without being readable. */
export type HashedKind = 'code' | 'badge' | 'tag' | 'check' | 'request' | 'address' | 'recovery-code';

/** Encryption at rest (contracts.md §4), under one key that is not in the database. */
export interface AtRest {
  /** Bound to `kind` and to the row that it stands in: a copy of it in another row does not open. */
  seal(kind: SealedKind, row: string, text: string): string;
  /** @throws Fault `at-rest` when it was not sealed for this place under this key */
  open(kind: SealedKind, row: string, sealed: string): string;
  /** Keyed, 64 hex digits. */
  hash(kind: HashedKind, text: string): string;
}
