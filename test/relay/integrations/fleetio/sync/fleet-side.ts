/** Fleetio as the engine's tests have it: a sandbox without a network, over time that a test moves. */
import { createHmac } from 'node:crypto';
import { after, millis } from '../../../../../src/base/brand.ts';
import type { Http } from '../../../../../src/relay/integrations/fleetio/api/http.ts';
import { Hooks, type Webhook } from '../../../../../src/sandbox/hooks.ts';
import { assignmentRecord } from '../../../../../src/sandbox/records.ts';
import type { Office } from '../../../../../src/sandbox/routes.ts';
import { Gate } from '../../../../../src/sandbox/server.ts';
import { type Switches, wellBehaved } from '../../../../../src/sandbox/switches.ts';
import { World } from '../../../../../src/sandbox/world.ts';
import type { FakeTime } from '../../../../fake-time.ts';
import { type Bent, inProcess } from './in-process.ts';

export const fieldLabels = ['Keycafe Access Instructions', 'Keycafe Access Link', 'Keycafe Access Code'];
export const sharedKey = 'test-shared-key';
export const keyOf = (label = ''): string => label.toLowerCase().replaceAll(' ', '_');

/** @throws what the relay refuses */
export type Receive = (body: Buffer, signature: string) => Promise<unknown>;

export interface Shown {
  readonly instructions: string | null;
  readonly link: string | null;
  readonly code: string | null;
}

export class FleetSide {
  readonly world: World;
  readonly switches: Switches = wellBehaved();
  readonly hooks: Hooks;
  readonly hook: Webhook;
  readonly calls: string[] = [];
  /** Records that Fleetio tells otherwise than it has them. */
  readonly bent: Bent = new Map();
  /** How much was asked. */
  moved = 0;
  readonly http: Pick<Http, 'ask' | 'close'>;
  readonly #time: FakeTime;
  readonly #receive: Receive;
  #events = 0;

  constructor(time: FakeTime, receive: Receive) {
    const clock = {
      now: (): number => time.wall(),
      after: (ms: number, run: () => void): (() => void) => time.at(after(time.mono(), millis(ms)), run),
    };
    this.#time = time;
    this.#receive = receive;
    this.world = new World({ id: 42, name: 'Example Fleet', token: 'abc123', apiKey: 'key-1' }, clock.now);
    this.hooks = new Hooks(this.world, this.switches, clock, (_hook, body, signature) =>
      receive(Buffer.from(body), signature).then(
        () => 200,
        () => 500,
      ),
    );
    const office: Office = {
      ...{ world: this.world, switches: this.switches, hooks: this.hooks, now: clock.now },
    };
    this.http = inProcess({
      ...{ office, gate: new Gate(this.switches, clock, this.calls), bent: this.bent },
      moved: () => {
        this.moved += 1;
      },
    });
    for (const label of fieldLabels) this.world.addField(label);
    this.hook = this.hooks.add({
      ...{ url: 'http://relay/webhooks/fleetio', description: '', authorization: null, sharedKey },
      ...{ allEvents: true, events: new Set<string>() },
    });
  }

  /** An event as Fleetio would send it, whatever the sandbox does. */
  async event(event: string, payload: object): Promise<void> {
    this.#events += 1;
    const body = Buffer.from(JSON.stringify({ id: this.#events, event, payload }));
    await this.#receive(body, createHmac('sha256', sharedKey).update(body).digest('hex'));
  }

  record(id: number): object {
    const assignment = this.world.assignments.get(id);
    if (assignment === undefined) throw new Error(`there is no assignment ${id}`);
    return assignmentRecord(assignment, this.world, this.switches, this.#time.wall());
  }

  /** The three fields as they are now. */
  fields(id: number): Shown {
    const values = this.world.assignments.get(id)?.fields ?? {};
    const [instructions, link, code] = fieldLabels.map(label => values[keyOf(label)] ?? null);
    return { instructions: instructions ?? null, link: link ?? null, code: code ?? null };
  }
}
