/** Where a page ended, as the caller carries it: opaque, but not secret; whoever forges one reads only what is theirs anyway. */
import { Fault } from '../../../base/fault.ts';
import { parseForeign } from '../../../base/foreign-json.ts';

type Position = readonly (string | number)[];

export const writeCursor = (position: Position): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/**
 * Null where there is none. `like` shows the types that the position must have.
 * @throws Fault `bad-cursor`
 */
export function readCursor<Like extends Position>(text: string | undefined, like: Like): Like | null {
  if (text === undefined || text === '') return null;
  const value = parsed(text);
  const fits =
    Array.isArray(value) &&
    value.length === like.length &&
    value.every(
      (part, at) =>
        typeof part === typeof like[at] &&
        (typeof part === 'number' ? Number.isSafeInteger(part) : !String(part).includes('\0')),
    );
  if (fits) return value as unknown as Like;
  throw new Fault('bad-cursor', '“after” is no “next” of this list', 'Begin without it.');
}

function parsed(text: string): unknown {
  try {
    return parseForeign(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
