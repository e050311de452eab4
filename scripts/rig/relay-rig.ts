/** One relay in a temporary folder: a real process, HTTP as anybody speaks it; everything goes with `dispose`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Finished, programOf, Running } from './program.ts';
import { until } from './until.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null where it is none. */
  readonly body: unknown;
}

export interface Asking {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A body that is no JSON. */
  readonly raw?: string;
}

export type Sections = Readonly<Record<string, unknown>>;

export class RelayRig {
  readonly dir: string;
  #relay: Running | null = null;
  #url = '';
  #at: string | null = null;

  /** `under`: the folder under which it makes its own. */
  constructor(sections: Sections = {}, under = tmpdir()) {
    this.dir = mkdtempSync(join(under, 'smartbox-relay-rig-'));
    this.configure(sections);
  }

  get configFile(): string {
    return join(this.dir, 'relay.yaml');
  }

  get data(): string {
    return join(this.dir, 'data');
  }

  get url(): string {
    return this.#url;
  }

  /** Where tests reach a relay that tells others another address. */
  reachAt(url: string): void {
    this.#at = url;
  }

  get relay(): Running {
    if (this.#relay === null) throw new Error('the relay was not started');
    return this.#relay;
  }

  /** JSON is YAML. Ports are free ones, and programs may ask as fast as they can, unless a test says otherwise. */
  configure(sections: Sections): void {
    const all = {
      data: this.data,
      http: { listen: '127.0.0.1:0' },
      mqtt: { listen: '127.0.0.1:0' },
      limits: { requestsBurst: 1_000_000, requestsPerMin: 1_000_000 },
      ...sections,
    };
    const given = Object.entries(all).filter(([, value]) => value !== null);
    writeFileSync(this.configFile, JSON.stringify(Object.fromEntries(given)));
  }

  async start(
    args: readonly string[] = ['--config', this.configFile],
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const relay = new Running([...programOf('smartbox-relay'), ...args], env);
    this.#relay = relay;
    await until(
      'the relay',
      async () => {
        const [, url] = /^smartbox-relay: (\S+) /m.exec(relay.stdout) ?? [];
        if (url !== undefined) this.#url = this.#at ?? url;
        if (url !== undefined || relay.running) return url !== undefined;
        const { code, stderr } = await relay.finished;
        throw new Error(`smartbox-relay ended at its start, exit ${code}:\n${stderr}`);
      },
      90_000,
    );
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    this.relay.child.kill(signal);
    return await this.relay.finished;
  }

  verb(
    args: readonly string[],
    input?: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Finished> {
    const command = [...programOf('smartbox-relay'), ...args, '--config', this.configFile] as const;
    return new Running(command, env, input).finished;
  }

  /** @throws Error with its stderr unless it exits 0 */
  async must(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.verb(args, input);
    if (code !== 0) throw new Error(`smartbox-relay ${args.join(' ')} exited ${code}: ${stderr}${stdout}`);
    return stdout.trim();
  }

  token(...scopes: readonly string[]): Promise<string> {
    return this.must(['token', 'create', ...scopes.flatMap(scope => ['--scope', scope])]);
  }

  async ask(method: string, path: string, { token, body, headers = {}, raw }: Asking = {}): Promise<Answer> {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    return { status: answer.status, type, headers: answer.headers, text, body: parsed(text) };
  }

  async dispose(): Promise<void> {
    if (this.#relay?.running === true) await this.stop('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A running relay that goes with the test. */
export async function relayFor(t: TestContext, sections: Sections = {}): Promise<RelayRig> {
  const rig = new RelayRig(sections);
  t.after(() => rig.dispose());
  await rig.start();
  return rig;
}

/** A member of an answer, as text. */
export function textOf(answer: Answer, name: string): string {
  const { body } = answer;
  const value =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'string')
    throw new Error(`no ${name} in ${answer.status} ${answer.text.slice(0, 500)}`);
  return value;
}
