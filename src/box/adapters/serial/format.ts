import type { SerialFormat } from '../../ports.ts';

const lowSeven = 0x7f;

/** How a port is opened. */
export const lineOptions = ({ dataBits, parity, stopBits }: SerialFormat) => ({ dataBits, parity, stopBits });

/**
 * Takes off the eighth bit where seven were agreed on: not every adapter and no pty does, and it is the parity then.
 * Works in place, on bytes that are lent.
 */
export function withoutParity(bytes: Uint8Array, { dataBits }: SerialFormat): void {
  if (dataBits === 8) return;
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (bytes[at] ?? 0) & lowSeven;
}

/** Bytes whose eighth bit is set although eight bits of data were agreed on; digits never have it. */
export function highBits(bytes: Uint8Array, { dataBits }: SerialFormat): number {
  if (dataBits !== 8) return 0;
  let count = 0;
  for (const byte of bytes) if (byte > lowSeven) count += 1;
  return count;
}
