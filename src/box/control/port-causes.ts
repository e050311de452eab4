/** Guesses from what its decoder has counted why a keypad or a reader that is up does not work. */
import type { PortStatus } from '../ports.ts';

interface Cause {
  /** The technician sees this of it. */
  readonly what: string;
  readonly hint: string;
  /** False: perhaps nothing is wrong, so that it is said beside what is in order. */
  readonly isSure: boolean;
}

/** Digits without any enter key after which a keypad is not just being typed at: with, and without another byte that could be it. */
const entryDigits = 4;
const manyDigits = 20;
/** Fewer bytes tell nothing of parity. */
const bytesMin = 4;
const highShare = 0.2;

const count = (counts: Readonly<Record<string, number>>, name: string): number => counts[name] ?? 0;

export function likelyCauses(port: PortStatus): readonly Cause[] {
  return [parity(port), frames(port), noEnter(port), companions(port), noLineEnd(port), worn(port)].filter(
    cause => cause !== null,
  );
}

function parity({ device, counters }: PortStatus): Cause | null {
  const { bytes, highBits } = counters;
  if (bytes < bytesMin || highBits < bytes * highShare) return null;
  const share = Math.round((highBits / bytes) * 100);
  return {
    what: `${share} % of the bytes have bit 7 set: parity?`,
    hint: `Set \`format: 7E1\` (or 7O1) of ${device}; if that does not help, see \`baud:\`.`,
    isSure: true,
  };
}

function frames({ counters, device }: PortStatus): Cause | null {
  if (count(counters.rejected, 'frame-mark') < 2) return null;
  return {
    what: 'frames come (STX … ETX), and digits inside of frames are not heard',
    hint: `Set ${device} to send single keys (protocol: ascii), or a line an entry (protocol: line).`,
    isSure: true,
  };
}

function noEnter({ counters, device }: PortStatus): Cause | null {
  const { passed, rejected } = counters;
  const digits = count(passed, 'digit');
  if (count(passed, 'enter') > 0 || digits < entryDigits) return null;
  const what = 'digits come, no enter key does';
  for (const [name, key] of [
    ['carriage-return', 'CR'],
    ['line-feed', 'LF'],
  ] as const)
    if (count(passed, name) > 0)
      return {
        what: `${what}, ${key} does`,
        hint: `Set \`keys: { enter: [${key}] }\` of ${device}.`,
        isSure: true,
      };
  const others = count(rejected, 'not-a-key');
  if (others === 0 && digits < manyDigits) return null;
  const seen = others === 0 ? '' : `, ${others} bytes of no key do`;
  return {
    what: `${what}${seen}`,
    hint: `See what its enter key sends: smartbox serial record ${device}; then name it in \`keys: { enter: … }\`.`,
    isSure: true,
  };
}

/** A second byte with each key is no key: it spoils every entry, and an enter key that is heard helps nobody. */
function companions({ counters, device }: PortStatus): Cause | null {
  const { passed, rejected } = counters;
  const spoilt = count(rejected, 'after-noise');
  const keys = count(passed, 'digit') + count(passed, 'enter');
  if (count(passed, 'enter') === 0 || spoilt < bytesMin || spoilt * 2 < keys) return null;
  if (count(rejected, 'frame-mark') >= 2 || count(rejected, 'not-a-key') * 2 < keys) return null;
  return {
    what: 'a byte of no key comes with each key, and spoils what is typed',
    hint: `Set ${device} to send one byte a key; smartbox serial record ${device} shows what it sends.`,
    isSure: true,
  };
}

/** Only the decoder of lines counts entries. A pad of single keys ends none, and is never heard. */
function noLineEnd({ counters, device }: PortStatus): Cause | null {
  const { bytes, passed, rejected } = counters;
  const lines = count(passed, 'entry') + count(passed, 'empty') + count(passed, 'cleared');
  if (!('entry' in passed) || bytes < entryDigits || lines + count(rejected, 'not-digits') > 0) return null;
  return {
    what: 'bytes come, no end of a line (CR or LF) does',
    hint: `Set \`protocol: ascii\` of ${device}, if it sends single keys; or set it to end each entry by CR or LF.`,
    isSure: true,
  };
}

/** Where other keys come as fast, a program types, or an adapter gives several bytes at a time. */
function worn({ counters }: PortStatus): Cause | null {
  const { passed, rejected } = counters;
  const pairs = count(passed, 'same-key-fast');
  if (pairs === 0 || count(rejected, 'bounce') > 0) return null;
  return {
    what: `${pairs} pairs of one key came faster than a finger presses (50 ms)`,
    hint: 'A worn key? Set `debounceMs: 80` of the keypad.',
    isSure: pairs > count(passed, 'other-key-fast'),
  };
}
