/** One queue for all that is done later: what had a place of its own for it waits there from now on. */
export const oneQueue = `
ALTER TABLE timer RENAME TO work;
ALTER TABLE work ADD COLUMN failed @int;
DROP INDEX timer_due;
CREATE INDEX work_due ON work (due) WHERE failed IS NULL;
DROP INDEX assignment_telling;
`;

/**
 * Rows as older programs wrote them, for the queue of now: each statement may run again. A booking's change was a timer named by
 * the booking's origin; a driver who waited for word was looked for among all assignments.
 */
export const carriedOver: readonly string[] = [
  `UPDATE work SET id = 'booking-changed:' || subject, kind = 'booking-changed' WHERE kind = 'fleetio'`,
  `INSERT INTO work (id, kind, subject, due, tries)
    SELECT 'driver-notice:' || integration || '/' || id, 'driver-notice', integration || '/' || id, 0, 0
    FROM assignment WHERE telling IS NOT NULL
    ON CONFLICT (id) DO NOTHING`,
];
