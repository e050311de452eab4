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

const escaped = (text: string): string => text.replace(/[&<>"']/g, char => escapes[char] ?? char);

function shown(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(each => each.text).join('');
  return escaped(String(part));
}

/** html`<p>${text}</p>`. Attributes are to be in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const [first = '', ...rest] = strings;
  return new Html(first + rest.map((text, at) => shown(parts[at] ?? null) + text).join(''));
}

export const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 70rem; margin: 0 auto; padding: 1rem }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; border-bottom: 1px solid #8888 }
header h1 { font-size: 1.2rem; margin: .4rem 0; flex: 1 }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top }
input, button { font: inherit; padding: .4rem .6rem; max-width: 100% }
input { width: 32rem }
code { font-size: 1rem; overflow-wrap: anywhere }
.bad { color: #c22 }
`;

/** A whole page. */
export const page = (title: string, body: Html): string =>
  `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} – SmartBox</title><style>${new Html(style)}</style></head><body>${body}</body></html>`.text
  }`;
