/** Fitting words into a display of so many columns and rows. */
import type { Variants } from './catalogue.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
  /** The characters that the display can draw; `ascii` has no accents, dashes or ellipses. */
  readonly letters: 'ascii' | 'unicode';
}

/** Words onto rows; a word longer than a row is broken. */
function wrapped(text: string, columns: number): readonly string[] {
  const rows: string[] = [];
  for (const paragraph of text.split('\n')) {
    let row: string[] = [];
    for (const word of paragraph.split(' ').filter(part => part !== '')) {
      let letters = Array.from(word);
      if (row.length > 0 && row.length + 1 + letters.length <= columns) row = [...row, ' ', ...letters];
      else {
        if (row.length > 0) rows.push(row.join(''));
        for (; letters.length > columns; letters = letters.slice(columns))
          rows.push(letters.slice(0, columns).join(''));
        row = letters;
      }
    }
    if (row.length > 0) rows.push(row.join(''));
  }
  return rows;
}

/** The first variant that fits without breaking a word; else the last one, cut. */
export function fitted(variants: Variants, size: Size): readonly string[] {
  for (const variant of variants) {
    const text = drawable(variant, size.letters);
    const rows = wrapped(text, size.columns);
    const whole = text.split(/[ \n]/).every(word => Array.from(word).length <= size.columns);
    if (whole && rows.length <= size.rows) return rows;
  }
  const last = variants[variants.length - 1] ?? variants[0];
  return wrapped(drawable(last, size.letters), size.columns).slice(0, size.rows);
}

/** At most `columns` letters, the end cut off. */
export const cut = (text: string, size: Size): string =>
  Array.from(drawable(text, size.letters)).slice(0, size.columns).join('').trimEnd();

/** Control characters never reach a display; letters that it cannot draw become the nearest that it can. */
function drawable(text: string, letters: Size['letters']): string {
  const visible = text.replaceAll(/[^\P{C}\n]/gu, '');
  if (letters === 'unicode') return visible;
  const plain = visible.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(/[–—]/g, '-');
  return plain.replaceAll(/[^\n -~]/gu, '?');
}
