/** Refusals of the API in the language of the page. */
import { type Html, html } from '../../../base/html.ts';
import type { Language } from './frame/texts/languages.ts';
import { composedRefusalsNl, refusalsNl } from './texts/refusals-nl.ts';

const known = Object.entries({ ...refusalsNl, ...composedRefusalsNl });

/** Where there are no words of that language for it, it is marked as English: readers speak it as such. */
export function refusalSaid(english: string, language: Language): Html {
  if (language === 'en') return html`${english}`;
  for (const [template, words] of known) {
    const values = valuesIn(template, english);
    if (values !== null) return html`${filled(words, values)}`;
  }
  return english === '' ? html`` : html`<span lang="en">${english}</span>`;
}

/** Values that stand in the places of a template; null: the text is another sentence. */
function valuesIn(template: string, text: string): readonly string[] | null {
  const [first = '', ...rest] = template.split('{}');
  if (!text.startsWith(first)) return null;
  const values: string[] = [];
  let at = first.length;
  for (const [index, piece] of rest.entries()) {
    const isLast = index === rest.length - 1;
    const ends = isLast && text.endsWith(piece) ? text.length - piece.length : text.indexOf(piece, at);
    if (ends < at) return null;
    values.push(text.slice(at, ends));
    at = ends + piece.length;
  }
  return at === text.length ? values : null;
}

function filled(template: string, values: readonly string[]): string {
  const [first = '', ...rest] = template.split('{}');
  return first + rest.map((piece, at) => (values[at] ?? '') + piece).join('');
}
