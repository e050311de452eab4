import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { type Told, toldOf } from './told.ts';

const pieceBytes = 4_096;

/** Reads the file into which a virtual machine says what is seen inside. */
export class Witness {
  readonly #path: string;
  readonly #piece = Buffer.alloc(pieceBytes);
  #file: number | null = null;
  #read = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** What it has said since it was last asked. */
  hear(): readonly Told[] {
    if (this.#file === null && !existsSync(this.#path)) return [];
    this.#file ??= openSync(this.#path, 'r');
    const told: Told[] = [];
    for (;;) {
      const length = readSync(this.#file, this.#piece, 0, pieceBytes, this.#read);
      if (length === 0) return told;
      this.#read += length;
      const lines = (this.#rest + this.#piece.toString('latin1', 0, length)).split('\n');
      this.#rest = lines.pop() ?? '';
      told.push(...lines.map(toldOf));
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}
