/** The rows of a display that takes plain ASCII: form feed clears, CR LF begins the next row. */

const pictureMax = 4_096;

export class ShownText {
  readonly #columns: number;
  readonly #rows: number;
  #picture = '';

  constructor({ columns, rows }: { readonly columns: number; readonly rows: number }) {
    this.#columns = columns;
    this.#rows = rows;
  }

  push(bytes: Uint8Array): void {
    const all = this.#picture + Buffer.from(bytes).toString('latin1');
    // What is sent beyond the last row goes nowhere, however much it is.
    this.#picture = all.slice(all.lastIndexOf('\f') + 1).slice(0, pictureMax);
  }

  get rows(): readonly string[] {
    const rows = this.#picture.split('\r\n').slice(0, this.#rows);
    return Array.from({ length: this.#rows }, (_, at) => (rows[at] ?? '').slice(0, this.#columns));
  }
}
