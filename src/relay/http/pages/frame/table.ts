/** Lists: a table where there is room, cards where there is none. The style sheet takes a card's labels from `data-label`. */
import { type Html, html } from '../../../../base/html.ts';
import { icon } from './icons.ts';
import type { PageTexts } from './texts/languages.ts';

interface Column<Row> {
  readonly label: string;
  /** The first column is the row's name, and its heading for readers. */
  readonly cell: (row: Row) => Html | string;
}

interface Table<Row> {
  /** For readers; the eye has the page's title. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

export function table<Row>({ caption, columns, rows }: Table<Row>): Html {
  const [name, ...rest] = columns;
  if (name === undefined) throw new RangeError(`${caption}: a table without columns`);
  const lines = rows.map(
    row =>
      html`<tr><th scope="row" data-label="${name.label}"><div>${name.cell(row)}</div></th>${rest.map(
        ({ label, cell }) => html`<td data-label="${label}"><div>${cell(row)}</div></td>`,
      )}</tr>`,
  );
  return html`<table class="rows"><caption class="unseen">${caption}</caption>
<thead><tr>${columns.map(({ label }) => html`<th scope="col">${label}</th>`)}</tr></thead><tbody>${lines}</tbody></table>`;
}

interface Turn {
  /** Null: this is the first page. */
  readonly newest: string | null;
  /** Null: this is the last one. */
  readonly older: string | null;
}

/** Pages are turned by links; how many there are is asked by nobody, and would cost a look at every row. */
export function turn({ newest, older }: Turn, { frame }: PageTexts): Html | null {
  if (newest === null && older === null) return null;
  return html`<nav class="turn" aria-label="${frame.turn}">${
    newest === null ? null : html`<a href="${newest}">${frame.newer}</a>`
  }${older === null ? null : html`<a rel="next" href="${older}">${frame.older}${icon('go')}</a>`}</nav>`;
}
