import { after, type Millis } from './brand.ts';
import { reasonOf } from './fault.ts';
import type { Time } from './time.ts';

interface PollOptions {
  readonly time: Time;
  /** Between two looks for which nobody has asked. */
  readonly everyMs: Millis;
  /** Does what there is to do. True: there may be more, and it is looked for at once. */
  readonly look: () => Promise<boolean>;
  readonly failed: (reason: string) => void;
}

/** Looks for work every so often, and at once when somebody says that there is some; never twice at one time. */
export class Poll {
  readonly #options: PollOptions;
  #cancel: () => void = () => {};
  #running: Promise<void> | null = null;
  #isNudged = false;
  #isOver = false;

  constructor(options: PollOptions) {
    this.#options = options;
  }

  start(firstMs: Millis = this.#options.everyMs): void {
    this.#arm(firstMs);
  }

  /** There is something to do: it does not wait for the clock. */
  nudge(): void {
    if (this.#isOver) return;
    this.#isNudged = true;
    if (this.#running === null) this.#run();
  }

  /** Resolves when the look that runs is over. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#cancel();
    await this.#running;
  }

  #arm(inMs: Millis): void {
    if (this.#isOver) return;
    const { time } = this.#options;
    this.#cancel();
    this.#cancel = time.at(after(time.mono(), inMs), () => this.nudge());
  }

  #run(): void {
    this.#running = this.#looks().finally(() => {
      this.#running = null;
      this.#arm(this.#options.everyMs);
    });
  }

  async #looks(): Promise<void> {
    try {
      do this.#isNudged = false;
      while (!this.#isOver && ((await this.#options.look()) || this.#isNudged));
    } catch (error) {
      this.#options.failed(reasonOf(error));
    }
  }
}
