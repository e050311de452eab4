/**
 * Regular expressions whose cost grows faster than the text that they are held against (“ReDoS”). The search for repetitions
 * that can share a character is scslre's, which eslint-plugin-regexp uses; alternatives are looked at here.
 */
import { type AST, RegExpParser, RegExpSyntaxError } from '@eslint-community/regexpp';
import * as analysis from 'regexp-ast-analysis';
import { analyse } from 'scslre';
import { literalsOf } from './literals.ts';
import type { Sources } from './sources.ts';
import { bare } from './sources.ts';

/** So many repetitions and more are as good as without end. */
const endless = 100;

/** What is wrong with one expression, as it is written between its slashes. Empty: it costs no more than its text is long. */
export function ambiguities(source: string, flags: string): readonly string[] {
  const parser = new RegExpParser();
  let pattern: AST.Pattern;
  let parsed: AST.Flags;
  try {
    parsed = parser.parseFlags(flags);
    pattern = parser.parsePattern(source, undefined, undefined, {
      unicode: parsed.unicode,
      unicodeSets: parsed.unicodeSets,
    });
  } catch (error) {
    if (error instanceof RegExpSyntaxError) return [`cannot be read: ${error.message}`];
    throw error;
  }
  for (const each of quantifiers(pattern))
    if (each.max >= endless && each.max > each.min) each.max = Infinity;
  const { reports } = analyse({ pattern, flags: parsed }, { maxReports: 3 });
  const shared = reports.map(report => words[report.type]);
  const loose = quantifiers(pattern).filter(each => each.max > 1 && hasLooseChoice(each, parsed));
  return [...shared, ...loose.map(each => `the alternatives of ${each.raw} can begin alike`)];
}

const words = {
  Self: 'a repetition is within itself',
  Trade: 'two repetitions can share a text',
  Move: 'a repetition is tried again from each of its own characters: anchor it, or look for its end from behind',
} as const;

function quantifiers(root: AST.Node): readonly AST.Quantifier[] {
  const found: AST.Quantifier[] = [];
  const visit = (node: AST.Node): void => {
    if (node.type === 'Quantifier') found.push(node);
    if ('alternatives' in node) {
      if (node.type !== 'ClassStringDisjunction')
        for (const each of node.alternatives) visit(each as AST.Node);
    } else if (node.type === 'Alternative') for (const each of node.elements) visit(each);
    else if (node.type === 'Quantifier') visit(node.element);
  };
  visit(root);
  return found;
}

/** Alternatives that are tried again and again, of which two can begin with the same character. */
function hasLooseChoice({ element, max }: AST.Quantifier, flags: AST.Flags): boolean {
  if (max < endless || !('alternatives' in element)) return false;
  const begins = (element.alternatives as readonly AST.Alternative[]).map(
    each => analysis.getFirstConsumedChar(each, 'ltr', flags).char,
  );
  return begins.some((char, at) => begins.slice(at + 1).some(other => !char.isDisjointWith(other)));
}

/** Ways to an expression that cannot be read off the text. */
const hidden: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\bRegExp\(/, 'an expression that is put together while running'],
  [/\.(?:match|matchAll|search)\(\s*§/, 'an expression that is written as a string'],
];

export function ambiguousExpressions(sources: Sources): readonly string[] {
  const complaints: string[] = [];
  for (const [path, text] of sources) {
    for (const { text: literal, line } of literalsOf(text)) {
      const end = literal.lastIndexOf('/');
      for (const what of ambiguities(literal.slice(1, end), literal.slice(end + 1)))
        complaints.push(`${path}:${line}: ${literal}: ${what}`);
    }
    const code = bare(text.replaceAll(/(\(\s*)['"`]/g, '$1§$&'));
    for (const [pattern, what] of hidden) if (pattern.test(code)) complaints.push(`${path}: ${what}`);
  }
  return complaints;
}

/** What comes from outside has one reader each: how it is read, where alone, and why there. */
const readers: readonly (readonly [reading: RegExp, file: string, why: string])[] = [
  [
    /\bv\.(?:safeParse|parse|is|assert|parser|safeParser)\(/g,
    'src/wire/reading.ts',
    'it stops at the first check that fails, so that a length guards what follows it',
  ],
  [/'libphonenumber-js[^']*'/g, 'src/base/phone-number.ts', 'one number is read alike everywhere'],
  [
    /\.(?:split|indexOf|lastIndexOf|includes)\('@'\)/g,
    'src/base/mail-address.ts',
    'one address is read alike everywhere',
  ],
  [
    /(?<![#.\w])fetch\(|\brequest(?: as \w+)? \} from 'node:https?'/g,
    'src/base/http-call.ts',
    'every call is bounded in time and size, and follows no redirect',
  ],
  [
    /\bmkdir(?:Sync)?\([^;]*\brecursive\b/g,
    'src/base/make-folder.ts',
    'Node’s own way never ends in a folder that takes no others',
  ],
  [/\bsupportedValuesOf\(/g, 'src/base/time-zone.ts', 'one zone is read alike everywhere'],
];

export function readsElsewhere(sources: Sources): readonly string[] {
  const complaints: string[] = [];
  for (const [path, text] of sources)
    for (const [reading, file, why] of readers)
      if (path !== file)
        for (const [found] of withoutComments(text).matchAll(reading))
          complaints.push(`${path}: ${found}: ${file} reads that; ${why}`);
  return complaints;
}

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/[^\n]*/gm, '');
