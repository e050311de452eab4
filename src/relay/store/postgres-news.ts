import { randomUUID } from 'node:crypto';
import type { Log } from '../../base/log.ts';
import type { News } from './commit-effects.ts';
import { LastingConnection } from './lasting-connection.ts';

export const dirtyChannel = 'smartbox_dirty';
/** Of what open pages show. */
export const newsChannel = 'smartbox_news';

interface NewsOptions {
  readonly url: string;
  readonly log: Log;
  readonly heard: (boxes: readonly string[]) => void;
  readonly heardNews: (news: readonly News[]) => void;
}

/**
 * Hears which boxes other copies have changed. What is said while the connection is down is lost: the sweep over `box.dirty`
 * finds it.
 */
export class PostgresNews {
  /** Who announces; its own announcements it knows already. */
  readonly name: string = randomUUID();
  readonly #connection: LastingConnection;

  constructor({ url, log, heard, heardNews }: NewsOptions) {
    this.#connection = new LastingConnection({
      ...{ url, name: 'news', log },
      begin: async client => {
        client.on('notification', ({ channel, payload }) => {
          const [name, first, second] = (payload ?? '').split(' ');
          if (name === this.name || first === undefined) return;
          if (channel === dirtyChannel) heard([first]);
          else heardNews([{ account: first, name: second ?? '' }]);
        });
        await client.query(`LISTEN ${dirtyChannel}`);
        await client.query(`LISTEN ${newsChannel}`);
      },
      lost: reason => log.warn({ reason }, 'news of other copies are not heard until PostgreSQL is back'),
    });
  }

  /** @throws what PostgreSQL says when the first connection cannot be made */
  start(): Promise<void> {
    return this.#connection.open();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
