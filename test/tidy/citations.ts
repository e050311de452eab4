/** What the code cites stands in the repository: a page of docs/, and in it the heading of the number. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sources } from './sources.ts';

/** A page, and the numbers that follow it: `rules.md 18, 23`, `contracts.md §3`. Only in comments, and no absolute paths. */
const citation = /(?<!\/)\b([a-z][\w/-]*\.md)((?:,? §?\d+)*)/g;
const comment = /^\s*(?:\/?\*|\/\/|#)/;

/** `root` is the checkout. */
export function strayCitations(sources: Sources, root: string): readonly string[] {
  const complaints: string[] = [];
  for (const [file, text] of sources)
    for (const line of text.split('\n').filter(each => comment.test(each)))
      for (const [whole, page = '', numbers = ''] of line.matchAll(citation)) {
        const path = pageOf(page, root);
        if (path === null) complaints.push(`${file} cites ${page}, which is not in docs/`);
        else complaints.push(...missing(path, numbers).map(number => `${file} cites ${whole}: no ${number}`));
      }
  return complaints;
}

const missing = (path: string, numbers: string): readonly string[] =>
  [...numbers.matchAll(/\d+/g)].map(([number]) => number).filter(number => !headings(path).has(number));

function pageOf(page: string, root: string): string | null {
  const places = [join(root, 'docs', page), join(root, page)];
  return places.find(path => existsSync(path)) ?? null;
}

const read = new Map<string, ReadonlySet<string>>();

function headings(path: string): ReadonlySet<string> {
  const known = read.get(path);
  if (known !== undefined) return known;
  const found = new Set<string>();
  for (const [, number = ''] of readFileSync(path, 'utf8').matchAll(/^#{1,4} (\d+)\./gm)) found.add(number);
  read.set(path, found);
  return found;
}
