import { LineCounter, parseDocument } from 'yaml';
import { reasonOf } from '../fault.ts';
import type { Problem, Step } from './problem.ts';
import { pathText } from './problem.ts';

/** Longest configuration: a box of 999 slots needs less than 200 KiB. */
export const configMaxBytes = 256 * 1024;
/** How often aliases may be followed: enough for a shared chip name, too little for a bomb. */
const aliasesMax = 1_000;

interface Document {
  readonly value: unknown;
  /** These are wrong with the text but leave a value to look at: keys given twice, tags. */
  readonly problems: readonly Problem[];
  /** Line of the value at `steps`, or of the nearest thing around it. */
  lineOf(steps: readonly Step[]): number | null;
}

/** Reads YAML 1.2 (core schema), the text of one document. Never throws: what cannot be read is a problem. */
export function readDocument(text: string): Document {
  try {
    return parsed(text);
  } catch (error) {
    // The parser recurses: thousands of nested brackets end here, as does an alias bomb.
    const message =
      error instanceof RangeError ? 'is nested too deeply' : `cannot be read: ${reasonOf(error)}`;
    return unreadable([{ path: '', message: `the file ${message}`, line: null }]);
  }
}

function parsed(text: string): Document {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // Said only now, since a silent parser would also keep quiet about a second document.
  document.options.logLevel = 'silent';
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const problems = [...document.errors, ...document.warnings].map(error => {
    const { line, col } = lines.linePos(error.pos[0]);
    const steps = stepsAt(document.contents, error.pos[0]);
    return { path: pathText(steps), message: `${sentence(error)} (line ${line}, column ${col})`, line };
  });
  if (document.errors.some(error => error.code !== 'DUPLICATE_KEY')) return unreadable(problems);
  const lineOf = (steps: readonly Step[]): number | null => {
    for (let length = steps.length; length > 0; length--) {
      const node = document.getIn(steps.slice(0, length), true);
      if (hasRange(node)) return lineAt(node.range[0]);
    }
    return null;
  };
  return { value: document.toJS({ maxAliasCount: aliasesMax }), problems, lineOf };
}

const unreadable = (problems: readonly Problem[]): Document => ({
  value: undefined,
  problems,
  lineOf: () => null,
});

const hasRange = (node: unknown): node is { readonly range: readonly [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);

function sentence(error: { readonly code: string; readonly message: string }): string {
  if (error.code === 'DUPLICATE_KEY') return 'the same key is here twice';
  if (error.code === 'TAB_AS_INDENT') return 'a tab is used for indentation; use spaces';
  if (error.code === 'TAG_RESOLVE_FAILED') return 'tags (words that begin with !) are not used here';
  if (error.code === 'MULTIPLE_DOCS') return 'a second document (---) begins here';
  return (error.message.split('\n')[0] ?? '').slice(0, 200);
}

/** The path of the innermost value that holds an offset of the text. */
function stepsAt(contents: unknown, offset: number): Step[] {
  const steps: Step[] = [];
  let node = contents;
  while (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
    const found = childAt(node.items, offset);
    if (found === null) break;
    steps.push(found.step);
    node = found.node;
  }
  return steps;
}

function childAt(items: readonly unknown[], offset: number): { step: Step; node: unknown } | null {
  for (const [index, item] of items.entries()) {
    if (typeof item !== 'object' || item === null) continue;
    if ('key' in item && 'value' in item) {
      if (holds(item.key, item.value, offset)) return { step: String(scalarOf(item.key)), node: item.value };
    } else if (holds(item, item, offset)) return { step: index, node: item };
  }
  return null;
}

/** From the beginning of one node to the end of another, the tags and colons between them included. */
const holds = (first: unknown, last: unknown, offset: number): boolean =>
  hasRange(first) && offset >= first.range[0] && offset < (hasRange(last) ? last : first).range[1];

const scalarOf = (node: unknown): unknown =>
  typeof node === 'object' && node !== null && 'value' in node ? node.value : '?';
