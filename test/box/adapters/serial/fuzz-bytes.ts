import type { Prng } from '../../../../scripts/rig/prng.ts';
import { frame } from './decoded.ts';

type Fault = (bytes: number[], random: Prng) => number[];

/** Exactly one thing wrong with a message, as lines and cables do it. */
export const faults: Readonly<Record<string, Fault>> = {
  flip: (bytes, random) => {
    const at = random.int(0, bytes.length - 1);
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << random.int(0, 7)));
  },
  drop: (bytes, random) => bytes.toSpliced(random.int(0, bytes.length - 1), 1),
  insert: (bytes, random) => bytes.toSpliced(random.int(0, bytes.length), 0, random.int(0, 255)),
  truncate: (bytes, random) => bytes.slice(0, random.int(0, bytes.length - 1)),
  double: (bytes, random) => {
    const at = random.int(0, bytes.length - 1);
    return bytes.toSpliced(at, 0, bytes[at] ?? 0);
  },
  swap: (bytes, random) => {
    const at = random.int(0, bytes.length - 2);
    return bytes.toSpliced(at, 2, bytes[at + 1] ?? 0, bytes[at] ?? 0);
  },
};

const digits = (random: Prng, count: number, of = '0123456789'): string =>
  Array.from({ length: count }, () => random.pick([...of])).join('');

/** A message in order, of each protocol; now and then one that is in order but means nothing. */
export const messages: Readonly<Record<string, (random: Prng) => string>> = {
  ascii: random => `${random.chance(0.2) ? '*' : ''}${digits(random, random.int(1, 10))}#`,
  line: random =>
    `${random.chance(0.1) ? `${digits(random, 3)}*` : ''}${digits(random, random.int(1, random.chance(0.1) ? 60 : 10))}${random.pick(['', '#'])}${random.pick(['\n', '\r\n', '\r'])}`,
  'em4100-ascii': random =>
    frame(
      random.chance(0.1) ? '0000000000' : digits(random, 10, '0123456789ABCDEF'),
      random.pick(['', '\r\n']),
    ),
};

/** Bytes that no message is: any at all, or those that messages are made of. */
export function noise(random: Prng): number[] {
  const near = [...Buffer.from('0123456789ABCDEFabcdef*#\r\n\x02\x03', 'latin1')];
  const any = random.chance(0.5);
  return Array.from({ length: random.int(0, 120) }, () => (any ? random.int(0, 255) : random.pick(near)));
}

/** Half of them a message with one fault among messages in order, half noise. */
export function input(random: Prng, protocol: string): number[] {
  const message = messages[protocol];
  if (message === undefined) throw new Error(`no messages of ${protocol} to break: add some`);
  const good = (): number[] => [...Buffer.from(message(random), 'latin1')];
  if (random.chance(0.5)) return noise(random);
  const fault = random.pick(Object.values(faults));
  const before = random.chance(0.5) ? good() : [];
  const behind = random.chance(0.5) ? good() : [];
  return [...before, ...fault(good(), random), ...behind];
}

/** The same bytes in pieces, as reads happen to cut them. */
export function pieces(random: Prng, bytes: readonly number[]): Uint8Array[] {
  const cut: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = from + random.int(1, random.chance(0.5) ? 3 : 64);
    cut.push(Uint8Array.from(bytes.slice(from, to)));
    from = to;
  }
  return cut;
}
