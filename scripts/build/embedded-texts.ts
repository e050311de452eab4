import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** How a source reads a text that lies beside it, or in a package: a style sheet, a script for browsers. */
const reading = /readFileSync\(\s*new URL\('(\.{1,2}\/[\w./-]+)', import\.meta\.url\),\s*'utf8',?\s*\)/g;

/** In a bundle the text itself stands where the source reads it: it runs from any folder and has no such files beside it. */
export const embedTexts = (source: string, file: string): string =>
  source.replaceAll(reading, (_, path: string) =>
    JSON.stringify(readFileSync(resolve(dirname(file), path), 'utf8')),
  );
