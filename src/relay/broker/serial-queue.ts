interface Job {
  readonly work: () => void | Promise<void>;
  readonly done: (error: unknown) => void;
}

/** Lets one piece of work through at a time, in order. Who puts work in bounds it: by not reading on before `done`. */
export class SerialQueue {
  #waiting: Job[] = [];
  /** First of `#waiting` that has not been let through: taking from the front of a long array is slow. */
  #head = 0;
  #busy = false;

  /** `done` hears what the work threw or rejected with, or null; in the same turn where nothing had to be waited for. */
  enter(work: () => void | Promise<void>, done: (error: unknown) => void): void {
    this.#waiting.push({ work, done });
    if (!this.#busy) this.#drain();
  }

  #drain(): void {
    this.#busy = true;
    for (let job = this.#next(); job !== null; job = this.#next()) if (!this.#finished(job)) return;
    this.#busy = false;
  }

  #next(): Job | null {
    if (this.#head > 1_024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    const job = this.#waiting[this.#head];
    if (job === undefined) {
      this.#waiting = [];
      this.#head = 0;
      return null;
    }
    this.#head += 1;
    return job;
  }

  #finished({ work, done }: Job): boolean {
    let pending: void | Promise<void>;
    try {
      pending = work();
    } catch (error) {
      done(error);
      return true;
    }
    if (pending === undefined) {
      done(null);
      return true;
    }
    const leave = (error: unknown): void => {
      done(error);
      this.#drain();
    };
    pending.then(() => leave(null), leave);
    return false;
  }
}
