import type { EntryEffect } from '../../../src/box/core/effect.ts';
import type { InputBody, Lookup } from '../../../src/box/core/input.ts';
import type { Candidate } from '../../../src/box/core/model.ts';

/** An entry that names nothing. */
export const nothing: Lookup = { code: [], phone: null };

/** What a look-up says of an entry that names this. */
export function answerTo(
  { scope, pin }: EntryEffect & { readonly type: 'look-up' },
  { code, phone }: Lookup,
): InputBody {
  const among = (found: readonly Candidate[]) =>
    found.filter(({ use }) => scope === 'all' || use?.life === 'out');
  const number = phone === null || pin !== null ? null : { ...phone, found: among(phone.found) };
  return { type: 'looked-up', scope, lookup: { code: among(code), phone: number }, pin };
}
