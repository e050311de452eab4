/** Forms with a file: the parts one after the other, as they come, and never more of them in memory than a piece. */
import { Fault } from '../../base/fault.ts';

const headersMost = 4_096;

/** Of a request that breaks off, or is none of a browser's forms. */
const broken = (): Fault => new Fault('bad-input', 'the form did not come to its end', 'Send it again.');

export class Multipart {
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #border: Buffer;
  #held: Buffer = Buffer.from('\r\n');

  /** `contentType`: as the browser names it, with the border between parts. @throws Fault `bad-input` */
  constructor(pieces: AsyncIterable<Buffer>, contentType: string) {
    const found = /^multipart\/form-data;.*boundary="?([\w'()+,./:=?-]{1,70})"?/i.exec(contentType);
    if (found === null) throw broken();
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.#border = Buffer.from(`\r\n--${found[1]}`);
  }

  /** The name of the next part, whatever of the one before was not read; null: there is none. @throws Fault `bad-input` */
  async next(): Promise<string | null> {
    for await (const _ of this.body());
    this.#held = this.#held.subarray(this.#border.length);
    while (this.#held.length < 2) await this.#more();
    if (this.#held.toString('latin1', 0, 2) === '--') return null;
    let end = this.#held.indexOf('\r\n\r\n');
    while (end < 0) {
      if (this.#held.length > headersMost) throw broken();
      await this.#more();
      end = this.#held.indexOf('\r\n\r\n');
    }
    const headers = this.#held.toString('utf8', 0, end);
    this.#held = this.#held.subarray(end + 4);
    return /[; ]name="([^"\r\n]*)"/.exec(headers)?.[1] ?? '';
  }

  /** Of the part that `next` has named. @throws Fault `bad-input` */
  async *body(): AsyncGenerator<Buffer> {
    for (;;) {
      const end = this.#held.indexOf(this.#border);
      if (end >= 0) {
        const last = this.#held.subarray(0, end);
        this.#held = this.#held.subarray(end);
        if (last.length > 0) yield last;
        return;
      }
      const sure = this.#held.length - this.#border.length;
      if (sure > 0) {
        const piece = this.#held.subarray(0, sure);
        this.#held = this.#held.subarray(sure);
        yield piece;
      }
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#pieces.next();
    if (done === true) throw broken();
    this.#held = Buffer.concat([this.#held, value]);
  }
}
