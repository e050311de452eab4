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

/** Words that only this house would understand, or that mean several things; docs/glossary.md has those of the field. */
const privateWords: readonly string[] = [
  ...[
    'ahead',
    'around',
    'breath',
    'chores',
    'company',
    'desk',
    'face',
    'footing',
    'foresee',
    'gathered',
    'ground',
  ],
  ...['guest', 'heart', 'kit', 'ledger', 'obey', 'pour', 'rehearse', 'remembered', 'rival'],
  ...['sailing', 'salvage', 'speaker', 'strangers', 'tally', 'teardown', 'telling', 'trial', 'troubles'],
  ...['turnstile', 'verdict', 'voice', 'wish'],
];
const declaration = /\b(?:class|interface|type|function\*?|enum)\s+(\w+)/g;

/** `word path` or `word path Name`, of each file and each declared type, class or function of `src` that has such a word. */
export function privateNames(sources: Sources): readonly string[] {
  const found = new Set<string>();
  for (const [path, text] of sources) {
    const note = (name: string, where: string): void => {
      const words = name
        .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
        .toLowerCase()
        .split('-');
      for (const word of privateWords.filter(each => words.includes(each))) found.add(`${word} ${where}`);
    };
    const file = path.slice(path.lastIndexOf('/') + 1);
    note(file.replace(/\..*/, ''), file);
    for (const [, name = ''] of bare(text).matchAll(declaration)) note(name, name);
  }
  return [...found].sort();
}

/** File names that more files of `src` have than `known` says, two where it says nothing. */
export function crowdedNames(sources: Sources, known: Readonly<Record<string, number>>): readonly string[] {
  const paths = new Map<string, string[]>();
  for (const path of sources.keys()) {
    const file = path.slice(path.lastIndexOf('/') + 1);
    paths.set(file, [...(paths.get(file) ?? []), path]);
  }
  return [...paths]
    .filter(([file, all]) => (file in known ? all.length !== known[file] : all.length > 2))
    .map(([file, all]) => `${file} is the name of ${all.length} files: ${all.join(', ')}`);
}
