import { Fault } from '../base/fault.ts';

const newline = 0x0a;

/** Cuts a stream of bytes into lines of bounded length; what is kept between two chunks never exceeds `maxBytes`. */
export class LineCutter {
  readonly #maxBytes: number;
  #kept: Uint8Array[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The lines that this chunk completes, without their newline.
   * @throws Fault `line-too-long`; the stream cannot be used after that.
   */
  push(chunk: Uint8Array): readonly string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, at));
      lines.push(this.rest());
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  /** Gives the text after the last newline; the cutter is empty then. */
  rest(): string {
    const text = Buffer.concat(this.#kept).toString('utf8');
    this.#kept = [];
    this.#size = 0;
    return text;
  }

  #keep(part: Uint8Array): void {
    this.#size += part.length;
    if (this.#size > this.#maxBytes) {
      throw new Fault(
        'line-too-long',
        `a line is longer than ${this.#maxBytes} bytes`,
        'Send one JSON value a line.',
      );
    }
    if (part.length > 0) this.#kept.push(part);
  }
}
