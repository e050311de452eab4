import type { Sources } from './sources.ts';
import { bare } from './sources.ts';

export const fileLinesMax = 300;
export const functionLinesMax = 50;

/** `path` or `path function` → lines that it has today. It may shrink, never grow; when it fits, it leaves the list. */
export type Ratchet = Readonly<Record<string, number>>;

export interface Measured {
  readonly name: string;
  readonly lines: number;
  readonly most: number;
}

export function measured(sources: Sources): readonly Measured[] {
  const all: Measured[] = [];
  for (const [path, text] of sources) {
    all.push({ name: path, lines: text.trimEnd().split('\n').length, most: fileLinesMax });
    for (const { name, lines } of functionsOf(text))
      all.push({ name: `${path} ${name}`, lines, most: functionLinesMax });
  }
  return all;
}

/** What is too large and not in the list, larger than the list says, or in the list without need. */
export function tooLarge(sizes: readonly Measured[], ratchet: Ratchet): readonly string[] {
  const complaints: string[] = [];
  const left = new Map(Object.entries(ratchet));
  for (const { name, lines, most } of sizes) {
    const known = left.get(name);
    left.delete(name);
    if (lines > Math.max(most, known ?? 0))
      complaints.push(`${name}: ${lines} lines, at most ${known ?? most}`);
    if (known !== undefined && lines < known)
      complaints.push(`${name}: has ${lines} lines now, lower the ratchet from ${known}`);
  }
  for (const name of left.keys()) complaints.push(`${name}: is in the ratchet but not there`);
  return complaints;
}

const notFunctions =
  /^\s*(?:\} )?(?:if|else|for|while|do|switch|case|default|try|catch|finally|class|interface|export (?:abstract )?class|return \{|export \{|import)\b/;

/** A describe only holds tests, which are measured one by one; so does what runs a suite on each store. */
const container = /^(?:describe|suite|onBothStores|onSqliteOrBoth)\(/;

/**
 * Functions of code that the formatter has laid out: the body closes with a line that begins with `}` at the depth of the
 * line where the function began. (TypeScript 7 has no stable parser to call.)
 */
export function functionsOf(text: string): readonly { readonly name: string; readonly lines: number }[] {
  const lines = bare(text).split('\n');
  const found: { name: string; lines: number }[] = [];
  for (const [index, line] of lines.entries()) {
    if (!line.trimEnd().endsWith('{')) continue;
    const depth = depthOf(line);
    const start = line.trimStart().startsWith(')') ? openerOf(lines, index, depth) : index;
    const header = lines
      .slice(start, index + 1)
      .join(' ')
      .trim();
    if (!isFunction(header) || container.test(header)) continue;
    const closing = lines.findIndex(
      (other, at) => at > index && depthOf(other) === depth && other.trimStart().startsWith('}'),
    );
    if (closing > 0) found.push({ name: nameOf(header), lines: closing - start + 1 });
  }
  return found;
}

const depthOf = (line: string): number => line.length - line.trimStart().length;

/** The line where a parameter list began that ends on this one. */
function openerOf(lines: readonly string[], from: number, depth: number): number {
  for (let index = from - 1; index >= 0; index--)
    if (depthOf(lines[index] ?? '') === depth && (lines[index] ?? '').trim() !== '') return index;
  return from;
}

const isFunction = (header: string): boolean =>
  /\bfunction\b|=>\s*\{$/.test(header) ||
  (!notFunctions.test(header) && /^(?:[\w#*]+\s+)*[#*]?[\w$[\]]+(?:<.*>)?\(.*\)(?:: .+)? \{$/.test(header));

function nameOf(header: string): string {
  const named =
    /\bfunction\*?\s+([\w$]+)/.exec(header) ??
    /\b(?:const|let)\s+([\w$]+)/.exec(header) ??
    /^(?:(?:static|async|get|set|readonly|override|private|public) )*[#*]?([\w$]+)/.exec(header);
  return named?.[1] ?? '?';
}
