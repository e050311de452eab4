import { type TagNumber, tagIdentity } from '../../base/tag-number.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import type { Tag } from './checks.ts';

type Kind = 'tag' | 'badge';

/** Under which a tag or badge is known in an account, however it was written: one tag is one number. */
export const tagHash = (atRest: AtRest, kind: Kind, account: string, number: TagNumber): string =>
  atRest.hash(kind, `${account}\n${tagIdentity(number)}`);

/** The same, and the hashes under which relays of before kept the number as it was typed. */
export const tagHashes = (
  atRest: AtRest,
  kind: Kind,
  account: string,
  number: TagNumber,
): readonly string[] => [
  tagHash(atRest, kind, account, number),
  ...[number, number.toLowerCase()].map(typed => atRest.hash(kind, `${account}\n${typed}`)),
];

/** Warnings that go with the answer to a change. */
export interface Warned {
  readonly warnings?: readonly string[] | undefined;
}

/** The warning about a tag or badge that was accepted although it is doubtful. */
export const warned = (where: 'tag' | 'badge', tag: Tag | null): Warned =>
  tag?.doubt == null ? {} : { warnings: [`${where} ${tag.doubt}`] };
