import { textOf } from '../rig/relay-rig.ts';
import { until } from '../rig/until.ts';
import type { Office } from './office.ts';
import { admin } from './people.ts';
import type { Stage } from './stage.ts';

interface Verdict {
  readonly apiKey: { readonly state: string };
  readonly accountToken: { readonly state: string };
  readonly webhookKey: { readonly state: string };
  readonly fields: Readonly<Record<string, { readonly label: string; readonly state: string }>> | null;
}

export interface Connected {
  readonly integration: string;
  readonly verdict: Verdict;
}

export interface Vehicle {
  readonly id: string;
  readonly name: string;
}

/** Connects the account of the sandbox, as an administrator does it with three tokens; resolves when its vehicles are here. */
export async function connectFleetio({ fleetio, relay }: Stage, office: Office): Promise<Connected> {
  await office.must('PATCH', '/settings', { settings: { notify: { admins: [admin] } } });
  const webhookKey = await fleetio.addWebhook(`${relay.url}/webhooks/fleetio`);
  // The sandbox does not count calls as Fleetio does.
  const settings = { callsPerMin: 0 };
  const wish = { kind: 'fleetio', ...fleetio.credentials, webhookKey, settings };
  const made = await office.must('POST', '/integrations', wish);
  const integration = textOf(made, 'id');
  await until('the vehicles of the account', async () => (await vehicles(office, integration)).length > 0);
  return { integration, verdict: (made.body as { readonly verdict: Verdict }).verdict };
}

async function vehicles(office: Office, integration: string): Promise<readonly Vehicle[]> {
  const { body } = await office.must('GET', `/integrations/${integration}/vehicles`);
  return (body as { readonly items: readonly Vehicle[] }).items;
}

/** Gives the vehicle the key of the same name. */
export async function linkVehicle(
  office: Office,
  integration: string,
  name: string,
  mode: 'automatic' | 'prompt',
): Promise<Vehicle> {
  const vehicle = (await vehicles(office, integration)).find(each => each.name === name);
  if (vehicle === undefined) throw new Error(`Fleetio has no vehicle ${name}`);
  await office.must('PATCH', `/integrations/${integration}/vehicles/${vehicle.id}`, { key: name, mode });
  return vehicle;
}
