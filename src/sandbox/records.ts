/** Records as Fleetio's reference pages list their members; instants carry the account's offset. */
import type { Switches } from './switches.ts';
import type { Assignment, Contact, CustomField, Tenant, Vehicle, World } from './world.ts';

type Json = Record<string, unknown>;

/** The account's zone, always six hours behind: so that nobody takes a time for UTC. */
const offsetMs = -6 * 3_600_000;

export const stamp = (at: number): string => new Date(at + offsetMs).toISOString().replace('Z', '-06:00');
const stampOrNull = (at: number | null): string | null => (at === null ? null : stamp(at));

export function assignmentRecord(
  assignment: Assignment,
  world: World,
  switches: Switches,
  now: number,
): Json {
  const { id, vehicle, contact, startedAt, endedAt, fields, createdAt, updatedAt } = assignment;
  const started = startedAt === null || startedAt <= now;
  const values = Object.keys(fields).length === 0 && switches.noFields === 'null' ? null : fields;
  const person = world.contacts.get(contact);
  return {
    id,
    created_at: stamp(createdAt),
    updated_at: stamp(updatedAt),
    vehicle_id: vehicle,
    contact_id: contact,
    started_at: stampOrNull(startedAt),
    ended_at: stampOrNull(endedAt),
    current: started && (endedAt === null || endedAt > now),
    future: !started,
    custom_fields: values,
    starting_meter_entry_value: null,
    ending_meter_entry_value: null,
    comments_count: 0,
    contact_full_name: person === undefined ? null : nameOf(person),
    contact_image_url: null,
    attachment_permissions: null,
    comments: [],
  };
}

const nameOf = ({ firstName, lastName }: Contact): string => `${firstName} ${lastName}`.trim();

export const contactRecord = (contact: Contact): Json => ({
  id: contact.id,
  name: nameOf(contact),
  first_name: contact.firstName,
  middle_name: null,
  last_name: contact.lastName,
  email: contact.email,
  group_id: 9,
  group_name: 'Depot A',
  technician: false,
  vehicle_operator: true,
  employee: true,
  employee_number: `E-${contact.id}`,
  home_phone_number: null,
  mobile_phone_number: contact.mobile,
  work_phone_number: null,
  other_phone_number: null,
  archived_at: stampOrNull(contact.archivedAt),
  custom_fields: {},
  created_at: stamp(contact.updatedAt),
  updated_at: stamp(contact.updatedAt),
});

export const vehicleRecord = (vehicle: Vehicle): Json => ({
  id: vehicle.id,
  name: vehicle.name,
  license_plate: vehicle.plate,
  vin: `SANDBOX${String(vehicle.id).padStart(10, '0')}`,
  year: 2024,
  make: 'Ford',
  model: 'Transit',
  color: 'White',
  group_id: 9,
  group_name: 'Depot A',
  vehicle_type_name: 'Van',
  vehicle_status_id: 2,
  vehicle_status_name: 'Active',
  archived_at: stampOrNull(vehicle.archivedAt),
  is_sample: vehicle.sample,
  external_ids: {},
  custom_fields: {},
  created_at: stamp(vehicle.updatedAt),
  updated_at: stamp(vehicle.updatedAt),
});

export const accountRecord = (tenant: Tenant): Json => ({
  id: tenant.id,
  account_membership_id: 77,
  name: tenant.name,
  user_type: 'admin',
  token: tenant.token,
  time_24_format: false,
  currency_symbol: '$',
  country: 'US',
  read_vehicles: true,
  manage_vehicles: true,
});

/** The shape of this list is documented nowhere; it is believed to say at least this. */
export const customFieldRecord = (field: CustomField): Json => ({
  id: field.id,
  label: field.label,
  key: field.key,
  resource_type: 'VehicleAssignment',
  data_type: 'text',
  required: field.required,
});
