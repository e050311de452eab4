/** Pages without a template engine: what is put into one is escaped unless it is a piece of page itself. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | null | Html | readonly Html[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand between tags, and within an attribute in quotes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, char => escapes[char] ?? char);

function shown(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(each => each.text).join('');
  return escapeHtml(String(part));
}

/** html`<p>${text}</p>`. Attributes are to be in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const [first = '', ...rest] = strings;
  return new Html(first + rest.map((text, at) => shown(parts[at] ?? null) + text).join(''));
}

/** A whole page; `head` is what stands in it after the character set. */
export const htmlPage = (language: string, head: Html, body: Html): string =>
  `<!doctype html>\n${
    html`<html lang="${language}"><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`.text
  }`;
