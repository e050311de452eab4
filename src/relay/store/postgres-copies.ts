import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { LastingConnection } from './lasting-connection.ts';

/**
 * `alone`: boxes come to a broker inside this process, and would never be heard by another copy. `shared`: one of several,
 * which divide the boxes.
 */
export type CopyMode = 'alone' | 'shared';

export interface CopiesOptions {
  readonly url: string;
  readonly mode: CopyMode;
  readonly log: Log;
  /** Another copy got in while PostgreSQL was away: this one must stop. */
  readonly ousted: (fault: Fault) => void;
}

/** Any number that nobody else uses in this database: “SmartBox” in its first letters. */
const lockNumber = 0x53_6d_42_6f;

const refused = (mode: CopyMode): Fault =>
  new Fault(
    'copy-refused',
    mode === 'alone'
      ? 'another copy of the relay runs on this database, and the broker of this one is inside'
      : 'a copy of the relay with its broker inside runs on this database',
    'Stop the other copy; or let all copies use one broker outside (section broker of relay.yaml).',
  );

/**
 * Which copies may run together on one database: an advisory lock of PostgreSQL's, held by a connection of its own, so that
 * it is free the moment its holder dies, however that happens.
 */
export class PostgresCopies {
  readonly #connection: LastingConnection;

  private constructor({ url, mode, log, ousted }: CopiesOptions) {
    const lock = mode === 'alone' ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared';
    this.#connection = new LastingConnection({
      ...{ url, name: 'copy', log, refused: ousted },
      begin: async client => {
        const { rows } = await client.query<{ taken: boolean }>(`select ${lock}($1) as taken`, [lockNumber]);
        if (rows[0]?.taken !== true) throw refused(mode);
      },
    });
  }

  /** @throws Fault `copy-refused`; what PostgreSQL says when it cannot be reached */
  static async enter(options: CopiesOptions): Promise<PostgresCopies> {
    const copies = new PostgresCopies(options);
    try {
      await copies.#connection.open();
    } catch (error) {
      await copies.close();
      throw error;
    }
    return copies;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
