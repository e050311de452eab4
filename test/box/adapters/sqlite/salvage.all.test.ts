/** A database on its first day, before any copy, of which one page is damaged: each page in turn. */
import { describe, it } from 'node:test';
import { damagePages, damages, misplaced, startsUnwarned } from './damaged-pages.ts';

describe('store: one page of the first day', () => {
  for (const end of ['closed', 'killed'] as const)
    for (const [what, damage] of damages)
      it(`${what}, of a box that was ${end}: all else is read, and the key that is out comes back`, t =>
        damagePages(t, { end, damage, pagesMost: end === 'closed' ? 10_000 : 40 }));
  for (const [what, damage] of damages)
    it(`${what}, and nobody has noticed: the box starts`, t => startsUnwarned(t, damage));
  for (const seed of [1, 2, 3, 4])
    it(`another page in its place (${seed}), and nobody has noticed: the box starts`, t =>
      startsUnwarned(t, misplaced, seed));
});
