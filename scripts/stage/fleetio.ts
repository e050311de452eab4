import { programOf, Running } from '../rig/program.ts';
import { until } from '../rig/until.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Assignment {
  readonly id: number;
  readonly fields: Readonly<Record<string, string | null>>;
}

/** The Fleetio sandbox of `smartbox-relay fleetio-sandbox`, and what somebody does on its page. */
export class FleetioStage {
  readonly #port: number;
  #sandbox: Running | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Its API, key and account token, as it says them at its start. */
  get credentials(): { readonly baseUrl: string; readonly apiKey: string; readonly accountToken: string } {
    const said = this.#sandbox?.stdout ?? '';
    const [, baseUrl = '', apiKey = '', accountToken = ''] =
      /\(API (\S+), key (\S+), account token (\S+)\)/.exec(said) ?? [];
    return { baseUrl, apiKey, accountToken };
  }

  async start(): Promise<void> {
    const verb = ['fleetio-sandbox', '--listen', `127.0.0.1:${this.#port}`];
    const sandbox = new Running([...programOf('smartbox-relay'), ...verb], {});
    this.#sandbox = sandbox;
    await until('the Fleetio sandbox', async () => {
      if (sandbox.running) return sandbox.stdout.includes('account token');
      throw new Error(`the Fleetio sandbox ended at its start: ${(await sandbox.finished).stderr}`);
    });
  }

  async close(): Promise<void> {
    if (this.#sandbox?.running !== true) return;
    this.#sandbox.child.kill('SIGKILL');
    await this.#sandbox.finished;
  }

  /** Has it tell of everything; the answer is the key that it signs with. */
  async addWebhook(url: string): Promise<string> {
    const made = await this.#api('POST', '/webhooks', { url, all_events: true });
    if (typeof made !== 'object' || made === null || !('shared_key' in made))
      throw new Error('the sandbox made no webhook');
    return String(made.shared_key);
  }

  /** On its page: who has a vehicle from now on, for so long. */
  async assign(vehicle: number, contact: number, hours: number): Promise<Assignment> {
    const end = new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16);
    const start = new Date().toISOString().slice(0, 16);
    await this.#form({ do: 'assign', vehicle: `${vehicle}`, contact: `${contact}`, start, end });
    const newest = (await this.assignments()).at(-1);
    if (newest === undefined) throw new Error('the sandbox made no assignment');
    return newest;
  }

  async reassign({ id }: Assignment, contact: number, hours: number): Promise<void> {
    const end = new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16);
    await this.#form({ do: 'change', id: `${id}`, contact: `${contact}`, end });
  }

  async remove({ id }: Assignment): Promise<void> {
    await this.#form({ do: 'delete', id: `${id}` });
  }

  /** The three custom fields as they stand there now. */
  async fieldsOf({ id }: Assignment): Promise<Assignment['fields']> {
    return (await this.assignments()).find(each => each.id === id)?.fields ?? {};
  }

  async assignments(): Promise<readonly Assignment[]> {
    const answer = await this.#api('GET', '/vehicle_assignments');
    const records = Array.isArray(answer) ? answer : ((answer as { records?: unknown }).records ?? []);
    return (records as readonly Json[])
      .map(({ id, custom_fields }) => ({
        id: Number(id),
        fields: (custom_fields ?? {}) as Assignment['fields'],
      }))
      .sort((a, b) => a.id - b.id);
  }

  async #form(fields: Readonly<Record<string, string>>): Promise<void> {
    const body = new URLSearchParams(fields);
    const answer = await fetch(`${this.url}/`, { method: 'POST', body, redirect: 'manual' });
    if (answer.status !== 303) throw new Error(`the page of the sandbox answered ${answer.status}`);
  }

  async #api(method: string, path: string, body?: Json): Promise<unknown> {
    const { baseUrl, apiKey, accountToken } = this.credentials;
    const answer = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Token ${apiKey}`,
        'account-token': accountToken,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${method} ${path}`);
    return await answer.json();
  }
}
