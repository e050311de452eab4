import type { MonoMs } from '../../../base/brand.ts';

export const readingLimits = {
  /** The kernel shows a level after its debounce (DEBOUNCED of hardware/gpio-lines.c, rounded up to a tick of 4 ms). */
  debouncedMs: 15,
  /** A level that was read, or asked for, so long ago says nothing of now. */
  freshMs: 100,
} as const;

/** Somebody asked at `since`; `mark` is of the reading that was asked for after the debounce, answered at `at`. */
interface Question {
  readonly since: MonoMs;
  readonly mark: number | null;
  readonly at: MonoMs | null;
}

/** The numbered readings that the helper was asked for, and whether what the lines tell now has been heard. */
export class Readings {
  #asked = 0;
  #question: Question | null = null;

  /** The mark of the next reading. */
  next(): number {
    this.#asked += 1;
    return this.#asked;
  }

  /** An answer to an earlier reading may have been on its way already when the world moved: it proves nothing. */
  answered(mark: number, at: MonoMs): void {
    const question = this.#question;
    if (question !== null && question.mark !== null && mark >= question.mark)
      this.#question = { ...question, at };
  }

  /**
   * True: every line was read since this was first asked, and shows what moved before. False: ask again, every 20 ms or so.
   * `read` asks the helper and returns the mark; null where there is no helper.
   */
  caughtUp(now: MonoMs, read: () => number | null): boolean {
    const { since, mark, at } = this.#fresh(now);
    if (at !== null) {
      this.#question = null;
      return true;
    }
    if (mark === null && now - since >= readingLimits.debouncedMs)
      this.#question = { since, mark: read(), at };
    return false;
  }

  /** The helper is gone, and its answers with it. */
  forget(): void {
    this.#question = null;
  }

  /** The question that is open, or a new one. */
  #fresh(now: MonoMs): Question {
    const open = this.#question;
    const isOld = (at: MonoMs | undefined): boolean => at === undefined || now - at > readingLimits.freshMs;
    const isWaiting = open !== null && open.mark !== null && open.at === null;
    if (open !== null && (isWaiting || !isOld(open.at ?? open.since))) return open;
    const question = { since: now, mark: null, at: null };
    this.#question = question;
    return question;
  }
}
