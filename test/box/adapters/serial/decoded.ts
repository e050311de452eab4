import { mono } from '../../../../src/base/brand.ts';
import type { Decoder } from '../../../../src/box/adapters/serial/decoder.ts';
import type { Decoded } from '../../../../src/box/ports.ts';

/** What was decoded, as text that a test can compare: `7`, `line 123`, `+TAG`, `=TAG`, `-TAG`. */
export const said = (decoded: readonly Decoded[]): string[] => decoded.map(oneSaid);

function oneSaid(one: Decoded): string {
  switch (one.kind) {
    case 'key':
      return one.key;
    case 'noise':
    case 'spoilt':
      return '!';
    case 'outdated':
      return '?';
    case 'line':
      return `line ${one.digits.reveal()}`;
    case 'tag-arrived':
      return `+${one.tag.reveal()}`;
    case 'tag-again':
      return `=${one.tag.reveal()}`;
    case 'tag-left':
      return `-${one.tag.reveal()}`;
  }
}

export const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

export const push = (decoder: Decoder, text: string, atMs = 0): string[] =>
  said(decoder.push(bytes(text), mono(atMs)));

export const wake = (decoder: Decoder, atMs: number): string[] => said(decoder.wake(mono(atMs)));

/** An RDM6300 frame, checksum computed here and not by the code under test. */
export function frame(tag: string, tail = ''): string {
  const parity = [0, 2, 4, 6, 8].reduce((sum, at) => sum ^ Number.parseInt(tag.slice(at, at + 2), 16), 0);
  return `\x02${tag}${parity.toString(16).toUpperCase().padStart(2, '0')}${tail}\x03`;
}
