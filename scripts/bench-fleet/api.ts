import http from 'node:http';

/** Asks the API over connections that stay open, as a program does that asks a lot. */
export class Api {
  readonly #agent: http.Agent;
  readonly #url: URL;
  readonly #token: string;

  constructor(url: string, token: string, connections = 64) {
    this.#url = new URL(url);
    this.#token = token;
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  /**
   * `left` is called when the whole request is with the system: what this client takes to make it is not the relay's.
   * @throws Error with what the relay says, unless it is a yes
   */
  ask(method: string, path: string, body?: unknown, left: () => void = () => {}): Promise<unknown> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${this.#token}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    };
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const asked = http.request({
        agent: this.#agent,
        hostname,
        port,
        method,
        path: `/api/v1${path}`,
        headers,
      });
      asked.on('error', reject);
      asked.on('finish', left);
      asked.on('response', answer => {
        let said = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          said += part;
        });
        answer.on('end', () => {
          const status = answer.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(said === '' ? null : JSON.parse(said));
          else reject(new Error(`${method} ${path}: ${status} ${said.slice(0, 300)}`));
        });
      });
      asked.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
