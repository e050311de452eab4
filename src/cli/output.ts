import type { Fault } from '../base/fault.ts';

/** Where a verb says things: documents or words on stdout, troubles on stderr. */
export class Output {
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** Text for people; nothing with `--json`. */
  say(text: string): void {
    if (!this.#json) this.raw(`${text}\n`);
  }

  /** The one document of `--json`, or one of several lines of `watch`; nothing without. */
  document(value: unknown): void {
    this.line(JSON.stringify(value));
  }

  /** A document that is spelt already. */
  line(text: string): void {
    if (this.#json) this.raw(`${text}\n`);
  }

  /** Bytes as they are, in both modes. */
  raw(text: string): boolean {
    return process.stdout.write(text);
  }

  /** Resolves when stdout takes more: an export must not pile up here. */
  drained(): Promise<void> {
    if (!process.stdout.writableNeedDrain) return Promise.resolve();
    return new Promise(resolve => process.stdout.once('drain', resolve));
  }

  /** Something a person should know, beside the result; in `--json` mode it is in the document. */
  note(text: string): void {
    if (!this.#json) process.stderr.write(`${text}\n`);
  }

  /** Why it did not work. */
  failure(fault: Fault): void {
    const error = fault.toJSON() as ReturnType<Fault['toJSON']> & { readonly problems?: readonly unknown[] };
    if (this.#json) {
      process.stderr.write(`${JSON.stringify({ error })}\n`);
      return;
    }
    process.stderr.write(`smartbox: ${error.message}\n`);
    for (const problem of error.problems ?? []) process.stderr.write(`  ${problemText(problem)}\n`);
    if (error.hint !== '') process.stderr.write(`hint: ${error.hint}\n`);
  }
}

/** A row of an import that is wrong, or odd: `row 3 (b-17): start is missing`. */
export function problemText(problem: unknown): string {
  const { row, id, message } = problem as { row: number; id: string | null; message: string };
  return `row ${row}${id === null ? '' : ` (${id})`}: ${message}`;
}
