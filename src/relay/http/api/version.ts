/** Versions of what is answered, so that nobody overwrites what somebody else has saved meanwhile: `ETag` and `If-Match` (RFC 9110, 13). */
import { createHash } from 'node:crypto';
import { Fault } from '../../../base/fault.ts';

const lettersMost = 22;

/** Of an answer, as the route gives it. */
export const versionOf = (answer: unknown): string =>
  createHash('sha256').update(JSON.stringify(answer)).digest('base64url').slice(0, lettersMost);

/** The same of a route of which only some members are changed by people. */
export const versionIn = (
  { versionMembers }: { readonly versionMembers?: readonly string[] },
  answer: unknown,
): string =>
  versionOf(
    versionMembers?.map(name => (answer as Readonly<Record<string, unknown>>)[name] ?? null) ?? answer,
  );

export const tagOf = (version: string): string => `"${version}"`;

/** @throws Fault `not-as-read` where none of what `If-Match` names is what is there now */
export function mustMatch(asked: string, version: string): void {
  const given = asked.split(',').map(each => each.trim());
  if (given.includes('*') || given.includes(tagOf(version))) return;
  throw new Fault(
    'not-as-read',
    'somebody has changed it since it was read',
    'Nothing was changed. Read it again, and send what still holds.',
  );
}
