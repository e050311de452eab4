/** The set of a box, and how long it could do without the relay. */
import * as v from 'valibot';
import type { Holdings } from '../../../domain/box-holdings.ts';
import type { Horizon } from '../../../domain/box-horizon.ts';
import { at, atOrNull, atText, whole } from './parts.ts';

/** If the line were cut now: `proven` bookings to come are there, and until `until` they are all. Null: no end is known. */
export const horizon = v.object({
  proven: whole,
  until: v.nullable(at),
  /** Bookings to come that are not proven to be there. */
  missing: whole,
});

export const horizonItem = ({ proven, until, missing }: Horizon): v.InferInput<typeof horizon> => ({
  ...{ proven, missing, until: atOrNull(until) },
});

const held = v.picklist(['held', 'comes', 'goes']);

export const holdings = v.object({
  set: v.object({
    revision: whole,
    known: whole,
    at: v.nullable(at),
    count: whole,
    /** Over ids and revisions of the records (docs/synchronisation.md), and the same as the box has signed it. */
    digest: v.string(),
    signed: v.nullable(v.string()),
    isEqual: v.boolean(),
  }),
  bookings: v.array(
    v.object({
      id: v.string(),
      /** `comes`: on its way to the box. `goes`: taken out, and the box does not know yet. */
      held,
      key: v.string(),
      driver: v.nullable(v.string()),
      start: at,
      end: v.nullable(at),
      byCode: v.boolean(),
    }),
  ),
  drivers: v.array(
    v.object({
      id: v.string(),
      held,
      name: v.string(),
      /** The last characters of what opens. */
      phone: v.nullable(v.string()),
      badge: v.nullable(v.string()),
      hasPin: v.boolean(),
    }),
  ),
  /** There are more than were asked for. */
  isMore: v.boolean(),
});

export const holdingsItem = ({
  proof,
  bookings,
  drivers,
  isMore,
}: Holdings): v.InferInput<typeof holdings> => ({
  set: { ...proof, at: atOrNull(proof.at) },
  bookings: bookings.map(row => ({ ...row, start: atText(row.start), end: atOrNull(row.end) })),
  drivers: drivers.map(row => ({ ...row })),
  isMore,
});
