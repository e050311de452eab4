import { type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { type Millis, millis } from '../../../base/brand.ts';
import { repeat } from '../../../base/every.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { Time } from '../../ports.ts';

const folderTiming = {
  /** How often the watch is checked against the folder that is there now. */
  checkMs: 1_000,
  /** How often the files are compared while no watch can be had (inotify is out of watches); below the promised 100 ms. */
  pollMs: 40,
} as const;

/** Tells which files of one chip's folder were touched: by inotify, or by comparing stamps while that is not to be had. */
export class SimFolder {
  readonly #path: string;
  readonly #log: Log;
  readonly #open: typeof watch;
  readonly #listeners = new Map<string, () => void>();
  readonly #stamps = new Map<string, string>();
  #watcher: FSWatcher | null = null;
  #inode = 0;
  #complained = false;
  #cancel = (): void => {};

  /** `open` is for tests of a system that is out of watches. */
  constructor(path: string, time: Time, log: Log, open: typeof watch = watch) {
    this.#open = open;
    this.#path = path;
    this.#log = log;
    this.#cancel = repeat(time, () => this.#check());
  }

  listen(name: string, changed: () => void): void {
    this.#listeners.set(name, changed);
  }

  close(): void {
    this.#cancel();
    this.#forget();
  }

  /** Gives when to check again. */
  #check(): Millis {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    // A folder that was deleted and made again has a new inode, and the old watch sees nothing of it.
    if (this.#watcher !== null && found?.ino !== this.#inode) this.#forget();
    if (this.#watcher === null && found !== undefined) this.#watch(found.ino);
    const polls = this.#watcher === null && found !== undefined;
    if (polls) this.#poll();
    return millis(polls ? folderTiming.pollMs : folderTiming.checkMs);
  }

  #watch(inode: number): void {
    try {
      const watcher = this.#open(this.#path, { persistent: false }, (_event, name) => this.#touched(name));
      watcher.on('error', () => this.#forget());
      this.#watcher = watcher;
      this.#inode = inode;
    } catch (error) {
      if (!this.#complained) {
        this.#log.warn(
          { path: this.#path, reason: reasonOf(error) },
          'no inotify watch: comparing files instead',
        );
      }
      this.#complained = true;
      return;
    }
    for (const changed of this.#listeners.values()) changed();
  }

  #touched(name: string | null): void {
    if (name !== null) this.#listeners.get(name)?.();
    else for (const changed of this.#listeners.values()) changed();
  }

  #poll(): void {
    for (const [name, changed] of this.#listeners) {
      const found = statSync(join(this.#path, name), { throwIfNoEntry: false });
      const stamp = found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`;
      if (this.#stamps.get(name) === stamp) continue;
      this.#stamps.set(name, stamp);
      changed();
    }
  }

  #forget(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }
}
