/** Which phone a driver has after their contact in the fleet's system was read again. */

interface Phoned {
  readonly phone: string | null;
  /** Verified by the driver, or set by an administrator. */
  readonly phone_opens: 0 | 1;
}

/** E.164; null: none that can be read. */
interface ContactPhone {
  /** As it was read before; null also where it never was. */
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * A number that the driver has verified by themselves stays, whatever the fleet's system says; one that came from there follows
 * it, and a new one opens nothing until it is verified.
 */
export function driverPhone(
  driver: Phoned,
  { before, after }: ContactPhone,
): { readonly phone: string | null; readonly opens: boolean } {
  const opens = driver.phone_opens === 1;
  if (driver.phone === after) return { phone: after, opens };
  const isOwn = driver.phone !== null && driver.phone !== before;
  if (isOwn && (opens || after === null)) return { phone: driver.phone, opens };
  return { phone: after, opens: false };
}
