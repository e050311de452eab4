/** Keeps the password file of an outside Mosquitto as the boxes of the relay are. */

import { join } from 'node:path';
import { hours, seconds, type WallMs } from '../../base/brand.ts';
import { every } from '../../base/every.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Time } from '../../base/time.ts';
import { mosquittoFile } from '../broker/mosquitto.ts';
import { MosquittoUsers } from '../broker/mosquitto-users.ts';
import { hashRelayPassword } from '../broker/password.ts';
import type { MosquittoConfig } from '../config/model.ts';
import type { RelayStore } from '../store/store.ts';
import type { OperatorProblems } from './operator-problems.ts';

/** How late another copy's enrolment, or a file that could not be written, is seen to. */
const everyMs = seconds(30);

/** Boxes that may connect, with the hashes of their passwords. */
export async function boxPasswords(store: RelayStore): Promise<ReadonlyMap<string, string>> {
  const rows = await store.db
    .selectFrom('box')
    .select(['id', 'password'])
    .where('password', 'is not', null)
    .execute();
  return new Map(rows.map(({ id, password }) => [id, password ?? '']));
}

interface MosquittoBoxesOptions {
  readonly mosquitto: MosquittoConfig;
  readonly relay: { readonly username: string; readonly password: string };
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  readonly problems: Pick<OperatorProblems, 'raise' | 'clear'>;
}

/** A Mosquitto that was started again has read its files, and nobody says so. */
const fadesMs = hours(24);

export class MosquittoBoxes {
  readonly #options: MosquittoBoxesOptions;
  readonly #users: MosquittoUsers;
  /** Since when Mosquitto may not know all boxes; null: it does. */
  #untoldSince: WallMs | null = null;
  #cancel = (): void => {};

  constructor(options: MosquittoBoxesOptions) {
    this.#options = options;
    const { mosquitto, relay } = options;
    this.#users = new MosquittoUsers({
      file: join(mosquitto.folder, mosquittoFile.passwords),
      relay: { user: relay.username, hash: hashRelayPassword(relay.password) },
      pidFile: mosquitto.pidFile,
    });
  }

  /** Writes what there is now, and from then on what changes. */
  async begin(): Promise<void> {
    await this.changed();
    this.#cancel = every(this.#options.time, everyMs, () => {
      void this.changed().then(() => this.#lookWhetherKnown());
    });
  }

  /** Resolves when Mosquitto knows, or when it is known not to: that is a Problem, and tried again. */
  async changed(): Promise<void> {
    const { store, mosquitto } = this.#options;
    try {
      const told = await this.#users.set(await boxPasswords(store));
      if (told === 'told') this.#known();
      else if (told === 'not-running') this.#untold(`No Mosquitto has written ${mosquitto.pidFile}.`);
    } catch (error) {
      this.#untold(`${reasonOf(error)}.`);
    }
  }

  close(): void {
    this.#cancel();
    this.#cancel = () => {};
  }

  #untold(detail: string): void {
    this.#untoldSince ??= this.#options.time.wall();
    this.#options.problems.raise('mosquitto-not-told', 'broker', detail, fadesMs);
  }

  #known(): void {
    if (this.#untoldSince === null) return;
    this.#untoldSince = null;
    this.#options.problems.clear('mosquitto-not-told', 'broker');
  }

  /** Somebody else may have told it: then every box that was enrolled since has been let in. */
  async #lookWhetherKnown(): Promise<void> {
    const since = this.#untoldSince;
    if (since === null) return;
    const { store, log } = this.#options;
    try {
      const boxes = await store.db
        .selectFrom('box')
        .select(['heard'])
        .where('password', 'is not', null)
        .where('enrolled', '>=', since - everyMs)
        .execute();
      if (boxes.length > 0 && boxes.every(({ heard }) => heard !== null)) this.#known();
    } catch (error) {
      log.debug({ reason: reasonOf(error) }, 'boxes could not be looked at');
    }
  }
}
