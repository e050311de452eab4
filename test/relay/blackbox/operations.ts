/** The API as its own document tells it: what tests walk, so that no route is left out. */
import assert from 'node:assert/strict';
import type { Answer, RelayRig } from '../../../scripts/rig/relay-rig.ts';

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** As in the document: `/boxes/{id}`. */
  readonly path: string;
  /** Null: open to all. */
  readonly scope: string | null;
  readonly hasBody: boolean;
  /** Media type of the body. */
  readonly takes: string;
  readonly parameters: readonly Parameter[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
}

interface DocumentOperation {
  readonly operationId: string;
  readonly 'x-scope'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
}

export async function operationsOf(rig: RelayRig): Promise<readonly Operation[]> {
  const { body } = await rig.ask('GET', '/api/v1/openapi.json');
  const { openapi, paths } = body as Document;
  assert.match(openapi, /^3\.1\./);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      scope: operation['x-scope'] ?? null,
      hasBody: operation.requestBody !== undefined,
      takes: Object.keys(operation.requestBody?.content ?? {})[0] ?? 'application/json',
      parameters: operation.parameters ?? [],
    })),
  );
}

/** The answer to an operation; where that has done something, after a look whether it stands in the audit. */
export async function traced(
  rig: RelayRig,
  token: string,
  { id, method, path }: Operation,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const newest = async (): Promise<string> => {
    const { body } = await rig.ask('GET', '/api/v1/audit?limit=1', { token });
    return (body as { readonly items: readonly { readonly id: string }[] }).items[0]?.id ?? '';
  };
  const before = await newest();
  const answer = await act();
  // The erasure of its driver has cancelled the booking already.
  const isDeed = method !== 'GET' && id !== 'cancelBooking' && answer.status < 300;
  if (isDeed) assert.notEqual(await newest(), before, `${method} ${path} leaves no trace`);
  return answer;
}

/** Ids of one thing of each kind. */
export interface Things {
  readonly sites: string;
  readonly boxes: string;
  readonly keys: string;
  readonly drivers: string;
  readonly bookings: string;
  readonly commands: string;
  readonly messages: string;
  readonly integrations: string;
  readonly people: string;
  readonly tokens: string;
  readonly webhooks: string;
  /** A vehicle and an assignment at the fleet's own system, and where that is. */
  readonly vehicle: string;
  readonly assignment: string;
  readonly fleet: string;
}

/** The address of an operation on these things. */
export function addressOf({ path }: Operation, things: Things): string {
  const kind = (path.split('/')[1] ?? '') as keyof Things;
  const filled = path
    .replace('{id}', things[kind])
    .replace('{command}', things.commands)
    .replace('{vehicle}', things.vehicle)
    .replace('{assignment}', things.assignment)
    .replace('{session}', 'ses_none')
    .replace('{kind}', 'access')
    .replace('{language}', 'nl')
    // Nothing is found without a word.
    .replace(/^\/search$/, '/search?q=van');
  return `/api/v1${filled}`;
}

/** So that no two keys have one name or slot. */
let made = 10;

/** What each operation with a body is sent when it is to succeed. */
export function bodyOf(id: string, things: Things): unknown {
  made += 1;
  const hour = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
  const bodies: Readonly<Record<string, unknown>> = {
    createBox: { name: 'Depot', site: things.sites },
    changeBox: { name: 'Depot B' },
    retireBox: { why: 'stolen' },
    createSite: { name: 'Utrecht', timezone: 'Europe/Amsterdam' },
    changeSite: { phone: '+31201234567' },
    commandBox: { verb: 'resync', why: 'a test' },
    createKey: { name: `Van ${made}`, box: things.boxes, slot: made },
    changeKey: { slot: made },
    importKeys: `name,box,slot\nVan ${made},${things.boxes},${made}\n`,
    createDriver: { name: 'Bea', email: 'bea@example.org', pin: '4711' },
    changeDriver: { language: 'nl' },
    setPin: { pin: '90210' },
    createBooking: { key: things.keys, driver: things.drivers, start: hour(0), end: hour(2) },
    changeBooking: { end: hour(3) },
    sendAgain: { by: 'mail' },
    createMessage: { booking: things.bookings },
    changeSettings: { settings: { notify: { reminderH: 3, quiet: { from: '22:00', to: '06:30' } } } },
    createIntegration: {
      ...{ kind: 'fleetio', apiKey: 'key-1', accountToken: 'abc123', baseUrl: `${things.fleet}/api` },
      settings: { callsPerMin: 250 },
    },
    changeIntegration: { label: 'Vans' },
    linkVehicle: { mode: 'prompt' },
    linkVehicles: { links: [{ vehicle: things.vehicle, key: things.keys }] },
    bookAssignment: { contactBy: 'mail' },
    createWebhook: {
      ...{ name: `Hook ${made}`, url: `${things.fleet}/hook` },
      types: ['key.taken', 'booking.changed'],
    },
    changeWebhook: { names: true },
    snoozeProblem: { until: hour(24), why: 'the technician comes tomorrow' },
    invitePerson: { name: 'Ben', email: `ben${made}@example.org`, role: 'operator' },
    changePerson: { language: 'nl' },
    makePersonLink: { mail: false },
    createToken: { name: 'a script', scopes: ['boxes:read'] },
    setTemplate: { sms: 'Sleutel {vehicle}: {code}' },
  };
  assert.ok(id in bodies, `the test has no body for ${id}`);
  return bodies[id];
}
