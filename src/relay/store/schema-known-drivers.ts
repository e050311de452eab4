/**
 * Whom a box knew lately: its nightly copies, and the codes that it keeps from being made again, outlive the record itself. Drivers who
 * left before this was noted are known by their bookings, where those were not moved to another box.
 */
export const knownDrivers = `
ALTER TABLE record ADD COLUMN gone @int;
INSERT INTO record (box, id, kind, subject, rev, dropped, gone)
SELECT box, 'd:' || driver, 'driver', driver, 0, 1, max(updated) FROM booking
WHERE driver IS NOT NULL AND sent IS NOT NULL GROUP BY box, driver
ON CONFLICT (box, id) DO NOTHING;
`;
