/** A browser without scripts, by HTTP alone: it keeps one cookie and sends forms, as somebody with the relay's pages does. */
import type { Answer, RelayRig } from './relay-rig.ts';

const asForm = 'application/x-www-form-urlencoded';

export class FormBrowser {
  readonly #relay: Pick<RelayRig, 'ask'>;
  readonly #headers: Readonly<Record<string, string>>;
  /** As it is sent back; empty: none. */
  cookie = '';
  /** As the relay has set it last, with everything that it says of it. */
  setCookie = '';

  constructor(relay: Pick<RelayRig, 'ask'>, headers: Readonly<Record<string, string>> = {}) {
    this.#relay = relay;
    this.#headers = headers;
  }

  get(path: string): Promise<Answer> {
    return this.#ask('GET', path, {});
  }

  post(path: string, fields: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const raw = new URLSearchParams(fields).toString();
    return this.#ask('POST', path, { raw, headers: { 'content-type': asForm } });
  }

  async #ask(
    method: string,
    path: string,
    { raw, headers = {} }: { readonly raw?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Answer> {
    const all = { accept: 'text/html', ...this.#headers, ...headers };
    const sent = this.cookie === '' ? all : { ...all, cookie: this.cookie };
    const answer = await this.#relay.ask(method, path, {
      headers: sent,
      ...(raw === undefined ? {} : { raw }),
    });
    const set = answer.headers.get('set-cookie');
    if (set !== null) {
      this.setCookie = set;
      this.cookie = /Max-Age=0\b/.test(set) ? '' : (set.split(';')[0] ?? '');
    }
    return answer;
  }
}

/** Path of the link that a first start has printed. */
export const firstLinkIn = (stdout: string): string => /(\/admin\/first\/\S+)/.exec(stdout)?.[1] ?? '';

export const ada = {
  ...{ name: 'Ada Moreno', email: 'ada@example.org', password: 'seven brown vans', language: 'en' },
} as const;
