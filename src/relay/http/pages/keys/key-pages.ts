/** All pages of keys, and what their forms do. */
import type { DeedDeps } from '../deed.ts';
import type { FramedDeed, FramedPage } from '../framed.ts';
import { importKeysPage } from './import-keys-page.ts';
import { keyListPage } from './key-list-page.ts';
import { keyDeeds, keyPage, removeKeyPage } from './key-page.ts';
import { moveKeyDeed, moveKeyPage } from './move-key-page.ts';
import { newKeyDeed, newKeyPage } from './new-key-page.ts';

export const keyPages: readonly FramedPage[] = [
  keyListPage,
  newKeyPage,
  importKeysPage,
  keyPage,
  moveKeyPage,
  removeKeyPage,
];

export const keyPagesDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  ...[newKeyDeed(deps), moveKeyDeed(deps), ...keyDeeds(deps)],
];
