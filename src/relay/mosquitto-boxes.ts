/** Keeps the password file of an outside Mosquitto as the boxes of the relay are. */
import { join } from 'node:path';
import { after, seconds } from '../base/brand.ts';
import { reasonOf } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { mosquittoFile } from './broker/mosquitto.ts';
import { MosquittoUsers } from './broker/mosquitto-users.ts';
import { hashPassword } from './broker/password.ts';
import type { MosquittoConfig } from './config/model.ts';
import type { Time } from './ports.ts';
import type { RelayStore } from './store/store.ts';

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

export interface MosquittoBoxesOptions {
  readonly mosquitto: MosquittoConfig;
  readonly relay: { readonly username: string; readonly password: string };
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
}

export class MosquittoBoxes {
  readonly #options: MosquittoBoxesOptions;
  readonly #users: MosquittoUsers;
  #cancel = (): void => {};

  constructor(options: MosquittoBoxesOptions) {
    this.#options = options;
    const { mosquitto, relay } = options;
    this.#users = new MosquittoUsers({
      file: join(mosquitto.folder, mosquittoFile.passwords),
      relay: { user: relay.username, hash: hashPassword(relay.password) },
      reload: mosquitto.pidFile === null ? { kind: 'none' } : { kind: 'pid-file', file: mosquitto.pidFile },
    });
  }

  /** Writes what there is now, and from then on what changes. */
  async begin(): Promise<void> {
    await this.changed();
    this.#arm();
  }

  /** Resolves when Mosquitto knows, or when it is known not to: that is in the log, and tried again. */
  async changed(): Promise<void> {
    try {
      await this.#users.set(await boxPasswords(this.#options.store));
    } catch (error) {
      this.#options.log.warn({ reason: reasonOf(error) }, 'Mosquitto does not know the boxes as they are');
    }
  }

  close(): void {
    this.#cancel();
    this.#cancel = () => {};
  }

  #arm(): void {
    const { time } = this.#options;
    const next = after(time.mono(), everyMs);
    this.#cancel = time.at(next, () => {
      this.#arm();
      void this.changed();
    });
  }
}
