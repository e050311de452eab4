import { after, millis } from '../../base/brand.ts';
import type { Time } from '../ports.ts';

/** One-shot timers by name: setting one anew moves it. */
export class NamedTimers<Name extends string> {
  readonly #time: Time;
  readonly #set = new Map<Name, () => void>();

  constructor(time: Time) {
    this.#time = time;
  }

  in(ms: number, name: Name, ring: () => void): void {
    this.clear(name);
    const cancel = this.#time.at(after(this.#time.mono(), millis(Math.max(0, Math.ceil(ms)))), () => {
      this.#set.delete(name);
      ring();
    });
    this.#set.set(name, cancel);
  }

  isSet(name: Name): boolean {
    return this.#set.has(name);
  }

  clear(name: Name): void {
    this.#set.get(name)?.();
    this.#set.delete(name);
  }

  clearAll(): void {
    for (const cancel of this.#set.values()) cancel();
    this.#set.clear();
  }
}
