import * as v from 'valibot';

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));

/** The settings of an account for bookings that follow assignments of its fleet's own system. */
export const assignmentSettings = v.object({
  /**
   * A booking without end or of more than a day: one code that takes again until the end; a fresh one by message after each
   * return; or one take.
   */
  longBookings: v.optional(v.picklist(['reuse', 'fresh', 'once']), 'reuse'),
  /** So long a box may stay silent about a booking before its driver is told that the code follows. Minutes. */
  unreachableMin: v.optional(whole(1, 1_440), 2),
  /** Start and end of an assignment follow the key: taken, brought back. */
  followKey: v.optional(v.boolean(), false),
  /** A webhook that is silent for so long is a Problem. Hours. */
  silentH: v.optional(whole(1, 8_760), 72),
  /** How often everything is compared. Minutes. */
  reconcileMin: v.optional(whole(5, 1_440), 15),
});
