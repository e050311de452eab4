import { Fault } from '../../base/fault.ts';
import { type ImportNote, importNotesMax } from '../../wire/report.ts';

/** Notes about rows: the first so many are kept, the rest counted. */
export class Notes {
  readonly kept: ImportNote[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get more(): number {
    return this.#count - this.kept.length;
  }

  add(row: number, id: string | null, message: string): void {
    this.#count += 1;
    if (this.kept.length < importNotesMax) this.kept.push({ row, id, message });
  }
}

/** Why a whole import was refused: every bad row by its index, its id and what is wrong with it. */
export class BadRows extends Fault {
  readonly problems: readonly ImportNote[];

  constructor(notes: Notes) {
    const count = notes.count === 1 ? '1 problem' : `${notes.count} problems`;
    const more = notes.more > 0 ? ` (the first ${notes.kept.length} are named)` : '';
    super(
      'bad-rows',
      `${count} in the file${more}; nothing was imported`,
      'Put these rows right and import the whole file again.',
    );
    this.problems = notes.kept;
  }

  override toJSON(): { code: string; message: string; hint: string; problems: readonly ImportNote[] } {
    return { ...super.toJSON(), problems: this.problems };
  }
}
