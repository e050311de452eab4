/** The routes of vehicle assignments. */
import { type Answer, type Call, list, refusal, unprocessable } from './answer.ts';
import { assignmentRecord } from './records.ts';
import type { Switches } from './switches.ts';
import { type Assignment, type AssignmentDraft, type FieldValues, Rejected, type World } from './world.ts';

export interface AssignmentDeps {
  readonly world: World;
  readonly switches: Switches;
  readonly now: () => number;
}

export const recordOf = (deps: AssignmentDeps, assignment: Assignment): object =>
  assignmentRecord(assignment, deps.world, deps.switches, deps.now());

type Filter = (assignment: Assignment) => boolean;

const numbers: Readonly<Record<string, (assignment: Assignment) => number | null>> = {
  contact_id: each => each.contact,
  vehicle_id: each => each.vehicle,
  created_at: each => each.createdAt,
  updated_at: each => each.updatedAt,
  ended_at: each => each.endedAt,
  started_at: each => each.startedAt,
  id: each => each.id,
};

const comparisons: Readonly<Record<string, (value: number, wanted: number) => boolean>> = {
  eq: (value, wanted) => value === wanted,
  lt: (value, wanted) => value < wanted,
  lte: (value, wanted) => value <= wanted,
  gt: (value, wanted) => value > wanted,
  gte: (value, wanted) => value >= wanted,
};

/** Documented filters: equality of ids, comparison of instants (not of `started_at`). */
const filterable = new Set(['contact_id', 'vehicle_id', 'created_at', 'updated_at', 'ended_at']);

/** Null: a filter that Fleetio answers with 400. Both styles are read; an endpoint of Fleetio's takes one. */
function filtersOf(query: URLSearchParams): readonly Filter[] | null {
  const filters: Filter[] = [];
  for (const [name, text] of query) {
    const newer = /^filter\[(\w+)\]\[(\w+)\]$/.exec(name);
    const older = /^q\[(\w+?)_(eq|lt|lte|lteq|gt|gte|gteq)\]$/.exec(name);
    const [, field = '', verb = ''] = newer ?? older ?? [];
    if (field === '') continue;
    const read = filterable.has(field) ? numbers[field] : undefined;
    const compare = comparisons[verb.replace('eq', verb === 'eq' ? 'eq' : 'e')];
    const wanted = field.endsWith('_id') ? Number(text) : Date.parse(text);
    if (read === undefined || compare === undefined || Number.isNaN(wanted)) return null;
    filters.push(each => {
      const value = read(each);
      return value !== null && compare(value, wanted);
    });
  }
  return filters;
}

function sorted(query: URLSearchParams, found: Assignment[]): readonly Assignment[] | null {
  const newer = [...query].find(([name]) => name.startsWith('sort['));
  const older = query.get('q[s]')?.split(' ');
  const field = newer?.[0].slice('sort['.length, -1) ?? older?.[0] ?? 'id';
  const direction = newer?.[1] ?? older?.[1] ?? (newer === undefined ? 'desc' : 'asc');
  const read = numbers[field];
  if (read === undefined) return null;
  const sign = direction === 'asc' ? 1 : -1;
  return found.sort((a, b) => sign * ((read(a) ?? 0) - (read(b) ?? 0) || a.id - b.id));
}

export function listAssignments(deps: AssignmentDeps, call: Call, only: Filter = () => true): Answer {
  const filters = filtersOf(call.query);
  if (filters === null) return refusal(400, call.path);
  const found = [...deps.world.assignments.values()].filter(
    each => only(each) && filters.every(f => f(each)),
  );
  const ordered = sorted(call.query, found);
  if (ordered === null) return refusal(400, call.path);
  return list(
    call,
    ordered.map(each => recordOf(deps, each)),
    deps.switches.lists,
  );
}

const instant = (value: unknown): number | null | undefined => {
  if (value === undefined) return undefined;
  if (value === null || value === '') return null;
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};

const members = (body: unknown): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};

export function create(deps: AssignmentDeps, body: unknown): Answer {
  const { vehicle_id: vehicle, contact_id: contact, started_at: started, ended_at: ended } = members(body);
  const errors: Record<string, string[]> = {};
  if (typeof vehicle !== 'number') errors.vehicle_id = ["can't be blank"];
  if (typeof contact !== 'number') errors.contact_id = ["can't be blank"];
  if (Object.keys(errors).length > 0) return unprocessable(errors);
  return guarded(() => {
    const window = { startedAt: instant(started) ?? null, endedAt: instant(ended) ?? null };
    const made = deps.world.assign({ vehicle: Number(vehicle), contact: Number(contact), ...window });
    return { status: 201, body: recordOf(deps, made) };
  });
}

function guarded(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof Rejected) return unprocessable(error.errors);
    throw error;
  }
}

export function update(deps: AssignmentDeps, before: Assignment, body: unknown): Answer {
  const given = members(body);
  const fields = fieldsOf(deps, before, given.custom_fields);
  if ('errors' in fields) return unprocessable(fields.errors);
  const change: Partial<Record<keyof AssignmentDraft, number | null>> = {};
  const started = instant(given.started_at);
  const ended = instant(given.ended_at);
  if (typeof given.vehicle_id === 'number') change.vehicle = given.vehicle_id;
  if (typeof given.contact_id === 'number') change.contact = given.contact_id;
  if (started !== undefined) change.startedAt = started;
  if (ended !== undefined) change.endedAt = ended;
  // Whoever writes the fields is told of it by a webhook of their own: or not, nobody has written it down.
  const quiet = !deps.switches.echo && Object.keys(change).length === 0;
  return guarded(() => {
    const after = deps.world.change(before.id, {
      quiet,
      ...(change as Partial<AssignmentDraft>),
      fields: fields.values,
    });
    return after === null
      ? refusal(404, `/vehicle_assignments/${before.id}`)
      : { status: 200, body: recordOf(deps, after) };
  });
}

type Fields = { readonly values: FieldValues } | { readonly errors: Record<string, string[]> };

function fieldsOf({ world, switches }: AssignmentDeps, before: Assignment, given: unknown): Fields {
  if (given === undefined) return { values: before.fields };
  const errors: string[] = [];
  const values: Record<string, string | null> = switches.fields === 'merge' ? { ...before.fields } : {};
  for (const [key, value] of Object.entries(members(given))) {
    const field = world.fields.find(each => each.key === key);
    if (field === undefined) {
      if (switches.unknownKeys === 'reject') errors.push(`${key} is not a custom field`);
      continue;
    }
    if (field.required && (value === null || value === '')) errors.push(`${field.label} can't be blank`);
    if (value === null) delete values[key];
    else values[key] = String(value);
  }
  return errors.length > 0 ? { errors: { custom_fields: errors } } : { values };
}
