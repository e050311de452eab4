/** One at a time, those who ask taking turns: for hashes that are meant to be slow. */

/** How many of one asker may wait: each takes some 40 ms. */
const waitingMax = 64;
/** And of all together. */
const allWaitingMax = 1_024;

interface Waiting {
  readonly work: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/** Does one piece of work after the other, so that a flood of them leaves the thread pool to others; a flood of one asker costs another at most one piece's time. */
export class Turns {
  readonly #full: () => Error;
  /** The asker whose turn is next stands first; none is here without work that waits. */
  readonly #waiting = new Map<string, Waiting[]>();
  #count = 0;
  #running = false;

  /** @param full is thrown where too much waits already */
  constructor(full: () => Error) {
    this.#full = full;
  }

  async inTurn<T>(asker: string, work: () => Promise<T>): Promise<T> {
    if ((this.#waiting.get(asker) ?? []).length >= waitingMax) throw this.#full();
    if (this.#count >= allWaitingMax) this.#makeRoom(asker);
    const queue = this.#waiting.get(asker) ?? [];
    return await new Promise((done, failed) => {
      queue.push({ work: async () => done(await work()), failed });
      this.#waiting.set(asker, queue);
      this.#count += 1;
      if (!this.#running) void this.#run();
    });
  }

  /** The last of whoever has most waits no longer: those who fill the places keep out nobody who has fewer. */
  #makeRoom(asker: string): void {
    const mine = this.#waiting.get(asker) ?? [];
    let most = mine;
    for (const queue of this.#waiting.values()) if (queue.length > most.length) most = queue;
    if (most.length <= mine.length + 1) throw this.#full();
    this.#count -= 1;
    most.pop()?.failed(this.#full());
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#next(); next !== null; next = this.#next())
      try {
        await next.work();
      } catch (error) {
        next.failed(error);
      }
    this.#running = false;
  }

  /** From the asker whose turn it is, who then waits behind the others. */
  #next(): Waiting | null {
    for (const [asker, queue] of this.#waiting) {
      const next = queue.shift();
      this.#waiting.delete(asker);
      if (queue.length > 0) this.#waiting.set(asker, queue);
      if (next === undefined) continue;
      this.#count -= 1;
      return next;
    }
    return null;
  }
}
