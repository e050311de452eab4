import type { Rig } from '../rig/box-rig.ts';
import { until } from '../rig/until.ts';
import { Office } from './office.ts';
import type { Person } from './people.ts';
import type { Stage } from './stage.ts';

/** One step of the tour: what is done, and then what was seen of it. */
export interface Scene {
  readonly title: string;
  /** Resolves to what was seen. @throws Error saying what was expected in vain */
  readonly play: (tale: Tale) => Promise<string>;
}

export interface Chapter {
  readonly title: string;
  readonly scenes: readonly Scene[];
}

/** Steps of the tour know this from the ones before. */
export class Tale {
  readonly stage: Stage;
  /** How much the box had written before it belonged to the relay, which never hears of that. */
  ownEvents = 0;
  /** Id of the Fleetio account at the relay. */
  integration = '';
  readonly #codes = new Map<string, string>();
  #office: Office | null = null;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  get rig(): Rig {
    return this.stage.rig;
  }

  get office(): Office {
    if (this.#office === null) throw new Error('nobody has a token for the relay yet');
    return this.#office;
  }

  administered(token: string): void {
    this.#office = new Office(this.stage.relay, token);
  }

  /** Reads the person's code from the API, as a driver is sent it. */
  async fetchCode(person: Person): Promise<string> {
    const code = await this.office.codeOf(person);
    if (code === null) throw new Error(`the relay does not give ${person.name}'s code`);
    this.told(person, code);
    return `${person.name} ${code.slice(0, 4)} ${code.slice(4)}`;
  }

  told({ name }: Person, code: string): void {
    this.#codes.set(name, code);
  }

  /** The code that the person was sent. */
  codeOf({ name }: Person): string {
    const code = this.#codes.get(name);
    if (code === undefined) throw new Error(`${name} was never sent a code`);
    return code;
  }

  /** Waits until the relay calls the person's booking that. */
  async becomes(person: Person, state: string, withinMs?: number): Promise<void> {
    const what = `the relay to call ${person.name}'s booking ${state}`;
    await until(what, async () => (await this.office.stateOf(person)) === state, withinMs);
  }
}
