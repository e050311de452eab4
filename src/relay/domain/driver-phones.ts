import { audit } from './audit.ts';
import type { Context } from './context.ts';
import { changeDriver, driverBy } from './drivers.ts';

/**
 * Somebody else has this number now: whoever had it before has none any more, and opens nothing with it. Gives the id of that
 * driver; null: nobody had it.
 */
export async function freePhone(context: Context, phone: string, next: string): Promise<string | null> {
  const before = await driverBy(context, { phone });
  if (before === null || before.id === next) return null;
  await changeDriver(context, before.id, { phone: null, phoneOpens: false });
  await audit(context, 'phone-moved', before.id, next);
  return before.id;
}
