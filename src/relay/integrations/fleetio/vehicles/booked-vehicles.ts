/** Of bookings: the vehicles whose keys they are, and the assignments that they were made of. */
import type { Reading } from '../../../domain/context.ts';

interface BookedVehicle {
  readonly booking: string;
  readonly integration: string;
  readonly vehicle: { readonly id: string; readonly name: string; readonly plate: string | null };
  /** Null: it was made by hand, of a key that is linked to the vehicle. */
  readonly assignment: string | null;
}

export async function bookedVehicles(
  { tx, account }: Reading,
  bookings: readonly string[],
): Promise<readonly BookedVehicle[]> {
  if (bookings.length === 0) return [];
  const assigned = await tx
    .selectFrom('assignment')
    .innerJoin('vehicle', join =>
      join
        .onRef('vehicle.integration', '=', 'assignment.integration')
        .onRef('vehicle.id', '=', 'assignment.vehicle'),
    )
    .select(['assignment.booking', 'assignment.id as assignment', 'assignment.integration'])
    .select(['vehicle.id', 'vehicle.name', 'vehicle.plate'])
    .where('assignment.booking', 'in', bookings)
    .where('assignment.account', '=', account)
    .execute();
  const found = new Map(assigned.map(row => [row.booking, row]));
  const rest = bookings.filter(id => !found.has(id));
  const linked =
    rest.length === 0
      ? []
      : await tx
          .selectFrom('booking')
          .innerJoin('vehicle', join =>
            join.onRef('vehicle.key', '=', 'booking.key').on('vehicle.key', 'is not', null),
          )
          .select(['booking.id as booking', 'vehicle.integration'])
          .select(['vehicle.id', 'vehicle.name', 'vehicle.plate'])
          .where('booking.id', 'in', rest)
          .where('booking.account', '=', account)
          .execute();
  return [...found.values(), ...linked.map(row => ({ ...row, assignment: null }))].map(
    ({ booking, integration, assignment, id, name, plate }) => ({
      ...{ booking: booking ?? '', integration, assignment },
      vehicle: { id, name, plate },
    }),
  );
}
