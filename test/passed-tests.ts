/** Which tests of a run passed, by their names: what the rows of the manual's table of failures stand on. */
import { proofs, unproven } from './manual-proofs.ts';

const manual = 'test/manual.test.ts';

interface Named {
  readonly name: string;
  readonly nesting: number;
}

export class PassedTests {
  readonly #asked: Set<string>;
  readonly #names = new Map<string, Set<string>>();
  /** Depths of what passed and is in no suite that has ended. */
  readonly #depths = new Map<string, readonly number[]>();

  /** @param files that this run takes */
  constructor(files: Iterable<string>) {
    this.#asked = new Set(files);
  }

  testPassed(file: string, { name, nesting }: Named): void {
    this.#note(file, name);
    this.#depths.set(file, [...(this.#depths.get(file) ?? []), nesting]);
  }

  /** It says so by itself that it was not run: nothing of it can have passed. */
  leftOut(file: string): void {
    this.#asked.delete(file);
  }

  /** It runs once more: what counts is what passes then. */
  again(file: string): void {
    this.#names.delete(file);
    this.#depths.delete(file);
  }

  /** A suite of which all tests were skipped proves nothing. */
  suitePassed(file: string, { name, nesting }: Named): void {
    const all = this.#depths.get(file) ?? [];
    const outside = all.filter(depth => depth <= nesting);
    if (outside.length === all.length) return;
    this.#depths.set(file, [...outside, nesting]);
    this.#note(file, name);
  }

  /** Rows of the manual without a test that passed: only a run of everything can say so. */
  complaints(): readonly string[] {
    if (!this.#asked.has(manual)) return [];
    return unproven(proofs, { asked: this.#asked, passed: this.#names }).map(
      ({ row, proof: [file, name] }) => `${manual}: ${row}: no test named “${name}” has passed in ${file}`,
    );
  }

  #note(file: string, name: string): void {
    const names = this.#names.get(file) ?? new Set();
    this.#names.set(file, names.add(name));
  }
}
