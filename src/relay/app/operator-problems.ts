/** Problems of the relay itself, which no box, driver or booking has: they stand in the first account. */
import { after, type Millis, type MonoMs, minutes } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Time } from '../../base/time.ts';
import { firstAccount } from '../domain/accounts.ts';
import type { DomainDeps } from '../domain/context.ts';
import { clearProblem, type OperatorProblemKind, restateProblem } from '../domain/problems.ts';
import type { RelayStore } from '../store/store.ts';

/** A problem that is found again and again is written down once in this time. */
const againMs = minutes(5);

interface OperatorProblemsOptions extends DomainDeps {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
}

export class OperatorProblems {
  readonly #options: OperatorProblemsOptions;
  readonly #said = new Map<string, MonoMs>();
  readonly #fading = new Map<string, () => void>();

  constructor(options: OperatorProblemsOptions) {
    this.#options = options;
  }

  /**
   * Returns at once: a request, or a timer, does not wait for it. `subject` is one of a few words of ours. `fadesMs`: without
   * being raised again for so long it is cleared.
   */
  raise(kind: OperatorProblemKind, subject: string, detail: string, fadesMs: Millis | null = null): void {
    const { time, log } = this.#options;
    const now = time.mono();
    const name = `${kind} ${subject}`;
    const said = this.#said.get(name);
    if (said !== undefined && now < after(said, againMs)) return;
    this.#said.set(name, now);
    log.warn({ problem: kind, subject }, detail);
    this.#write(kind, subject, detail);
    if (fadesMs === null) return;
    this.#fading.get(name)?.();
    this.#fading.set(
      name,
      time.at(after(now, fadesMs), () => this.clear(kind, subject)),
    );
  }

  close(): void {
    for (const cancel of this.#fading.values()) cancel();
  }

  clear(kind: OperatorProblemKind, subject: string): void {
    const name = `${kind} ${subject}`;
    this.#said.delete(name);
    this.#fading.get(name)?.();
    this.#fading.delete(name);
    this.#write(kind, subject, null);
  }

  #write(kind: OperatorProblemKind, subject: string, detail: string | null): void {
    const { store, time, atRest, random, log } = this.#options;
    const written = store.write(async tx => {
      const context = { tx, atRest, random, account: firstAccount, who: 'relay', now: time.wall() };
      if (detail === null) await clearProblem(context, { kind, subject });
      else await restateProblem(context, { kind, subject }, detail);
    });
    written.catch(error =>
      log.error({ problem: kind, reason: reasonOf(error) }, 'a Problem could not be written'),
    );
  }
}
