import type { Sources } from './sources.ts';
import { bare } from './sources.ts';

/** Names that say nothing about what a thing is. */
const empty = '(?:[Uu]tils?|[Uu]tilit(?:y|ies)|[Hh]elpers?|[Mm]anagers?|[Cc]ommon)';
const emptyPath = new RegExp(`(?:^|[/.-])${empty}(?=[/.-])`);
const emptyName = new RegExp(
  `\\b(?:class|function|const|let|interface|type)\\s+(?:[\\w$]*(?:Util|Utils|Helper|Helpers|Manager)|${empty})\\b`,
);

export function badNames(sources: Sources): readonly string[] {
  const complaints: string[] = [];
  for (const [path, text] of sources) {
    if (emptyPath.test(path)) complaints.push(`${path}: the name says nothing`);
    const file = path.slice(path.lastIndexOf('/') + 1);
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.all)?(?:\.test)?\.ts$/.test(file))
      complaints.push(`${path}: not in kebab case`);
    const name = emptyName.exec(bare(text));
    if (name !== null) complaints.push(`${path}: “${name[0]}” says nothing`);
  }
  return complaints;
}

/** Marks of unfinished work, in comments too, and doors out of the type system. */
export function unfinished(sources: Sources): readonly string[] {
  const complaints: string[] = [];
  for (const [path, text] of sources) {
    const mark = /\b(?:TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b/.exec(text);
    if (mark !== null) complaints.push(`${path}: ${mark[0]}`);
    const wayOut = /@ts-(?:ignore|expect-error|nocheck)/.exec(text);
    if (wayOut !== null && !path.startsWith('test/tidy')) complaints.push(`${path}: ${wayOut[0]}`);
    const loose = /(?:[:<|&,(]\s*|\bas\s+)an[y]\b(?!\s*[(.:?])/.exec(bare(text));
    if (loose !== null) complaints.push(`${path}: any`);
  }
  return complaints;
}
