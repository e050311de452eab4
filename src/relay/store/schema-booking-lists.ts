/**
 * Lists of bookings by their own start. Of those that are open there are few beside all that ever were, so that each view of
 * them has a part of its own; the conditions are those of domain/booking-list.ts, word by word.
 */
export const bookingLists = `
DROP INDEX booking_key;
CREATE INDEX booking_start ON booking (account, start, id);
CREATE INDEX booking_box ON booking (box, start, id);
CREATE INDEX booking_key ON booking (key, start, id);
CREATE INDEX booking_driver_start ON booking (driver, start, id) WHERE driver IS NOT NULL;
CREATE INDEX booking_origin ON booking (account, origin, start, id);
CREATE INDEX booking_away ON booking (account, start, id) WHERE taken IS NOT NULL AND returned IS NULL;
CREATE INDEX booking_late ON booking (account, start, id)
  WHERE taken IS NOT NULL AND returned IS NULL AND overdue IS NOT NULL;
CREATE INDEX booking_waiting ON booking (account, start, id)
  WHERE cancelled IS NULL AND ended IS NULL AND taken IS NULL AND returned IS NULL;
CREATE INDEX booking_waiting_box ON booking (box, start, id)
  WHERE cancelled IS NULL AND ended IS NULL AND taken IS NULL AND returned IS NULL;
CREATE INDEX booking_over ON booking (account, start, id)
  WHERE cancelled IS NOT NULL OR ended IS NOT NULL OR returned IS NOT NULL;
CREATE INDEX booking_cancelled ON booking (account, start, id) WHERE cancelled IS NOT NULL;
CREATE INDEX booking_ended ON booking (account, start, id)
  WHERE ended IS NOT NULL AND cancelled IS NULL AND taken IS NULL AND returned IS NULL;
CREATE INDEX booking_long ON booking (account, start, id) WHERE "end" IS NULL OR "end" - start > 691200000;
CREATE INDEX box_site ON box (site) WHERE site IS NOT NULL;
`;
