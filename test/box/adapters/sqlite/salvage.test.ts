/** A database on its first day, before any copy, of which one page is damaged, zeroed; salvage.all.test.ts damages them in other ways. */
import { test } from 'node:test';
import { damagePages, damages, startsUnwarned } from './damaged-pages.ts';

const [[what, zeroed] = ['', (page: Buffer) => page.fill(0)]] = damages;

test(`store: one page of the first day, ${what}: all else is read, and the key that is out comes back`, t =>
  damagePages(t, { end: 'closed', damage: zeroed, pagesMost: 10_000 }));

test(`store: one page of the first day, ${what}, and nobody has noticed: the box starts`, t =>
  startsUnwarned(t, zeroed));
