import http from 'node:http';
import { performance } from 'node:perf_hooks';

export interface Seen {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

/** Somebody who is signed in, with a browser that keeps its connections. */
export class Visitor {
  readonly #agent: http.Agent;
  readonly #url: URL;
  readonly #cookie: string;

  constructor(url: string, cookie: string, connections = 1) {
    this.#url = new URL(url);
    this.#cookie = cookie;
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws Error unless the page comes */
  async see(path: string): Promise<Seen> {
    const seen = await this.#get(path);
    if (seen.status !== 200) throw new Error(`${path}: ${seen.status} ${seen.text.slice(0, 200)}`);
    return seen;
  }

  #get(path: string): Promise<Seen> {
    const from = performance.now();
    const { hostname, port } = this.#url;
    const headers = { cookie: this.#cookie, accept: 'text/html' };
    return new Promise((resolve, reject) => {
      const asked = http.get({ agent: this.#agent, hostname, port, path, headers }, answer => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text, ms: performance.now() - from }),
        );
      });
      asked.on('error', reject);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
