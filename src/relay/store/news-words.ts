/** Open pages at other copies are told of these: gathered for a moment, and outside of any commit, since a lost word costs only seconds. */
import { type Kysely, sql } from 'kysely';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { newsChannel } from './postgres-news.ts';
import type { Tables } from './tables.ts';

const gatheredMs = 250;

export class NewsWords {
  readonly #tell: (words: readonly string[]) => Promise<void>;
  readonly #log: Log;
  readonly #words = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #telling: Promise<void> = Promise.resolve();

  constructor(tell: (words: readonly string[]) => Promise<void>, log: Log) {
    this.#tell = tell;
    this.#log = log;
  }

  add(words: readonly string[]): void {
    for (const word of words) this.#words.add(word);
    this.#timer ??= setTimeout(() => this.#flush(), gatheredMs);
  }

  #flush(): void {
    this.#timer = null;
    const words = [...this.#words];
    this.#words.clear();
    this.#telling = this.#tell(words).catch(error =>
      this.#log.debug({ reason: reasonOf(error) }, 'other copies are not told what is new'),
    );
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#telling;
  }
}

export async function tellNews(db: Kysely<Tables>, name: string, words: readonly string[]): Promise<void> {
  await sql`select pg_notify(${newsChannel}, ${name} || ' ' || word) from unnest(${words}::text[]) word`.execute(
    db,
  );
}
