/**
 * A world holds what a Fleetio account does, as far as SmartBox has to do with it. It is a double for demonstrations and tests: it keeps
 * the rules that Fleetio's pages state (one operator a vehicle at a time, one end may not equal the next start), and nothing else of Fleetio.
 */

export interface Vehicle {
  readonly id: number;
  readonly name: string;
  readonly plate: string;
  readonly archivedAt: number | null;
  readonly sample: boolean;
  readonly updatedAt: number;
}

export interface Contact {
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string | null;
  readonly mobile: string | null;
  readonly archivedAt: number | null;
  readonly updatedAt: number;
}

/** Values of custom fields by key; null: the account has none at all. */
export type FieldValues = Readonly<Record<string, string | null>>;

export interface Assignment {
  readonly id: number;
  readonly vehicle: number;
  readonly contact: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly fields: FieldValues;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A text field on vehicle assignments. */
export interface CustomField {
  readonly id: number;
  readonly label: string;
  readonly key: string;
  readonly required: boolean;
}

/** Label, lower-cased, spaces as underscores: what Fleetio documents. What becomes of other signs is not known. */
export const fieldKey = (label: string): string => label.toLowerCase().replaceAll(' ', '_');

export interface Tenant {
  readonly id: number;
  readonly name: string;
  readonly token: string;
  readonly apiKey: string;
}

export type Change = 'created' | 'updated' | 'deleted';

/** A refusal as a 422 tells it: member → sentences. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly errors: Readonly<Record<string, readonly string[]>>;

  constructor(errors: Readonly<Record<string, readonly string[]>>) {
    super('rejected');
    this.errors = errors;
  }
}

export interface AssignmentDraft {
  readonly vehicle: number;
  readonly contact: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

interface Quietly {
  readonly quiet?: boolean;
}

/** Everything of one account, in memory. */
export class World {
  readonly tenant: Tenant;
  readonly vehicles = new Map<number, Vehicle>();
  readonly contacts = new Map<number, Contact>();
  readonly assignments = new Map<number, Assignment>();
  readonly fields: CustomField[] = [];
  readonly #now: () => number;
  readonly #changed = new Set<(change: Change, assignment: Assignment) => void>();
  #lastId = 5_000;

  constructor(tenant: Tenant, now: () => number) {
    this.tenant = tenant;
    this.#now = now;
  }

  /** Told after each change of an assignment; of a deleted one as it was before. */
  onChange(listener: (change: Change, assignment: Assignment) => void): void {
    this.#changed.add(listener);
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  addVehicle(name: string, plate: string, more: Partial<Vehicle> = {}): Vehicle {
    const id = more.id ?? this.#nextId();
    const vehicle = { id, name, plate, archivedAt: null, sample: false, updatedAt: this.#now(), ...more };
    this.vehicles.set(id, vehicle);
    return vehicle;
  }

  changeVehicle(id: number, change: Partial<Vehicle>): void {
    const vehicle = this.vehicles.get(id);
    if (vehicle !== undefined) this.vehicles.set(id, { ...vehicle, ...change, updatedAt: this.#now() });
  }

  addContact(name: string, more: Partial<Contact> = {}): Contact {
    const id = more.id ?? this.#nextId();
    const [firstName = '', ...rest] = name.split(' ');
    const empty = { email: null, mobile: null, archivedAt: null, updatedAt: this.#now() };
    const contact = { id, firstName, lastName: rest.join(' '), ...empty, ...more };
    this.contacts.set(id, contact);
    return contact;
  }

  changeContact(id: number, change: Partial<Contact>): void {
    const contact = this.contacts.get(id);
    if (contact !== undefined) this.contacts.set(id, { ...contact, ...change, updatedAt: this.#now() });
  }

  addField(label: string, required = false): CustomField {
    const field = { id: this.#nextId(), label, key: fieldKey(label), required };
    this.fields.push(field);
    return field;
  }

  removeField(key: string): void {
    const at = this.fields.findIndex(field => field.key === key);
    if (at >= 0) this.fields.splice(at, 1);
  }

  /** @throws Rejected */
  assign(draft: AssignmentDraft): Assignment {
    this.#check(draft, null);
    const now = this.#now();
    const assignment = { id: this.#nextId(), ...draft, fields: {}, createdAt: now, updatedAt: now };
    this.assignments.set(assignment.id, assignment);
    this.#tell('created', assignment);
    return assignment;
  }

  /** `quiet`: nobody is told. @throws Rejected */
  change(
    id: number,
    { quiet = false, ...change }: Partial<AssignmentDraft> & Quietly & { readonly fields?: FieldValues },
  ): Assignment | null {
    const before = this.assignments.get(id);
    if (before === undefined) return null;
    const after = { ...before, ...change, updatedAt: this.#now() };
    this.#check(after, id);
    this.assignments.set(id, after);
    if (!quiet) this.#tell('updated', after);
    return after;
  }

  remove(id: number): boolean {
    const before = this.assignments.get(id);
    if (before === undefined) return false;
    this.assignments.delete(id);
    this.#tell('deleted', before);
    return true;
  }

  #tell(change: Change, assignment: Assignment): void {
    for (const listener of this.#changed) listener(change, assignment);
  }

  #check(draft: AssignmentDraft, self: number | null): void {
    const errors: Record<string, string[]> = {};
    if (!this.vehicles.has(draft.vehicle)) errors.vehicle_id = ['does not exist'];
    if (!this.contacts.has(draft.contact)) errors.contact_id = ['does not exist'];
    const { startedAt, endedAt } = draft;
    if (startedAt !== null && endedAt !== null && endedAt <= startedAt)
      errors.ended_at = ['must be after started at'];
    for (const other of this.assignments.values()) {
      if (other.id !== self && other.vehicle === draft.vehicle && touches(other, draft))
        errors.started_at = ['overlaps another assignment'];
    }
    if (Object.keys(errors).length > 0) throw new Rejected(errors);
  }
}

type Window = Pick<AssignmentDraft, 'startedAt' | 'endedAt'>;

/** An end may not equal the next start (facts of the scheduler's page); blank is for ever. */
const touches = (a: Window, b: Window): boolean =>
  (a.startedAt ?? Number.NEGATIVE_INFINITY) <= (b.endedAt ?? Number.POSITIVE_INFINITY) &&
  (b.startedAt ?? Number.NEGATIVE_INFINITY) <= (a.endedAt ?? Number.POSITIVE_INFINITY);
