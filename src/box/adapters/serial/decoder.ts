import { Bug } from '../../../base/assert.ts';
import type { MonoMs } from '../../../base/brand.ts';
import type { Decoded, KeypadSettings } from '../../ports.ts';

/**
 * Bytes of one kind of device in, meaning out. Pure but for its own bounded memory: time is passed in, nothing is thrown
 * whatever comes, and every way through the code has a counter.
 */
export interface Decoder {
  /** `chunk` is the caller's again when this returns. */
  push(chunk: Uint8Array, at: MonoMs): readonly Decoded[];
  /** Gives what time alone brings: a tag that is gone, a silence. Harmless when called early. */
  wake(at: MonoMs): readonly Decoded[];
  /** When `wake` is wanted; null while there is nothing to wait for. */
  readonly wakeAt: MonoMs | null;
  readonly tally: BranchCounters;
  /** Bytes, keys and tags held just now; never above the protocol's `heldMax`. */
  readonly held: number;
}

/** A protocol is named by `box.yaml`: it is a way to talk, and says which kind of device talks so. */
export interface Protocol {
  readonly name: string;
  readonly reads: 'keys' | 'tags';
  /** The most that one decoder ever holds. */
  readonly heldMax: number;
  /** A fresh one for each opening of a port: half a frame from before an unplug means nothing. */
  readonly decoder: (settings?: KeypadSettings) => Decoder;
}

interface BranchNames {
  /** Ways that yield something, or that are in order. */
  readonly passed: readonly string[];
  /** Reasons to throw bytes or frames away. */
  readonly rejected: readonly string[];
}

/** Saturating counters, one for each branch of a decoder; the set is closed when it is made. */
export class BranchCounters {
  readonly #passed: Map<string, number>;
  readonly #rejected: Map<string, number>;
  #decoded = 0;

  constructor(names: BranchNames) {
    this.#passed = new Map(names.passed.map(name => [name, 0]));
    this.#rejected = new Map(names.rejected.map(name => [name, 0]));
  }

  /** Things that came out of the decoder. */
  get decoded(): number {
    return this.#decoded;
  }

  get passed(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#passed);
  }

  get rejected(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#rejected);
  }

  yielded(count: number): void {
    this.#decoded = sum(this.#decoded, count);
  }

  pass(branch: string): void {
    add(this.#passed, branch);
  }

  reject(branch: string, count = 1): void {
    add(this.#rejected, branch, count);
  }
}

/** Addition that stays exact: a counter stops at the largest safe integer. */
export const sum = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER);

function add(counters: Map<string, number>, branch: string, count = 1): void {
  const before = counters.get(branch);
  if (before === undefined) throw new Bug(`no counter ${branch}`);
  counters.set(branch, sum(before, count));
}
