import { type DeedDeps, doRoute } from '../deed.ts';
import type { Visit } from '../visit.ts';
import type { ways } from './who-fields.ts';

interface Notice {
  readonly booking: string;
  readonly kind: 'access' | 'moved' | 'cancelled';
  readonly by?: (typeof ways)[number] | undefined;
  /** Of the form that made the booking: sent twice, it tells once. */
  readonly once?: string | null;
}

/** Tells the driver of a booking that was made by hand. Of any other its own system hears, and tells them itself. */
export async function tellDriver(
  { caller, viewer }: Visit,
  { booking, kind, by, once = null }: Notice,
  deps: DeedDeps,
): Promise<void> {
  if (!viewer.scopes.has('messages:write')) return;
  const body = { booking, kind, ...(by === undefined ? {} : { by }) };
  const given = { body, once: once === null ? null : `${once}-told` };
  await doRoute('createMessage', caller, given, deps);
}
