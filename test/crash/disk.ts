import type { Prng } from '../../scripts/rig/prng.ts';
import type { Op } from './trace.ts';

/** What a disk can tear a write into. */
const sectorBytes = 512;

export type Change = Extract<Op, { do: 'write' | 'truncate' }>;

/** Bytes that grow in place. */
class Image {
  #bytes: Buffer;
  #size: number;

  constructor(content: Buffer, room = content.length) {
    this.#bytes = Buffer.alloc(room);
    content.copy(this.#bytes);
    this.#size = content.length;
  }

  get content(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  apply(change: Change): void {
    const end = change.do === 'write' ? change.at + change.bytes.length : change.size;
    if (end > this.#bytes.length) this.#bytes = new Image(this.content, end * 2).#bytes;
    if (change.do === 'write') {
      change.bytes.copy(this.#bytes, change.at);
      this.#size = Math.max(this.#size, end);
    } else {
      this.#bytes.fill(0, end);
      this.#size = end;
    }
  }
}

interface Stored {
  /** What a power cut cannot take back. */
  readonly durable: Image;
  /** Written since the last sync: each of these may be lost, kept or torn, whatever became of the others. */
  pending: Change[];
}

/** How a power cut treats what was not synced. */
export type Fate = 'kept' | 'dropped' | 'random';

/** A disk that keeps only what was synced. Names change at once: the store syncs a file before it gives it its name. */
export class Disk {
  readonly #files = new Map<string, Stored>();

  apply(op: Op): void {
    switch (op.do) {
      case 'create':
        if (op.empty || !this.#files.has(op.file))
          this.#files.set(op.file, { durable: new Image(Buffer.alloc(0)), pending: [] });
        return;
      case 'write':
      case 'truncate':
        this.#file(op.file).pending.push(op);
        return;
      case 'sync':
        this.#sync(this.#file(op.file));
        return;
      case 'rename':
        this.#files.set(op.to, this.#file(op.file));
        this.#files.delete(op.file);
        return;
      case 'unlink':
        this.#files.delete(op.file);
        return;
    }
  }

  #file(name: string): Stored {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`the trace writes ${name} before it was opened`);
    return file;
  }

  #sync(file: Stored): void {
    for (const change of file.pending) file.durable.apply(change);
    file.pending = [];
  }

  /** Everything that was written so far is there for good. */
  settle(): void {
    for (const file of this.#files.values()) this.#sync(file);
  }

  /** What a boot would find in a file now; null when it is not there. */
  after(name: string, fate: Fate, prng: Prng): Buffer | null {
    const layers = this.layers(name, fate, prng);
    if (layers === null) return null;
    const image = new Image(layers.durable);
    for (const change of layers.over) image.apply(change);
    return image.content;
  }

  /** The same for files too large to be copied: what is durable, not to be changed, and what has come to lie over it. */
  layers(
    name: string,
    fate: Fate,
    prng: Prng,
  ): { readonly durable: Buffer; readonly over: readonly Change[] } | null {
    const file = this.#files.get(name);
    if (file === undefined) return null;
    const over = fate === 'dropped' ? [] : file.pending;
    return {
      durable: file.durable.content,
      over: fate === 'kept' ? over : over.flatMap(change => survivors(change, prng)),
    };
  }
}

function survivors(change: Change, prng: Prng): readonly Change[] {
  const fate = prng.int(0, 2);
  if (fate === 0) return [];
  if (fate === 1 || change.do === 'truncate') return [change];
  const sectors: Change[] = [];
  const end = change.at + change.bytes.length;
  for (let at = change.at; at < end; ) {
    const next = Math.min(end, (Math.floor(at / sectorBytes) + 1) * sectorBytes);
    const bytes = change.bytes.subarray(at - change.at, next - change.at);
    if (prng.chance(0.5)) sectors.push({ ...change, at, bytes });
    at = next;
  }
  return sectors;
}
