/** Which call is answered by what. */
import { type Answer, type Call, list, refusal } from './answer.ts';
import { type AssignmentDeps, create, listAssignments, recordOf, update } from './assignments.ts';
import type { Hooks } from './hooks.ts';
import { accountRecord, contactRecord, customFieldRecord, vehicleRecord } from './records.ts';
import { hookRoutes } from './webhook-routes.ts';

export interface Office extends AssignmentDeps {
  readonly hooks: Hooks;
}

/** Null: there is no such path. */
export function answer(office: Office, call: Call): Answer {
  const { world } = office;
  const { path, method, headers } = call;
  const key = /^Token (?:token=)?"?([^"]+)"?$/.exec(headers.authorization ?? '')?.[1];
  if (key !== world.tenant.apiKey) return refusal(401, path);
  if (path === '/accounts' && method === 'GET') return accounts(office, call);
  if (headers['account-token'] !== world.tenant.token) return refusal(401, path);
  const [, room = '', id, verb] = path.split('/');
  if (!reachable(office, call, room)) return refusal(404, path);
  switch (room) {
    case 'vehicle_assignments':
      return assignments(office, call, id, verb);
    case 'vehicles':
      return vehicles(office, call, id, verb);
    case 'contacts':
      return contacts(office, call, id);
    case 'custom_fields':
      return customFields(office, call);
    case 'webhooks':
      return hookRoutes(office, call, id);
    case 'users':
      return call.version === 'v1' && id === 'me' ? { status: 200, body: me } : refusal(404, path);
    default:
      return refusal(404, path);
  }
}

const me = { id: 77, username: 'dispatch', email: 'dispatch@example.com', time_zone_name: 'America/Chicago' };

/** Contacts are `/v2` where there are versions at all. */
function reachable({ switches }: Office, { version }: Call, room: string): boolean {
  if (switches.paths === 'both') return true;
  if (switches.paths === 'plain') return version === null;
  return version === (room === 'contacts' ? 'v2' : 'v1');
}

const accounts = ({ world, switches }: Office, call: Call): Answer =>
  list(call, [accountRecord(world.tenant)], switches.lists);

function assignments(office: Office, call: Call, id: string | undefined, verb: string | undefined): Answer {
  if (id === undefined && call.method === 'GET') return listAssignments(office, call);
  if (id === undefined && call.method === 'POST') return create(office, call.body);
  const found = office.world.assignments.get(Number(id));
  if (found === undefined) return refusal(404, call.path);
  if (call.method === 'GET' && verb === undefined) return { status: 200, body: recordOf(office, found) };
  if (call.method === 'PATCH' && verb === undefined) return update(office, found, call.body);
  if (call.method === 'PATCH' && verb === 'unassign') {
    return update(office, found, { ended_at: new Date(office.now()).toISOString() });
  }
  if (call.method !== 'DELETE') return refusal(404, call.path);
  office.world.remove(found.id);
  return office.switches.deletedStatus === 204
    ? { status: 204 }
    : { status: 200, body: recordOf(office, found) };
}

function vehicles(office: Office, call: Call, id: string | undefined, verb: string | undefined): Answer {
  if (call.method !== 'GET') return refusal(404, call.path);
  const all = [...office.world.vehicles.values()];
  if (id === undefined) {
    const archived = call.query.get('filter[archived_at][gt]') !== null;
    const found = all.filter(each => archived || each.archivedAt === null);
    return list(call, found.map(vehicleRecord), office.switches.lists);
  }
  const found = all.find(each => String(each.id) === id);
  if (found === undefined) return refusal(404, call.path);
  if (verb === 'vehicle_assignments') return listAssignments(office, call, each => each.vehicle === found.id);
  return { status: 200, body: vehicleRecord(found) };
}

function contacts({ world, switches }: Office, call: Call, id: string | undefined): Answer {
  if (call.method !== 'GET') return refusal(404, call.path);
  if (id === undefined) return list(call, [...world.contacts.values()].map(contactRecord), switches.lists);
  const found = world.contacts.get(Number(id));
  return found === undefined ? refusal(404, call.path) : { status: 200, body: contactRecord(found) };
}

function customFields({ world, switches }: Office, call: Call): Answer {
  if (call.method !== 'GET') return refusal(404, call.path);
  if (switches.fieldList === 'forbidden') return { status: 403 };
  return list(call, world.fields.map(customFieldRecord), switches.lists);
}
