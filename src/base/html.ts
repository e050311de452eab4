/** Pages without a template engine: what is put into one is escaped unless it is a piece of page itself. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | null | Html | readonly Html[];

/** By the code of the character: a text is looked through once, and most of it needs nothing. */
const entities: (string | undefined)[] = [];
for (const [char, entity] of [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
] as const)
  entities[char.charCodeAt(0)] = entity;

/** Text as it may stand between tags, and within an attribute in quotes. */
export function escapeHtml(text: string): string {
  let [escaped, from] = ['', 0];
  for (let at = 0; at < text.length; at += 1) {
    const entity = entities[text.charCodeAt(at)];
    if (entity === undefined) continue;
    escaped += text.slice(from, at) + entity;
    from = at + 1;
  }
  return from === 0 ? text : escaped + text.slice(from);
}

function shown(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (typeof part !== 'object') return escapeHtml(String(part));
  let text = '';
  for (const each of part) text += each.text;
  return text;
}

/** html`<p>${text}</p>`. Attributes are to be in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] ?? '';
  for (let at = 0; at < parts.length; at += 1) text += shown(parts[at] ?? null) + (strings[at + 1] ?? '');
  return new Html(text);
}

/** A whole page; `head` is what stands in it after the character set. */
export const htmlPage = (language: string, head: Html, body: Html): string =>
  `<!doctype html>\n${
    html`<html lang="${language}"><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`.text
  }`;
