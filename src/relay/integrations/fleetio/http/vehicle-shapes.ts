/** A vehicle, as the API shows it. */
import * as v from 'valibot';
import { slot, whole } from '../../../http/api/schemas/parts.ts';
import type { VehicleView } from '../vehicles/vehicle-list.ts';

export const mode = v.picklist(['automatic', 'prompt']);

export const keyPlace = v.object({
  id: v.string(),
  name: v.string(),
  place: v.picklist(['never-stocked', 'in', 'out', 'missing']),
  /** Its home; null: it was taken away. */
  box: v.nullable(v.object({ id: v.string(), name: v.string() })),
  slot: v.nullable(slot),
});

export const vehicleShape = v.object({
  id: v.string(),
  name: v.string(),
  plate: v.nullable(v.string()),
  /** Archived in Fleetio, or gone from it: listed only while a key is linked. */
  archived: v.boolean(),
  gone: v.boolean(),
  key: v.nullable(keyPlace),
  /** The consequence of an assignment: a booking, or a question to an administrator. */
  mode,
  /** Assignments of which an administrator is asked. */
  asks: whole,
});

export const vehicleItem = ({ key, ...view }: VehicleView): v.InferInput<typeof vehicleShape> => ({
  ...view,
  key: key === null ? null : { ...key },
});
