/**
 * Texts of schemas that no length ends. A text from outside may be as long as a body; what is done with it (an expression, a
 * database, a page) must be able to count on an end. Schemas are walked as Valibot keeps them; so is the source, for what no
 * module exports.
 */
import type { Sources } from './sources.ts';
import { bare } from './sources.ts';

/** A schema of Valibot's, or an action of a pipe, with the members that lead to others; read off `valibot` 1.5. */
interface Node {
  readonly kind: 'schema' | 'validation' | 'transformation' | 'metadata';
  readonly type: string;
  readonly pipe?: readonly Node[];
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly items?: readonly Node[];
  readonly options?: readonly unknown[];
  readonly key?: Node;
  readonly value?: unknown;
  readonly rest?: Node;
  readonly wrapped?: Node;
}

export const isSchema = (value: unknown): value is Node =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  value.kind === 'schema' &&
  'type' in value;

const ends: readonly string[] = ['max_length', 'length'];
/** Holds no text, or only what the schema lists itself. */
const textless: readonly string[] = [
  ...['number', 'boolean', 'null', 'undefined', 'bigint', 'date', 'never', 'void', 'nan', 'symbol'],
  ...['literal', 'picklist', 'enum', 'unknown'],
];
const walked: readonly string[] = [
  ...['object', 'loose_object', 'strict_object', 'object_with_rest', 'array', 'tuple', 'loose_tuple'],
  ...['strict_tuple', 'record', 'union', 'variant', 'intersect', 'optional', 'nullable', 'nullish'],
  ...['undefinedable', 'exact_optional', 'non_optional', 'non_nullable'],
];

/** Paths to the texts without a length; a kind of schema that the walk does not know is one too. */
export function endlessTexts(schema: Node, path = ''): readonly string[] {
  const [first = schema, ...actions] = schema.pipe ?? [schema];
  if (first !== schema && first.pipe !== undefined)
    return endlessTexts({ ...first, pipe: [...first.pipe, ...actions] }, path);
  if (first.type === 'string') return actions.some(({ type }) => ends.includes(type)) ? [] : [path || '.'];
  if (textless.includes(first.type)) return [];
  if (!walked.includes(first.type)) return [`${path || '.'} (${first.type}: not known to the walk)`];
  return childrenOf(first).flatMap(([name, child]) => endlessTexts(child, `${path}${name}`));
}

function childrenOf(node: Node): readonly (readonly [name: string, child: Node])[] {
  const { entries = {}, items = [], options = [], item, key, value, rest, wrapped } = node;
  const single = Object.entries({ '[]': item, '{name}': key, '{value}': value, '[rest]': rest, '': wrapped });
  return [
    ...Object.entries(entries).map(([name, child]) => [`.${name}`, child] as const),
    ...items.map((child, at) => [`[${at}]`, child] as const),
    ...options.filter(isSchema).map((child, at) => [`|${at}`, child] as const),
    ...single.flatMap(([name, child]) => (isSchema(child) ? [[name, child] as const] : [])),
  ];
}

/** What answers of ours look like is not held against anything; their requests are walked as routes. */
const answersIn = /^src\/relay\/(?:[a-z/]+\/)?http\//;
/** Read back from files and rows that this program wrote, each of a size that is bounded before it is parsed. */
const ownWritings: readonly string[] = [
  'src/relay/backup/load.ts',
  'src/relay/domain/authorities.ts',
  'src/box/adapters/vault/credential-file.ts',
];
/** `v.string()` with its length at once, or behind what costs nothing; or the text of an answer whose bytes were counted. */
const ended =
  /^(?:,\s*v\.(?:trim\(\)|minLength\(\d{1,4}\)))?(?:,\s*v\.(?:maxLength|length)\(|,\s*v\.hexadecimal\(\),\s*v\.length\(|,\s*v\.parseJson\(\))/;

export function textsWithoutLength(sources: Sources): readonly string[] {
  const complaints: string[] = [];
  for (const [path, text] of sources) {
    if (answersIn.test(path) || ownWritings.includes(path)) continue;
    const code = bare(text);
    for (const { index } of code.matchAll(/v\.string\(\)/g)) {
      if (ended.test(code.slice(index + 'v.string()'.length))) continue;
      const line = code.slice(0, index).split('\n').length;
      complaints.push(`${path}:${line}: v.string() says no length: v.pipe(v.string(), v.maxLength(…), …)`);
    }
  }
  return complaints;
}
