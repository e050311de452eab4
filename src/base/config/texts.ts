/** Checks of text that several programs configure: names, paths. */
import { resolve } from 'node:path';
import { also, type Check, text } from './check.ts';

const oneLine = (most: number): RegExp =>
  new RegExp(`^(?!\\s)[^\\u0000-\\u001f\\u007f]{1,${most}}(?<!\\s)$`, 'u');

export const label = (most: number): Check<string> =>
  text(oneLine(most), `text of 1 to ${most} characters on one line`);

/** Made absolute; a relative one is meant from `folder`. */
export const path = (folder: string): Check<string> =>
  also(text(oneLine(1_024), 'a path'), value => resolve(folder, value));
