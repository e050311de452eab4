/** Codes of bookings (rules.md 19): drawn uniformly, never one that people would try first. */
import { assert } from '../../base/assert.ts';
import { isTrivial } from '../../base/code-strength.ts';

/** Bytes from a CSPRNG. */
type Draw = (bytes: number) => Uint8Array;

/** 48 bits: exact in a double, and far beyond ten digits. */
const drawBytes = 6;
const drawRange = 2 ** 48;

/** So many codes of `digits` digits, none trivial, none twice. Whether one may be used is for the caller to look up. */
export function drawCodes(digits: number, count: number, draw: Draw): readonly string[] {
  assert(digits >= 4 && digits <= 10, `codes of ${digits} digits`);
  const codes = new Set<string>();
  while (codes.size < count) {
    const code = drawOne(digits, draw);
    if (!isTrivial(code)) codes.add(code);
  }
  return [...codes];
}

/** Draws beyond the last whole multiple are thrown away, so that every code is as likely as any other. */
function drawOne(digits: number, draw: Draw): string {
  const range = 10 ** digits;
  const fair = drawRange - (drawRange % range);
  for (;;) {
    const number = draw(drawBytes).reduce((sum, byte) => sum * 256 + byte, 0);
    if (number < fair) return String(number % range).padStart(digits, '0');
  }
}
