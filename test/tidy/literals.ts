/** Where regular expressions stand in a text of TypeScript: a small scanner that knows strings, templates and comments. */

export interface Literal {
  /** As written, with slashes and flags. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** One token at a time. A template is read up to its next `${` only: what stands within is code again. */
const token =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)|\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*|[\w$]+|\s+|[\s\S]/y;
/** After these words a slash begins an expression; after any other word, it divides. */
const before = new Set(['return', 'case', 'typeof', 'of', 'in', 'do', 'else', 'yield', 'await', 'void']);

/** Regular expressions of the code, in order. What strings and comments say is none. */
export function literalsOf(text: string): readonly Literal[] {
  const found: Literal[] = [];
  /** Braces that are open: of a template's `${`, or of the code's own. */
  const open: ('template' | 'code')[] = [];
  let last = '';
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const whole = tokenAt(text, at, open, last);
    if (isExpression(whole)) found.push({ text: whole, line });
    if (whole === '{') open.push('code');
    if (whole === '}') open.pop();
    if (whole.startsWith('}') && whole.endsWith('`') && whole.length > 1) open.pop();
    if (whole.startsWith('`') && whole.endsWith('${')) open.push('template');
    if (!/^(?:\s|\/\/|\/\*)/.test(whole)) last = whole;
    line += whole.split('\n').length - 1;
    at += whole.length;
  }
  return found;
}

const isExpression = (whole: string): boolean => whole.length > 2 && /^\/[^/*]/.test(whole);

function tokenAt(text: string, at: number, open: readonly string[], last: string): string {
  const char = text[at] ?? '';
  const isDivision = char === '/' && !/^\/[/*]/.test(text.slice(at, at + 2)) && divides(last);
  const isOwnBrace = char === '}' && open.at(-1) !== 'template';
  if (isDivision || isOwnBrace) return char;
  token.lastIndex = at;
  return token.exec(text)?.[0] ?? char;
}

/** Whether a slash after this token divides. */
const divides = (last: string): boolean =>
  (/^[\w$]/.test(last) && !before.has(last)) || /[)\]'"`]$/.test(last) || isExpression(last);
