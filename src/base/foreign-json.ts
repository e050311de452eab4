import type { Json } from './canonical.ts';

/** Nothing that is read here is nested deeper than a tenth of this. */
const nestedMax = 64;

const quote = 34;
const backslash = 92;

/** Well-formed it may be, but no program of ours writes its like. */
export class NestedTooDeep extends SyntaxError {
  constructor(at: number) {
    super(`nested deeper than ${nestedMax} levels at position ${at}`);
  }
}

/**
 * The value of a JSON text that somebody else has written.
 * @throws SyntaxError for what is no JSON; NestedTooDeep beyond 64 levels
 */
export function parseForeign(text: string): Json {
  mustBeShallow(text);
  return JSON.parse(text) as Json;
}

/**
 * A text of 300,000 opening brackets would cost the parser, the collector and whoever walks the value half a second, so depth is
 * counted before anything is built.
 * @throws NestedTooDeep beyond 64 levels
 */
export function mustBeShallow(text: string): void {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isInText) {
      if (code === backslash) at += 1;
      else if (code === quote) isInText = false;
    } else if (code === quote) isInText = true;
    else if (isOpening(code)) {
      depth += 1;
      if (depth > nestedMax) throw new NestedTooDeep(at);
    } else if (isClosing(code)) depth -= 1;
  }
}

/** `[` or `{`. */
const isOpening = (code: number): boolean => code === 91 || code === 123;

/** `]` or `}`. */
const isClosing = (code: number): boolean => code === 93 || code === 125;
