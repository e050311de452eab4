import { inspect } from 'node:util';

/**
 * Something a person typed that must never reach a log, a row or a wire. It prints as `[secret]` wherever it is printed by
 * mistake; `reveal` is the one way in, and a reader can grep for every use of it.
 */
export class Secret<Text extends string = string> {
  readonly #text: Text;

  constructor(text: Text) {
    this.#text = text;
  }

  get length(): number {
    return this.#text.length;
  }

  reveal(): Text {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
