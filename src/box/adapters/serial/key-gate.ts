import { after, type MonoMs, millis } from '../../../base/brand.ts';
import { TokenBucket } from '../../../base/token-bucket.ts';
import type { Decoded, KeypadKey } from '../../ports.ts';
import type { BranchCounters } from './decoder.ts';

/** Nobody types faster; a script that writes a whole entry at once fits in the burst. */
const keysPerSecond = 100;
const keysBurst = 40;
/** A flood is over when no key came for so long. */
const quietMs = millis(100);
/** `*`, 16 digits and `#`, with a little room: what is kept of a flood. */
export const tailMax = 20;

export const gateBranches = {
  passed: ['key', 'flood-began', 'tail-begun', 'tail-given', 'tail-none'],
  rejected: ['flood'],
} as const;

const decodedKeys: Readonly<Record<KeypadKey, Decoded>> = {
  '0': { kind: 'key', key: '0' },
  '1': { kind: 'key', key: '1' },
  '2': { kind: 'key', key: '2' },
  '3': { kind: 'key', key: '3' },
  '4': { kind: 'key', key: '4' },
  '5': { kind: 'key', key: '5' },
  '6': { kind: 'key', key: '6' },
  '7': { kind: 'key', key: '7' },
  '8': { kind: 'key', key: '8' },
  '9': { kind: 'key', key: '9' },
  '*': { kind: 'key', key: '*' },
  '#': { kind: 'key', key: '#' },
};

/**
 * Bounds the keys that a hostile or broken pad can press. In a flood nothing is judged, so that it costs no wrong tries;
 * what was being typed is cleared; and of the flood only what follows its last `*` is given when it is over, so that
 * somebody who clears and types works even right behind it.
 */
export class KeyGate {
  readonly #tally: BranchCounters;
  readonly #bucket = new TokenBucket(keysBurst, keysPerSecond);
  /** Keys since the last `*` of the flood; null where there was none or too many followed it. */
  #tail: KeypadKey[] | null = null;
  #quietAt: MonoMs | null = null;

  constructor(tally: BranchCounters) {
    this.#tally = tally;
  }

  get wakeAt(): MonoMs | null {
    return this.#quietAt;
  }

  get held(): number {
    return this.#tail?.length ?? 0;
  }

  press(key: KeypadKey, at: MonoMs, out: Decoded[]): void {
    this.wake(at, out);
    if (this.#quietAt === null && this.#bucket.take(at)) {
      this.#tally.pass('key');
      out.push(decodedKeys[key]);
      return;
    }
    if (this.#quietAt === null) {
      this.#tally.pass('flood-began');
      out.push(decodedKeys['*']);
    }
    this.#quietAt = after(at, quietMs);
    this.#hold(key);
  }

  /** Whether a flood goes on. */
  get flooded(): boolean {
    return this.#quietAt !== null;
  }

  /** Keys that were kept of a flood are not what somebody typed, and go. */
  spoil(): void {
    if (this.#tail === null) return;
    this.#tally.reject('flood', this.held);
    this.#tail = null;
  }

  wake(at: MonoMs, out: Decoded[]): void {
    if (this.#quietAt === null || at < this.#quietAt) return;
    this.#tally.pass(this.#tail === null ? 'tail-none' : 'tail-given');
    for (const key of this.#tail ?? []) out.push(decodedKeys[key]);
    this.#tail = null;
    this.#quietAt = null;
  }

  #hold(key: KeypadKey): void {
    if (key === '*') {
      this.#tally.pass('tail-begun');
      this.#tally.reject('flood', this.held);
      this.#tail = [key];
    } else if (this.#tail !== null && this.#tail.length < tailMax) {
      this.#tail.push(key);
    } else {
      this.#tally.reject('flood', this.held + 1);
      this.#tail = null;
    }
  }
}
