import { type Answer, type RelayRig, textOf } from '../rig/relay-rig.ts';
import type { Person, Van } from './people.ts';

export const hourMs = 3_600_000;

interface BoxView {
  readonly link: { readonly state: string; readonly since: string | null };
  readonly sync: { readonly waiting: boolean };
}

/** An operator works through the relay's API, and remembers the newest booking of each person. */
export class Office {
  readonly #relay: RelayRig;
  readonly #token: string;
  readonly #bookings = new Map<string, string>();
  #box = '';

  constructor(relay: RelayRig, token: string) {
    this.#relay = relay;
    this.#token = token;
  }

  /** Id of the box at the relay. */
  get box(): string {
    return this.#box;
  }

  /** Makes the box at its site; the answer is its claim. */
  async makeBox(name: string): Promise<string> {
    const site = { name: 'Utrecht', timezone: 'Europe/Amsterdam', phone: '+31201234567' };
    const { body } = await this.must('POST', '/sites', site);
    const made = await this.must('POST', '/boxes', { name, site: (body as { readonly id: string }).id });
    this.#box = textOf(made, 'id');
    return textOf(made, 'claim');
  }

  async makeKey({ name, slot, tag }: Van): Promise<void> {
    await this.must('POST', '/keys', { name, box: this.#box, slot, tag });
  }

  /** From an hour ago on, for eight hours. */
  async book({ name, van }: Person): Promise<void> {
    const [start, end] = [Date.now() - hourMs, Date.now() + 8 * hourMs].map(at => new Date(at).toISOString());
    const contact = { name, email: `${name.toLowerCase()}@example.org` };
    const made = await this.must('POST', '/bookings', { key: van, contact, start, end });
    this.#bookings.set(name, textOf(made, 'id'));
  }

  async ends(person: Person, at: number): Promise<void> {
    await this.must('PATCH', this.pathOf(person), { end: new Date(at).toISOString() });
  }

  /** As contracts.md §4 names it. */
  async stateOf(person: Person): Promise<string> {
    return textOf(await this.must('GET', this.pathOf(person)), 'state');
  }

  /** Null: the relay does not give it, because the box is not known to have it or because it is used up. */
  async codeOf(person: Person): Promise<string | null> {
    const answer = await this.ask('GET', `${this.pathOf(person)}/code`);
    if (answer.status === 409) return null;
    return textOf(mustBe(answer, 'the code'), 'code');
  }

  /** Whether the relay hears the box: `never`, `up` or `lost`. */
  async link(): Promise<string> {
    return (await this.#boxView()).link.state;
  }

  async linkNow(): Promise<BoxView['link']> {
    return (await this.#boxView()).link;
  }

  /** Whether the box is known to have all that it is to have. */
  async isInSync(): Promise<boolean> {
    return !(await this.#boxView()).sync.waiting;
  }

  /** The journal of the box as the relay has it: the exact lines, without what the box has signed of them. */
  async events(): Promise<readonly string[]> {
    const headers = { accept: 'application/x-ndjson' };
    const answer = await this.#relay.ask('GET', `/api/v1/events?box=${this.#box}`, {
      token: this.#token,
      headers,
    });
    const lines = mustBe(answer, 'events').text.trimEnd().split('\n');
    return lines.filter(line => line.startsWith('{"at":'));
  }

  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#relay.ask(method, `/api/v1${path}`, { token: this.#token, body });
  }

  /** @throws Error with the answer, unless it is a 2xx */
  async must(method: string, path: string, body?: unknown): Promise<Answer> {
    return mustBe(await this.ask(method, path, body), `${method} ${path}`);
  }

  async #boxView(): Promise<BoxView> {
    return (await this.must('GET', `/boxes/${this.#box}`)).body as BoxView;
  }

  /** Where the API has the person's booking. */
  pathOf({ name }: Person): string {
    const id = this.#bookings.get(name);
    if (id === undefined) throw new Error(`nothing is booked for ${name}`);
    return `/bookings/${id}`;
  }
}

function mustBe(answer: Answer, what: string): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(`${what}: the relay answered ${answer.status} ${answer.text.slice(0, 300)}`);
}
