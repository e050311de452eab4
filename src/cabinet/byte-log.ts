/** Bytes that went through the ports, newest last: for whoever wants to see that nothing else passes between page and box. */

export interface Bytes {
  readonly at: number;
  readonly device: string;
  /** In: into the box. */
  readonly way: 'in' | 'out';
  readonly text: string;
}

const linesMax = 40;
/** Of one line; the display alone writes more, and its text is beside it. */
const bytesMax = 96;

export class ByteLog {
  #lines: readonly Bytes[] = [];

  get lines(): readonly Bytes[] {
    return this.#lines;
  }

  add(device: string, way: Bytes['way'], bytes: Uint8Array): void {
    const shown = [...bytes.subarray(0, bytesMax)].map(printed).join('');
    const text = bytes.length > bytesMax ? `${shown}…` : shown;
    this.#lines = [...this.#lines, { at: Date.now(), device, way, text }].slice(-linesMax);
  }
}

const names: Readonly<Record<number, string>> = {
  2: '‹STX›',
  3: '‹ETX›',
  10: '‹LF›',
  12: '‹FF›',
  13: '‹CR›',
};
const space = 32;
const lastPrinted = 126;

const printed = (byte: number): string =>
  names[byte] ??
  (byte >= space && byte <= lastPrinted
    ? String.fromCharCode(byte)
    : `‹0x${byte.toString(16).toUpperCase().padStart(2, '0')}›`);
