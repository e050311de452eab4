/** Two copies of the relay program on one PostgreSQL and one Mosquitto, and a client of the API that asks whichever is there. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ask } from '../../scripts/rig/driven-box.ts';
import { freePort } from '../../scripts/rig/mosquitto-server.ts';
import { type Postgres, startPostgres } from '../../scripts/rig/postgres-server.ts';
import { type Answer, RelayRig } from '../../scripts/rig/relay-rig.ts';
import { RealMosquitto } from './mosquitto.ts';

const patienceMs = 60_000;
const againMs = 200;

export class TwoRelays {
  readonly copies: readonly RelayRig[];
  /** What no relay has said yet: only refusals that were final. */
  readonly refusals: string[] = [];
  readonly #postgres: Postgres;
  readonly #mosquitto: RealMosquitto;
  readonly url: string;
  /** How often a request had to be sent again. */
  repeats = 0;
  token = '';

  private constructor(
    copies: readonly RelayRig[],
    ground: { readonly postgres: Postgres; readonly mosquitto: RealMosquitto; readonly url: string },
  ) {
    this.copies = copies;
    this.#postgres = ground.postgres;
    this.#mosquitto = ground.mosquitto;
    this.url = ground.url;
  }

  static async start(): Promise<TwoRelays> {
    const postgres = await startPostgres();
    const mosquitto = await RealMosquitto.make();
    const url = await postgres.database();
    const sections = { ...mosquitto.sections(), store: { url }, log: 'warn' };
    const [one, two] = [new RelayRig(), new RelayRig()];
    // One key for both: what one has encrypted, the other reads.
    const secrets = { keyFile: join(one.dir, 'at-rest.key') };
    for (const rig of [one, two])
      rig.configure({ ...sections, secrets, http: { listen: `127.0.0.1:${await freePort()}` } });
    const both = new TwoRelays([one, two], { postgres, mosquitto, url });
    await one.must(['broker-config', 'mosquitto']);
    await mosquitto.start();
    await one.start();
    await two.start();
    both.token = await one.token('admin');
    return both;
  }

  /**
   * Asks one copy, and the other when the first is away or on its way out, under one Idempotency-Key: so that what was done
   * without an answer is not done twice.
   */
  readonly ask: Ask = async (method, path, body) => {
    const headers = method === 'GET' ? {} : { 'idempotency-key': randomUUID() };
    const until = performance.now() + patienceMs;
    for (let turn = 0; performance.now() < until; turn += 1) {
      const rig = this.copies[turn % this.copies.length];
      const answer = await rig
        ?.ask(method, `/api/v1${path}`, { token: this.token, body, headers })
        .catch((): Answer | null => null);
      if (answer != null && answer.status < 300) return answer.body;
      if (answer != null && answer.status < 500) {
        this.refusals.push(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
        throw new Error(this.refusals.at(-1));
      }
      this.repeats += 1;
      await pause(againMs);
    }
    throw new Error(`${method} ${path}: no copy has answered in ${patienceMs} ms`);
  };

  async dispose(): Promise<void> {
    for (const rig of this.copies) await rig.dispose();
    await this.#mosquitto.dispose();
    await this.#postgres.stop();
  }
}
