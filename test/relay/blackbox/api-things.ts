/** A relay with one thing of each kind, beside a fleet's own system: what walks over every route begin with. */
import assert from 'node:assert/strict';
import { type Answer, RelayRig, textOf } from '../../../scripts/rig/relay-rig.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/server.ts';
import { World } from '../../../src/sandbox/world.ts';
import { madeTokens } from './made-tokens.ts';
import { addressOf, bodyOf, type Operation, operationsOf, type Things } from './operations.ts';

const ids = [
  'sites',
  'boxes',
  'keys',
  'drivers',
  'bookings',
  'commands',
  'messages',
  'integrations',
  'people',
  'tokens',
  'webhooks',
];

/** `id` for one of each kind. */
export const everywhere = (id: string): Things =>
  ({
    ...Object.fromEntries([...ids, 'vehicle', 'assignment'].map(name => [name, id])),
    fleet: '',
  }) as unknown as Things;

export class ApiThings {
  readonly rig = new RelayRig({
    fleetio: { allowLoopback: true },
    webhooks: { allowLoopback: true },
  });
  #fleet: Sandbox | null = null;
  operations: readonly Operation[] = [];
  admin = '';
  things = everywhere('');

  async start(): Promise<void> {
    const clock = { now: () => Date.now(), after: () => () => {} };
    const world = new World({ id: 42, name: 'Example Fleet', token: 'abc123', apiKey: 'key-1' }, clock.now);
    world.addVehicle('Van 12', 'KX 204', { id: 301 });
    const fleet = await openSandbox({ host: '127.0.0.1', port: 0, world, clock });
    this.#fleet = fleet;
    await this.rig.start();
    [this.admin = ''] = await madeTokens(this.rig, [['admin']]);
    this.operations = await operationsOf(this.rig);
    this.things = { ...everywhere(''), fleet: fleet.url, vehicle: '301', assignment: '5001' };
    await this.#makeOneOfEach();
  }

  async dispose(): Promise<void> {
    await this.rig.dispose();
    await this.#fleet?.close();
  }

  async #makeOneOfEach(): Promise<void> {
    const make = async (kind: keyof Things, id: string): Promise<void> => {
      this.things = { ...this.things, [kind]: textOf(await this.ask(this.operation(id), this.admin), 'id') };
    };
    await make('integrations', 'createIntegration');
    assert.ok((await this.ask(this.operation('refreshVehicles'), this.admin)).status < 300);
    await make('sites', 'createSite');
    await make('boxes', 'createBox');
    await make('keys', 'createKey');
    await make('drivers', 'createDriver');
    await make('bookings', 'createBooking');
    await make('commands', 'commandBox');
    await make('people', 'invitePerson');
    await make('tokens', 'createToken');
    await make('webhooks', 'createWebhook');
    const told = await this.ask(this.operation('createMessage'), this.admin);
    const [messages = ''] = (told.body as { readonly ids: readonly string[] }).ids;
    this.things = { ...this.things, messages };
  }

  operation(id: string): Operation {
    const found = this.operations.find(each => each.id === id);
    assert.ok(found, `there is no operation ${id}`);
    return found;
  }

  /** Operations that want a token. */
  get guarded(): readonly Operation[] {
    return this.operations.filter(({ scope }) => scope !== null);
  }

  ask(each: Operation, token: string | undefined, known = this.things): Promise<Answer> {
    const body = each.hasBody && each.scope !== null ? bodyOf(each.id, known) : undefined;
    const sent =
      each.takes === 'application/json'
        ? { body }
        : { raw: String(body), headers: { 'content-type': each.takes } };
    const asking = { ...sent, ...(token === undefined ? {} : { token }) };
    return this.rig.ask(each.method, addressOf(each, known), asking);
  }
}

export const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;

export function mustRefuse(answer: Answer, statuses: readonly number[], what: string): void {
  assert.ok(statuses.includes(answer.status), `${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
  assert.match(answer.type, /^application\/problem\+json/, what);
  const { status, code } = answer.body as { readonly status: number; readonly code: string };
  assert.equal(status, answer.status, what);
  assert.ok(code.length > 0, what);
}
