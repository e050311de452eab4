/** The built relay and the built sandbox as two programs, connected as an administrator connects them. */
import { join } from 'node:path';
import { programOf, Running } from '../rig/program.ts';
import { RelayRig, textOf } from '../rig/relay-rig.ts';
import { until } from '../rig/until.ts';

/** Those of the sandbox's small fleet. */
export const vehicles = [301, 302, 303, 304, 305] as const;
export const contacts = [701, 702, 703, 704, 705] as const;

const sandboxHeaders = {
  authorization: 'Token sandbox-key',
  'account-token': 'sandbox',
  'content-type': 'application/json',
};

export class World {
  readonly relay: RelayRig;
  readonly sandbox: Running;
  readonly token: string;
  readonly #sandboxUrl: string;
  #integration = '';
  #key = '';

  private constructor(
    relay: RelayRig,
    sandbox: Running,
    given: { readonly url: string; readonly token: string },
  ) {
    this.relay = relay;
    this.sandbox = sandbox;
    this.#sandboxUrl = given.url;
    this.token = given.token;
  }

  /** `callsPerMin` 0: no limit. */
  static async make(callsPerMin: number): Promise<World> {
    const sandbox = new Running(
      [...programOf('smartbox-relay'), 'fleetio-sandbox', '--listen', '127.0.0.1:0'],
      {},
    );
    const relay = new RelayRig({ fleetio: { allowLoopback: true }, log: 'warn' });
    try {
      const said = (): string | undefined => /^fleetio-sandbox: (\S+) /m.exec(sandbox.stdout)?.[1];
      await until('the sandbox', () => said() !== undefined, 30_000);
      await relay.start();
      const world = new World(relay, sandbox, { url: said() ?? '', token: await relay.token('admin') });
      await world.#connect(callsPerMin);
      return world;
    } catch (error) {
      sandbox.child.kill('SIGKILL');
      await relay.dispose();
      throw error;
    }
  }

  get integration(): string {
    return this.#integration;
  }

  /** The shared key that the sandbox made for the webhook. */
  get webhookKey(): string {
    return this.#key;
  }

  get port(): number {
    return Number(new URL(this.relay.url).port);
  }

  get pid(): number {
    return this.relay.relay.child.pid ?? 0;
  }

  get database(): string {
    return join(this.relay.data, 'relay.db');
  }

  /** @throws Error with what the relay says, unless it is a yes */
  async api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const { token } = this;
    const answer = await this.relay.ask(method, `/api/v1${path}`, {
      token,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return answer.body as Record<string, unknown>;
  }

  /** @throws Error with what the sandbox says, unless it is a yes */
  async sandboxApi(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.#sandboxUrl}/api${path}`, {
      method,
      headers: sandboxHeaders,
      body: JSON.stringify(body),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }

  async #connect(callsPerMin: number): Promise<void> {
    const hook = { url: `${this.relay.url}/webhooks/fleetio`, all_events: true };
    const { shared_key: key } = await this.sandboxApi('POST', '/webhooks', hook);
    this.#key = String(key);
    const made = await this.relay.ask('POST', '/api/v1/integrations', {
      token: this.token,
      body: {
        ...{ kind: 'fleetio', apiKey: 'sandbox-key', accountToken: 'sandbox', webhookKey: this.#key },
        ...{ baseUrl: `${this.#sandboxUrl}/api`, settings: { callsPerMin } },
      },
    });
    this.#integration = textOf(made, 'id');
    await until(
      'vehicles',
      async () =>
        ((await this.api('GET', `/integrations/${this.#integration}/vehicles`)).items as unknown[]).length ===
        vehicles.length,
      20_000,
    );
  }

  async dispose(): Promise<void> {
    this.sandbox.child.kill('SIGKILL');
    await this.relay.dispose();
  }
}
