/** Checks of text that several programs configure: names, paths. */
import { resolve } from 'node:path';
import { cleanLine, lineProblem } from '../plain-line.ts';
import { also, type Check, problem, text } from './check.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const oneLine = /^(?!\s)[^\u0000-\u001f\u007f]+(?<!\s)$/u;

/** Hidden characters are left out and not refused: no program stays down after an upgrade for a character that nobody sees. */
export const label = (most: number): Check<string> =>
  also(text(oneLine, most, `text of 1 to ${most} characters on one line`), (value, at) => {
    const clean = cleanLine(value).trim();
    const why = lineProblem(clean);
    return why === null ? clean : problem(at, why);
  });

/** Made absolute; a relative one is meant from `folder`. */
export const path = (folder: string): Check<string> =>
  also(text(oneLine, 1_024, 'a path'), value => resolve(folder, value));
