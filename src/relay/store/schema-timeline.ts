/** A line of time asks for the bookings of some keys; those that began long before it are few, and are found by their key. */
export const bookingTimeline = `
CREATE INDEX booking_long_key ON booking (key, start) WHERE "end" IS NULL OR "end" - start > 691200000;
`;
