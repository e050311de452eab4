/** What the documents name stands in the repository: a reader who follows a path must not end nowhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const inCode = /`([^`\n]+)`/g;
/** From the root of the checkout, a file or a folder; no patterns. */
const fromRoot = /^(?:src|test|scripts|docs|hardware|packaging|systemd)\/[\w./-]+$/;

/** `page` is for complaints, `root` the checkout. */
export function deadPaths(page: string, text: string, root: string): readonly string[] {
  return [...text.matchAll(inCode)]
    .flatMap(([, code = '']) => code.split(/[ ,]/).map(word => word.replace(/^\.\//, '')))
    .filter(word => fromRoot.test(word) && !existsSync(join(root, word)))
    .map(word => `${page} names ${word}, which is not there`);
}

/** As above, of every page of docs/, the README and those beside the hardware and the units. */
export function deadPathsInPages(root: string): readonly string[] {
  const docs = readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md'));
  const pages = [...docs.map(name => `docs/${name}`), 'README.md', 'hardware/README.md', 'systemd/README.md'];
  return pages.flatMap(page => deadPaths(page, readFileSync(join(root, page), 'utf8'), root));
}
