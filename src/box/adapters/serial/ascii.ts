import type { MonoMs } from '../../../base/brand.ts';
import type { Decoded, PadKey } from '../../ports.ts';
import { type Decoder, type Protocol, Tally } from './decoder.ts';
import { gateBranches, KeyGate, tailMax } from './key-gate.ts';

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

const keyOfByte: ReadonlyMap<number, PadKey> = new Map(
  (['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'] as const).map(key => [
    key.charCodeAt(0),
    key,
  ]),
);

/** Each key is one ASCII byte; ends of lines mean nothing. */
class AsciiDecoder implements Decoder {
  readonly tally = new Tally({
    passed: ['line-end', ...gateBranches.passed],
    rejected: ['not-a-key', ...gateBranches.rejected],
  });
  readonly #gate = new KeyGate(this.tally);

  get wakeAt(): MonoMs | null {
    return this.#gate.wakeAt;
  }

  get held(): number {
    return this.#gate.held;
  }

  push(chunk: Uint8Array, at: MonoMs): readonly Decoded[] {
    const out: Decoded[] = [];
    for (const byte of chunk) {
      const key = keyOfByte.get(byte);
      if (key !== undefined) this.#gate.press(key, at, out);
      else if (byte === carriageReturn || byte === lineFeed) this.tally.pass('line-end');
      else this.tally.reject('not-a-key');
    }
    this.tally.yielded(out.length);
    return out;
  }

  wake(at: MonoMs): readonly Decoded[] {
    const out: Decoded[] = [];
    this.#gate.wake(at, out);
    this.tally.yielded(out.length);
    return out;
  }
}

export const ascii: Protocol = {
  name: 'ascii',
  reads: 'keys',
  heldMax: tailMax,
  decoder: () => new AsciiDecoder(),
};
